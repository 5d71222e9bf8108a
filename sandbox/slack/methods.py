"""The Web API's methods that the sandbox has: which function, how often, with which scopes, where it is documented."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack import (
    auth,
    chat,
    conversations,
    files,
    managing,
    reactions,
    scheduled,
    unfurls,
    users,
    views,
)
from sandbox.slack.call import Call
from sandbox.state import Json

PAGE = "https://docs.slack.dev/reference/methods/"


@dataclass(frozen=True, slots=True)
class Method:
    run: Callable[[Call], Json]
    tier: str
    """One of ``sandbox.limits.TIERS``."""
    scopes: tuple[str, ...] = ()
    """Any one of these; what depends on the kind of conversation is checked by the function."""
    json: bool = True
    """Takes a JSON body; others take a form or a query only."""
    token: str = "xoxb"
    """``xoxb`` the bot's, ``xapp`` the app's, ``none``."""


_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_MANAGE = ("channels:manage", "channels:write", "groups:write", "mpim:write", "im:write")
_TALK = ("groups:write", "im:write", "mpim:write")
_TOPIC = (
    "channels:manage",
    *_TALK,
    *(f"{kind}:write.topic" for kind in ("channels", "groups", "im", "mpim")),
)
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: dict[str, Method] = {
    "api.test": Method(auth.api_test, "t4", token="none"),
    "apps.connections.open": Method(auth.connections_open, "t3", token="xapp"),
    "auth.revoke": Method(auth.revoke, "t3", json=False),
    "auth.test": Method(auth.test, "special"),
    "blocks.validate": Method(auth.validate, "t4", token="none"),
    "bots.info": Method(users.bots_info, "t3", ("users:read",), json=False),
    "chat.delete": Method(chat.delete, "t3", ("chat:write",)),
    "chat.deleteScheduledMessage": Method(scheduled.delete_scheduled, "t3", ("chat:write",)),
    "chat.getPermalink": Method(chat.get_permalink, "special", json=False),
    "chat.meMessage": Method(chat.me_message, "t3", ("chat:write",)),
    "chat.postEphemeral": Method(chat.post_ephemeral, "t4", ("chat:write",)),
    "chat.postMessage": Method(chat.post_message, "posting", ("chat:write",)),
    "chat.scheduledMessages.list": Method(scheduled.list_scheduled, "t3"),
    "chat.scheduleMessage": Method(scheduled.schedule, "t3", ("chat:write",)),
    "chat.unfurl": Method(unfurls.unfurl, "t3", ("links:write",)),
    "chat.update": Method(chat.update, "t3", ("chat:write",)),
    "conversations.archive": Method(managing.archive, "t2", _MANAGE),
    "conversations.close": Method(conversations.close, "t2", _MANAGE),
    "conversations.create": Method(managing.create, "t2", _MANAGE),
    "conversations.history": Method(conversations.history, "t3", _HISTORY),
    "conversations.info": Method(conversations.info, "t3", _READ, json=False),
    "conversations.invite": Method(
        managing.invite,
        "t3",
        ("channels:manage", *_TALK, "channels:write.invites", "groups:write.invites"),
    ),
    "conversations.join": Method(managing.join, "t3", ("channels:join",)),
    "conversations.kick": Method(managing.kick, "t3", ("channels:manage", "groups:write")),
    "conversations.leave": Method(managing.leave, "t3", _MANAGE),
    "conversations.list": Method(conversations.list_, "t2", _READ, json=False),
    "conversations.mark": Method(managing.mark, "t3", _MANAGE),
    "conversations.members": Method(conversations.members, "t4", _READ, json=False),
    "conversations.open": Method(conversations.open_, "t3", ("channels:manage", *_TALK)),
    "conversations.rename": Method(managing.rename, "t2", _MANAGE),
    "conversations.replies": Method(conversations.replies, "t3", _HISTORY, json=False),
    "conversations.setPurpose": Method(managing.set_purpose, "t2", _TOPIC),
    "conversations.setTopic": Method(managing.set_topic, "t2", _TOPIC),
    "conversations.unarchive": Method(managing.unarchive, "t2", _MANAGE),
    "emoji.list": Method(users.emoji_list, "t2", ("emoji:read",), json=False),
    "files.completeUploadExternal": Method(files.complete_upload, "t4", ("files:write",)),
    "files.delete": Method(files.delete, "t3", ("files:write",)),
    "files.getUploadURLExternal": Method(files.get_upload_url, "t4", ("files:write",), json=False),
    "files.info": Method(files.info, "t4", ("files:read",), json=False),
    "files.list": Method(files.list_, "t3", ("files:read",), json=False),
    "pins.add": Method(reactions.pin, "t2", ("pins:write",)),
    "pins.list": Method(reactions.pins, "t2", ("pins:read",), json=False),
    "pins.remove": Method(reactions.unpin, "t2", ("pins:write",)),
    "reactions.add": Method(reactions.add, "t3", ("reactions:write",)),
    "reactions.get": Method(reactions.get, "t3", ("reactions:read",), json=False),
    "reactions.remove": Method(reactions.remove, "t2", ("reactions:write",)),
    "team.info": Method(users.team_info, "t3", ("team:read",)),
    "usergroups.list": Method(users.usergroups_list, "t2", ("usergroups:read",), json=False),
    "usergroups.users.list": Method(users.usergroups_users_list, "t2", ("usergroups:read",), json=False),
    "users.conversations": Method(users.conversations, "t3", _READ, json=False),
    "users.getPresence": Method(users.get_presence, "t3", ("users:read",), json=False),
    "users.info": Method(users.info, "t4", ("users:read",), json=False),
    "users.list": Method(users.list_, "t2", ("users:read",), json=False),
    "users.lookupByEmail": Method(users.lookup_by_email, "t3", ("users:read.email",), json=False),
    "users.profile.get": Method(users.profile_get, "t4", ("users.profile:read",), json=False),
    "views.open": Method(views.open_, "t4"),
    "views.publish": Method(views.publish, "t4"),
    "views.push": Method(views.push, "t4"),
    "views.update": Method(views.update, "t4"),
}
