"""chat.unfurl: https://docs.slack.dev/reference/methods/chat.unfurl"""

from typing import Any

from sandbox import messages
from sandbox.composing import domain_of, links_in
from sandbox.elements import normalised
from sandbox.refusal import Refusal
from sandbox.rules import check_unfurl
from sandbox.slack.call import Call
from sandbox.slack.content import accept_videos
from sandbox.state import Channel, Json, Message


def unfurl(call: Call) -> Json:
    wanted = _wanted(call)
    if call.text("unfurl_id") and call.text("source") == "composer":
        return _preview(call, wanted)
    channel, message = _place(call)
    links = links_in(message.body.get("text", ""))
    shown: list[Json] = []
    for url, attachment in wanted.items():
        if url not in links:
            raise Refusal("cannot_unfurl_message", sentence=f"{url} does not stand in the message.")
        shown.append(_attachment(call, len(shown) + 1, url, attachment))
    kept = [one for one in message.body.get("attachments", []) if one.get("app_unfurl_url") not in wanted]
    messages.change(call.em, channel, message, {"attachments": [*kept, *shown]}, editor=None)
    return {}


def _wanted(call: Call) -> Json:
    if call.arguments.get("unfurls") in (None, ""):
        if call.data("metadata", "invalid_metadata_format") is not None:
            raise Refusal(
                "missing_unfurls", sentence="Work objects (metadata.entities) are not here yet; send unfurls."
            )
        raise Refusal("missing_unfurls", sentence="chat.unfurl needs `unfurls`: URL → attachment.")
    wanted: Any = call.data("unfurls", "invalid_unfurls_format")
    if not isinstance(wanted, dict):
        raise Refusal("invalid_unfurls_format", sentence="`unfurls` must be an object: URL → attachment.")
    for url, attachment in wanted.items():
        verdict = check_unfurl(attachment)
        if verdict.error is not None:
            raise Refusal(verdict.error, sentence=f"{url}: {verdict.sentence}", messages=verdict.messages)
        if domain_of(url, call.app.unfurl_domains) is None:
            raise Refusal("cannot_unfurl_url", sentence=f"{url} is in none of the manifest's unfurl_domains.")
        accept_videos(call.app, attachment.get("blocks", []), "cannot_parse_attachment", "/unfurls/blocks")
    return wanted


def _place(call: Call) -> tuple[Channel, Message]:
    """The message, by channel and ts or by unfurl_id and source."""
    channel_id, ts = _address(call)
    channel = call.workspace.channels.get(channel_id)
    if channel is None:
        raise Refusal("cannot_find_channel", sentence=f"There is no channel {channel_id}.")
    message = channel.messages.get(ts)
    if message is None:
        raise Refusal("cannot_find_message", sentence=f"There is no message {ts} in {channel_id}.")
    if "bot_id" in message.body:
        raise Refusal(
            "cannot_unfurl_url",
            sentence="No link_shared is sent of an app's message, so nothing is acknowledged.",
        )
    return channel, message


def _address(call: Call) -> tuple[str, str]:
    unfurl_id, source = call.text("unfurl_id"), call.text("source")
    if unfurl_id is not None or source is not None:
        if unfurl_id is None:
            raise Refusal("missing_unfurl_id", sentence="A `source` needs its `unfurl_id`.")
        if source is None:
            raise Refusal("missing_source", sentence="An unfurl_id needs its `source`.")
        if source != "conversations_history":
            raise Refusal("invalid_source", sentence="`source` is composer or conversations_history.")
        channel_id, _, ts = unfurl_id.partition("-")
        if channel_id not in call.workspace.channels:
            raise Refusal("invalid_unfurl_id", sentence="No such unfurl_id was handed out here.")
        return channel_id, ts
    channel, at = call.text("channel"), call.text("ts")
    if channel is None:
        raise Refusal(
            "missing_channel", sentence="chat.unfurl needs `channel` and `ts`, or `unfurl_id` and `source`."
        )
    if at is None:
        raise Refusal("missing_ts", sentence="chat.unfurl needs `ts` beside `channel`.")
    return channel, at


def _attachment(call: Call, number: int, url: str, attachment: Json) -> Json:
    shown = {key: value for key, value in attachment.items() if key != "preview"}
    if "blocks" in shown:
        shown["blocks"] = normalised(shown["blocks"], call.em.ids)
    return {
        "id": number,
        **shown,
        "fallback": shown.get("fallback", "[no preview available]"),
        "bot_id": call.app.bot_id,
        "app_unfurl_url": url,
        "is_app_unfurl": True,
        "app_id": call.app.id,
    }


def _preview(call: Call, wanted: Json) -> Json:
    """Links somebody is still writing: shown to them only."""
    user = call.em.previews.get(call.text("unfurl_id") or "")
    if user is None:
        raise Refusal("invalid_unfurl_id", sentence="No such unfurl_id was handed out here.")
    shown = [{"url": url, **_attachment(call, n, url, one)} for n, (url, one) in enumerate(wanted.items(), 1)]
    call.em.changes.publish("preview", {"user": user, "unfurls": shown}, frozenset({user}))
    return {}
