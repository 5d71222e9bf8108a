"""The Web API's methods that the sandbox has: which function, how often, with which scopes, where it is documented."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack import auth, chat, conversations, users, views
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
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")

METHODS: dict[str, Method] = {
    "api.test": Method(auth.api_test, "t4", token="none"),
    "apps.connections.open": Method(auth.connections_open, "t3", token="xapp"),
    "auth.revoke": Method(auth.revoke, "t3", json=False),
    "auth.test": Method(auth.test, "special"),
    "blocks.validate": Method(auth.validate, "t4", token="none"),
    "bots.info": Method(users.bots_info, "t3", ("users:read",), json=False),
    "chat.delete": Method(chat.delete, "t3", ("chat:write",)),
    "chat.getPermalink": Method(chat.get_permalink, "special", json=False),
    "chat.meMessage": Method(chat.me_message, "t3", ("chat:write",)),
    "chat.postEphemeral": Method(chat.post_ephemeral, "t4", ("chat:write",)),
    "chat.postMessage": Method(chat.post_message, "posting", ("chat:write",)),
    "chat.update": Method(chat.update, "t3", ("chat:write",)),
    "conversations.close": Method(conversations.close, "t2", ("im:write", "mpim:write")),
    "conversations.history": Method(conversations.history, "t3", _HISTORY),
    "conversations.info": Method(conversations.info, "t3", _READ, json=False),
    "conversations.list": Method(conversations.list_, "t2", _READ, json=False),
    "conversations.members": Method(conversations.members, "t4", _READ, json=False),
    "conversations.open": Method(conversations.open_, "t3", ("im:write", "mpim:write")),
    "conversations.replies": Method(conversations.replies, "t3", _HISTORY, json=False),
    "emoji.list": Method(users.emoji_list, "t2", ("emoji:read",), json=False),
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
