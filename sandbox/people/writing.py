"""People write: messages, edits, slash commands.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import re
from typing import Any

from sandbox import answers, events, messages
from sandbox.composing import command_text, composed, domain_of, links_in, written
from sandbox.delivery import Ack
from sandbox.payloads import command_payload
from sandbox.people.deed import Deed, blame, done, failed
from sandbox.people.places import built_in
from sandbox.reading import read_json
from sandbox.refusal import Refusal
from sandbox.shapes import message_shape
from sandbox.slack.call import Call
from sandbox.slack.content import content
from sandbox.state import Channel, Command, Json, Message
from sandbox.wire import file_object, message_object


async def type_(deed: Deed) -> Json:
    """Press return in the composer."""
    channel = deed.channel()
    text = str(deed.body.get("text", ""))
    if (closed := no_composer(deed, channel)) is not None:
        return closed
    if text.startswith("/") and not text.startswith("//"):
        return await _command(deed, channel, text)
    if deed.person.id not in channel.members:
        return failed("not_allowed", f"Join #{channel.name} before writing there.")
    message = say(deed, channel, text)
    return done(message=message_shape(message, deed.person.id))


def no_composer(deed: Deed, channel: Channel) -> Json | None:
    """Where the client offers nothing to type into: archived channels, and an app's Messages tab that its manifest
    makes read-only (docs.slack.dev/reference/app-manifest, ``features.app_home``).
    """
    app = deed.em.workspace.app
    if channel.is_archived:
        return failed("not_allowed", f"#{channel.name} is archived; nobody can write there.")
    if (
        channel.kind == "im"
        and app.bot_user in channel.members
        and (app.messages_tab_read_only or not app.messages_tab)
    ):
        return failed("not_allowed", "Sending messages to this app has been turned off.")
    return None


def say(deed: Deed, channel: Channel, text: str) -> Message:
    em = deed.em
    shown, blocks = composed(em.workspace, text, em.ids)
    body = messages.person_message(em, deed.person, shown, blocks)
    files = [
        em.workspace.files[file_id] for file_id in deed.body.get("files", []) if file_id in em.workspace.files
    ]
    if files:
        body |= {
            "subtype": "file_share",
            "files": [file_object(em.workspace, file, em.address) for file in files],
            "upload": False,
        }
    if thread := deed.optional("thread_ts"):
        body["thread_ts"] = thread
        if deed.body.get("broadcast") and thread in channel.messages:
            body |= {"subtype": "thread_broadcast", "root": message_object(channel.messages[thread])}
    message = messages.post(em, channel, body)
    for file in files:
        messages.share_file(em, channel, message, file, deed.person.id)
    _tell_links(deed, channel, message)
    _tell_absent(deed, channel, message)
    return message


def _tell_absent(deed: Deed, channel: Channel, message: Message) -> None:
    """Slackbot tells whoever mentions somebody who is not there, the app included."""
    if channel.kind not in ("public", "private"):
        return
    people = deed.em.workspace.people
    mentioned = dict.fromkeys(re.findall(r"<@(\w+)>", message.body.get("text", "")))
    absent = [people[user] for user in mentioned if user in people and user not in channel.members]
    if not absent:
        return
    names = ", ".join(f"<@{person.id}>" for person in absent)
    invite = " ".join(f"@{person.name}" for person in absent)
    body: Json = {
        "user": "USLACKBOT",
        "text": f"You mentioned {names}, but they’re not in this channel. To invite them: `/invite {invite}`",
        "is_ephemeral": True,
    }
    if message.is_reply:
        body["thread_ts"] = message.thread_ts
    messages.post(deed.em, channel, body, only_visible_to=deed.person.id)


async def edit(deed: Deed) -> Json:
    channel, message = deed.message()
    if message.body.get("user") != deed.person.id or "bot_id" in message.body:
        return failed("not_allowed", "Only your own messages can be edited.")
    em = deed.em
    shown, blocks = composed(em.workspace, deed.text("text"), em.ids)
    fields: Json = {"text": shown, "blocks": blocks}
    messages.change(em, channel, message, fields, editor=deed.person.id)
    return done(message=message_shape(message, deed.person.id))


async def delete(deed: Deed) -> Json:
    channel, message = deed.message()
    if message.body.get("user") != deed.person.id or "bot_id" in message.body:
        return failed("not_allowed", "Only your own messages can be deleted.")
    messages.delete(deed.em, channel, message)
    return done()


async def dismiss(deed: Deed) -> Json:
    channel, message = deed.message()
    if message.only_visible_to is None:
        return failed("not_allowed", "Only a message that is only visible to you can be dismissed.")
    messages.delete(deed.em, channel, message)
    return done()


async def preview(deed: Deed) -> Json:
    """Links in the composer, before sending: Slack asks for their unfurls with the channel ``COMPOSER``."""
    text, _ = written(deed.em.workspace, str(deed.body.get("text", "")))
    links = _own_links(deed, text)
    if links and deed.person.team == deed.em.workspace.team.id:
        unfurl_id = deed.em.ids.token()
        deed.em.previews[unfurl_id] = deed.person.id
        event = {
            "type": "link_shared",
            "channel": "COMPOSER",
            "is_bot_user_member": True,
            "user": deed.person.id,
            "message_ts": unfurl_id,
            "unfurl_id": unfurl_id,
            "source": "composer",
            "links": links,
            "event_ts": deed.em.now_ts(),
        }
        events.tell(deed.em, event, None, deed.person.id)
    return done()


async def _command(deed: Deed, channel: Channel, text: str) -> Json:
    name, _, rest = text.partition(" ")
    command = next((c for c in deed.em.workspace.app.commands if c.command == name), None)
    if command is None:
        return built_in(deed, channel, name, rest) or failed(
            "unknown_command",
            f"{name} is not a valid command. In Slack, all messages that start with the “/” character are interpreted as commands.",
        )
    if deed.optional("thread_ts"):
        return failed("not_allowed", f"{name} is not supported in threads. Sorry!")
    if deed.person.team != deed.em.workspace.team.id or deed.person.id not in channel.members:
        return failed("unknown_command", f"{name} is not a valid command.")
    rest = command_text(deed.em.workspace, rest, command.should_escape)
    payload = command_payload(deed.em, deed.person, channel, command, rest)
    ack = await deed.deliver("command", name, payload)
    return _acked(deed, channel, command, ack, text)


def _acked(deed: Deed, channel: Channel, command: Command, ack: Ack, typed: str) -> Json:
    """What the ack itself shows."""
    if ack.error is not None:
        return _command_failed(command, ack, ack.error)
    payload = _ack_payload(ack)
    if payload is None:
        blame(deed, ack, "dispatch_unknown_error", "The ack says it is JSON and is not a message.")
        return _command_failed(command, ack, "dispatch_unknown_error")
    call = Call(deed.em, "command", payload)
    try:
        fields = content(call) if set(payload) - {"response_type"} else {}
    except Refusal as refusal:
        blame(deed, ack, refusal.error, f"The ack's message is refused: {refusal.sentence}")
        return _command_failed(command, ack, "invalid_command_response")
    if said := call.messages or call.warnings:
        ack.record.notes += said
        deed.em.traffic.close(ack.record)
    if payload.get("response_type") == "in_channel":
        _show_typed(deed, channel, command, typed)
    if not fields:
        return done(ack, messages=[])
    message = answers.put(deed.em, channel, deed.person.id, payload, fields)
    return done(ack, messages=[message_shape(message, deed.person.id)])


def _command_failed(command: Command, ack: Ack, error: str) -> Json:
    return failed(error, f"{command.command} failed with the error “{error}”", ack, messages=[])


def _show_typed(deed: Deed, channel: Channel, command: Command, typed: str) -> None:
    """With an answer for everyone, everyone sees what was typed."""
    shown, blocks = composed(deed.em.workspace, typed, deed.em.ids)
    body = messages.person_message(deed.em, deed.person, shown, blocks)
    messages.post(deed.em, channel, body, source={"command": command.command})


def _ack_payload(ack: Ack) -> Json | None:
    """The message that the ack itself carries; {} if there is none, None if it is rubbish."""
    if not ack.body.strip():
        return {}
    if "application/json" not in ack.content_type:
        return {"text": ack.body}
    try:
        payload: Any = read_json(ack.body)
    except ValueError:
        return None
    if not isinstance(payload, dict):
        return None
    if not any(payload.get(key) for key in ("text", "blocks", "attachments")):
        return {key: value for key, value in payload.items() if key == "response_type"}
    return payload


def _tell_links(deed: Deed, channel: Channel, message: Message) -> None:
    """``link_shared``: https://docs.slack.dev/reference/events/link_shared. Not for people of other workspaces."""
    links = _own_links(deed, message.body.get("text", ""))
    if not links or deed.person.team != deed.em.workspace.team.id:
        return
    event: Json = {
        "type": "link_shared",
        "channel": channel.id,
        "is_bot_user_member": deed.em.workspace.app.bot_user in channel.members,
        "user": deed.person.id,
        "message_ts": message.ts,
        "unfurl_id": f"{channel.id}-{message.ts}",
        "source": "conversations_history",
        "links": links,
        "event_ts": message.ts,
    }
    if message.is_reply:
        event["thread_ts"] = message.thread_ts
    events.tell(deed.em, event, channel, deed.person.id)


def _own_links(deed: Deed, text: str) -> list[Json]:
    """The links to domains that the manifest asks to unfurl."""
    domains = deed.em.workspace.app.unfurl_domains
    found = ((url, domain_of(url, domains)) for url in links_in(text))
    return [{"url": url, "domain": domain} for url, domain in found if domain is not None]
