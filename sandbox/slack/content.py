"""What a message carries, taken from a call and held against the rules."""

from sandbox.elements import normalised
from sandbox.messages import escaped
from sandbox.refusal import Refusal
from sandbox.rules import Verdict, check_message
from sandbox.slack.call import Call
from sandbox.state import Channel, Json, Message

LONGEST_TEXT = 40_000
_CONTENT = ("text", "blocks", "attachments", "metadata", "markdown_text")


def content(call: Call, *, updating: bool = False, checked: Json | None = None) -> Json:
    """The fields of a message body, as Slack would store them; raises Refusal. ``checked`` replaces the arguments
    that the rules look at (an update is judged with what it leaves standing).
    """
    payload = {key: call.arguments[key] for key in _CONTENT if call.arguments.get(key) is not None}
    accept(call, check_message(checked if checked is not None else payload, updating=updating))
    fields: Json = {}
    if (text := call.text("text")) is not None:
        fields["text"] = escaped(text)[:LONGEST_TEXT]
    if (markdown := call.text("markdown_text")) is not None:
        fields["text"] = escaped(markdown)
        fields["blocks"] = normalised([{"type": "markdown", "text": markdown}], call.em.ids)
    if (blocks := call.data("blocks", "invalid_blocks_format")) is not None:
        fields["blocks"] = normalised(blocks, call.em.ids)
    if (attachments := call.data("attachments", "invalid_attachments")) is not None:
        fields["attachments"] = [_attachment(call, number, one) for number, one in enumerate(attachments, 1)]
    if metadata := call.data("metadata", "invalid_metadata_format"):
        fields["metadata"] = metadata
    return fields


def accept(call: Call, verdict: Verdict) -> None:
    """Raise what the rules refuse; keep what they only warn of."""
    if verdict.error is not None:
        more = {"errors": verdict.errors} if verdict.error == "invalid_blocks" else {}
        sentence = "; ".join(verdict.messages) or None
        raise Refusal(verdict.error, sentence=sentence, messages=verdict.messages, **more)
    call.warnings += verdict.warnings
    call.messages += verdict.messages


def thread_of(call: Call, channel: Channel) -> Message | None:
    """The parent that ``thread_ts`` names; a reply's ts leads to its parent."""
    thread_ts = call.text("thread_ts")
    if thread_ts is None:
        return None
    parent = channel.messages.get(thread_ts)
    if parent is None:
        raise Refusal("thread_not_found", sentence=f"There is no message {thread_ts} in {channel.id}.")
    if parent.only_visible_to is not None:
        raise Refusal("cannot_reply_to_message", sentence="An ephemeral message can have no thread.")
    if parent.is_reply:
        call.notes.append("thread_ts is a reply's; Slack asks for the parent's. The parent's is used.")
        return channel.messages.get(parent.thread_ts or "")
    return parent


def _attachment(call: Call, number: int, attachment: Json) -> Json:
    shown = {"id": number, **attachment}
    if "blocks" in shown:
        shown["blocks"] = normalised(shown["blocks"], call.em.ids)
    shown.setdefault("fallback", shown.get("text") or "[no preview available]")
    return shown
