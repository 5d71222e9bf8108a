"""The manifest of an app that may and hears everything the sandbox has."""

from typing import Any

SCOPES = [
    "app_mentions:read", "channels:history", "channels:join", "channels:manage", "channels:read", "chat:write",
    "chat:write.customize", "commands", "emoji:read", "files:read", "files:write", "groups:history", "groups:read",
    "groups:write", "im:history", "im:read", "im:write", "links:read", "links:write", "mpim:history", "mpim:read",
    "mpim:write", "pins:read", "pins:write", "reactions:read", "reactions:write", "team:read", "usergroups:read",
    "users:read", "users:read.email", "users.profile:read",
]  # fmt: skip

EVENTS = [
    "app_home_opened", "app_mention", "channel_archive", "channel_rename", "channel_shared", "channel_unshared",
    "file_shared", "link_shared", "member_joined_channel", "member_left_channel", "message.channels", "message.groups",
    "message.im", "message.mpim", "reaction_added", "reaction_removed", "user_change", "team_join",
]  # fmt: skip

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Operation Fulfilled Action"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "ofa"},
        "slash_commands": [
            {
                "command": "/flag",
                "description": "Flag something",
                "usage_hint": "parcel NUMBER",
                "should_escape": True,
            },
            {"command": "/plain", "description": "As typed"},
        ],
        "shortcuts": [
            {"type": "message", "name": "Flag this", "description": "Flag it", "callback_id": "flag_this"},
            {"type": "global", "name": "Flag something", "description": "A form", "callback_id": "flag_form"},
        ],
        "unfurl_domains": ["cases.example"],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}},
    "settings": {
        "event_subscriptions": {"bot_events": EVENTS},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": False,
    },
}
