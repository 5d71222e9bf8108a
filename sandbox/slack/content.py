"""What a message carries, taken from a call and held against the rules."""

from sandbox.composing import domain_of
from sandbox.elements import normalised
from sandbox.messages import escaped
from sandbox.refusal import Refusal
from sandbox.rules import Verdict, blocks_of, check_message
from sandbox.slack.call import Call, missing_scope
from sandbox.state import App, Channel, Json, Message

LONGEST_TEXT = 40_000
REFUSED_BEYOND = {
    "chat.update": 4_000,
    "chat.postEphemeral": LONGEST_TEXT,
    "chat.scheduleMessage": LONGEST_TEXT,
}
"""Characters of text: docs.slack.dev/reference/methods/chat.update#errors and the others' (msg_too_long). chat.postMessage
lists no such error: it cuts (docs.slack.dev/changelog/2018-04-truncating-really-long-messages)."""
VIDEO_SCOPE = "links.embed:write"
_CONTENT = ("text", "blocks", "attachments", "metadata", "markdown_text")


def content(call: Call, *, checked: Json | None = None) -> Json:
    """The fields of a message body, as Slack would store them; raises Refusal. ``checked`` replaces the arguments
    that the rules look at (an update is judged with what it leaves standing).
    """
    payload = {key: call.arguments[key] for key in _CONTENT if call.arguments.get(key) is not None}
    judged = checked if checked is not None else payload
    accept(call, check_message(judged, longest_text=REFUSED_BEYOND.get(call.method)))
    fields: Json = {}
    if (text := call.text("text")) is not None:
        fields["text"] = escaped(text)[:LONGEST_TEXT]
    if (markdown := call.text("markdown_text")) is not None:
        fields["text"] = escaped(markdown)
        fields["blocks"] = normalised([{"type": "markdown", "text": markdown}], call.em.ids)
    if (blocks := call.data("blocks", "invalid_blocks_format")) is not None:
        accept_videos(call.app, blocks, "invalid_blocks")
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
        raise Refusal(verdict.error, sentence=verdict.sentence, messages=verdict.messages, **more)
    call.warnings += verdict.warnings
    call.messages += verdict.messages


def accept_videos(app: App, blocks: list[Json], error: str, pointer: str = "/blocks") -> None:
    """A video needs a scope of its own, and an address in one of the app's unfurl domains; else raise what Slack says.

    https://docs.slack.dev/reference/block-kit/blocks/video-block
    """
    for block, place in blocks_of(blocks, ("video",), pointer):
        if VIDEO_SCOPE not in app.scopes:
            raise missing_scope((VIDEO_SCOPE,), app.scopes)
        if domain_of(block["video_url"], app.unfurl_domains) is None:
            says = f"`video_url` must be in one of the app's unfurl domains [json-pointer:{place}/video_url]"
            raise Refusal(error, sentence=says, messages=[f"[ERROR] {says}"])


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
        accept_videos(call.app, shown["blocks"], "invalid_attachments")
        shown["blocks"] = normalised(shown["blocks"], call.em.ids)
    shown.setdefault("fallback", shown.get("text") or "[no preview available]")
    return shown
