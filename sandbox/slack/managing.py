"""conversations.*, changing: https://docs.slack.dev/reference/methods?family=conversations"""

import re

from sandbox import membership, messages
from sandbox.refusal import Refusal
from sandbox.slack.call import Call
from sandbox.slack.conversations import shown_channel
from sandbox.state import Channel, Json, Person

_MANAGE = {
    "public": ("channels:manage", "channels:write"),
    "private": ("groups:write",),
    "mpim": ("mpim:write",),
    "im": ("im:write",),
}
_INVITE = {
    "public": ("channels:write.invites", "channels:manage"),
    "private": ("groups:write.invites", "groups:write"),
}
_TOPIC = {
    "public": ("channels:write.topic", "channels:manage"),
    "private": ("groups:write.topic", "groups:write"),
    "mpim": ("mpim:write.topic", "mpim:write"),
}


def join(call: Call) -> Json:
    channel = call.channel()
    if channel.kind != "public":
        raise Refusal("method_not_supported_for_channel_type", sentence="Only public channels can be joined.")
    _not_archived(channel)
    if call.app.bot_user in channel.members:
        call.warnings.append("already_in_channel")
    membership.join(call.em, channel, call.workspace.people[call.app.bot_user])
    return {"channel": shown_channel(call, channel)}


def leave(call: Call) -> Json:
    channel = call.channel()
    call.needs(*_MANAGE[channel.kind])
    _no_im(channel)
    _not_archived(channel)
    if channel.is_general:
        raise Refusal("cant_leave_general", sentence=f"Nobody can leave #{channel.name}.")
    if call.app.bot_user not in channel.members:
        return {"not_in_channel": True}
    if len(channel.members) == 1:
        raise Refusal("last_member", sentence=f"The bot is the last member of #{channel.name}.")
    membership.leave(call.em, channel, call.workspace.people[call.app.bot_user])
    return {}


def invite(call: Call) -> Json:
    channel = call.member_channel()
    _no_direct(channel)
    call.needs(*_INVITE[channel.kind])
    _not_archived(channel)
    users = call.words("users")
    if not users:
        raise Refusal("no_user", sentence="conversations.invite needs `users`.")
    for person in [_invited(call, channel, user) for user in users]:
        membership.join(call.em, channel, person, inviter=call.app.bot_user)
    return {"channel": shown_channel(call, channel)}


def kick(call: Call) -> Json:
    channel = call.member_channel()
    _no_direct(channel)
    call.needs(*_MANAGE[channel.kind])
    person = call.person()
    if person.id == call.app.bot_user:
        raise Refusal("cant_kick_self", sentence="The bot cannot remove itself; conversations.leave does.")
    if channel.is_general:
        raise Refusal("cant_kick_from_general", sentence=f"Nobody can be removed from #{channel.name}.")
    if person.id not in channel.members:
        raise Refusal("not_in_channel", sentence=f"{person.name} is not in #{channel.name}.")
    membership.leave(call.em, channel, person, by=call.app.bot_user)
    return {"errors": {}}


def create(call: Call) -> Json:
    kind = "private" if call.flag("is_private") else "public"
    call.needs(*_MANAGE[kind])
    name = _new_name(call)
    em, bot = call.em, call.app.bot_user
    channel = Channel(em.ids.new("C"), name, kind, call.workspace.team.id, [bot], bot, int(em.clock.now()))
    call.workspace.channels[channel.id] = channel
    membership.publish(em, channel)
    return {"channel": shown_channel(call, channel)}


def archive(call: Call) -> Json:
    channel = call.member_channel()
    _no_direct(channel)
    call.needs(*_MANAGE[channel.kind])
    if channel.is_archived:
        raise Refusal("already_archived", sentence=f"#{channel.name} is archived already.")
    if channel.is_general:
        raise Refusal("cant_archive_general", sentence=f"#{channel.name} cannot be archived.")
    membership.archive(call.em, channel, call.app.bot_user, archived=True)
    return {}


def unarchive(call: Call) -> Json:
    channel = call.channel()
    _no_direct(channel)
    call.needs(*_MANAGE[channel.kind])
    if not channel.is_archived:
        raise Refusal("not_archived", sentence=f"#{channel.name} is not archived.")
    membership.archive(call.em, channel, call.app.bot_user, archived=False)
    return {}


def rename(call: Call) -> Json:
    channel = call.member_channel()
    _no_direct(channel)
    call.needs(*_MANAGE[channel.kind])
    _not_archived(channel)
    membership.rename(call.em, channel, _new_name(call))
    return {"channel": shown_channel(call, channel)}


def set_topic(call: Call) -> Json:
    return _describe(call, "topic")


def set_purpose(call: Call) -> Json:
    return _describe(call, "purpose")


def mark(call: Call) -> Json:
    channel = call.member_channel()
    call.needs(*_MANAGE[channel.kind])
    ts = call.required("ts")
    if not re.fullmatch(r"\d+\.\d+", ts):
        raise Refusal("invalid_timestamp", sentence=f"{ts!r} is no ts of a message.")
    channel.last_read[call.app.bot_user] = ts
    return {}


def _describe(call: Call, what: str) -> Json:
    channel = call.member_channel()
    _no_im(channel)
    call.needs(*_TOPIC[channel.kind])
    _not_archived(channel)
    said = call.text(what) or ""
    if len(said) > 250:
        raise Refusal("too_long", sentence=f"A {what} has at most 250 characters.")
    setattr(channel, what, said)
    membership.publish(call.em, channel)
    kind = "channel" if channel.kind == "public" else "group"
    text = f"<@{call.app.bot_user}> set the channel {what}: {said}"
    body = {
        "type": "message",
        "subtype": f"{kind}_{what}",
        "ts": "",
        "user": call.app.bot_user,
        "text": text,
        what: said,
    }
    messages.post(call.em, channel, body)
    return {"channel": shown_channel(call, channel)}


def _invited(call: Call, channel: Channel, user: str) -> Person:
    person = call.workspace.people.get(user)
    if person is None:
        raise Refusal("user_not_found", sentence=f"There is no person {user} here.")
    if user == call.app.bot_user:
        raise Refusal("cant_invite_self", sentence="The bot cannot invite itself.")
    if user in channel.members:
        raise Refusal("already_in_channel", sentence=f"{person.name} is in #{channel.name} already.")
    if person.deleted or person.team not in (channel.team, *channel.connected_teams):
        why = "is deactivated" if person.deleted else "is of a workspace that the channel is not shared with"
        raise Refusal("cant_invite", sentence=f"{person.name} {why}.")
    return person


def _new_name(call: Call) -> str:
    name = call.text("name")
    if name is None:
        raise Refusal("invalid_name_required", sentence="A channel needs a `name`.")
    if len(name) > 80:
        raise Refusal("invalid_name_maxlength", sentence="A channel's name has at most 80 characters.")
    if not re.fullmatch(r"[\w-]+", name) or name != name.lower():
        raise Refusal(
            "invalid_name_specials",
            sentence="A channel's name has lower-case letters, numbers, - and _ only.",
        )
    if not name.strip("-_"):
        raise Refusal("invalid_name_punctuation", sentence="A channel's name is not of - and _ alone.")
    if call.workspace.channel_named(name) is not None:
        raise Refusal("name_taken", sentence=f"There is a channel #{name} already.")
    return name


def _no_im(channel: Channel) -> None:
    if channel.kind == "im":
        raise Refusal(
            "method_not_supported_for_channel_type", sentence=f"{channel.id} is a direct conversation."
        )


def _no_direct(channel: Channel) -> None:
    if channel.kind not in ("public", "private"):
        raise Refusal("method_not_supported_for_channel_type", sentence=f"{channel.id} is no channel.")


def _not_archived(channel: Channel) -> None:
    if channel.is_archived:
        raise Refusal("is_archived", sentence=f"#{channel.name} is archived.")
