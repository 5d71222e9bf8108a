"""What happens in the workspace, told to the app: https://docs.slack.dev/apis/events-api/

An event reaches the app if its manifest subscribes to it, its scopes allow it and, for what happens in a channel, the bot
is in it. What is not acknowledged comes again at once, after a minute and after five.
"""

from typing import TYPE_CHECKING

from sandbox.delivery import Ack, Delivery
from sandbox.state import Channel, Json
from sandbox.tokens import VERIFICATION_TOKEN

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

RETRY_AFTER = (0.0, 60.0, 300.0)
"""Seconds from the failure to the next attempt."""

CHANNEL_TYPES = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}

_MESSAGE_EVENTS = {
    "channel": "message.channels",
    "group": "message.groups",
    "im": "message.im",
    "mpim": "message.mpim",
}

_SCOPES = {
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "message.mpim": ("mpim:history",),
    "app_mention": ("app_mentions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
    "link_shared": ("links:read",),
    "file_shared": ("files:read",),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_rename": ("channels:read",),
    "channel_shared": ("channels:read", "groups:read"),
    "channel_unshared": ("channels:read", "groups:read"),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "group_rename": ("groups:read",),
    "user_change": ("users:read",),
    "team_join": ("users:read",),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "channel_left": ("channels:read",),
    "group_left": ("groups:read",),
}
"""Which scopes (any of them) the app needs to be told; app_home_opened needs none."""

_BY_KIND = ("channels:read", "groups:read")
"""The one for what happens in a public channel, the other in a private one."""

_WITHOUT_MEMBERSHIP = {
    "channel_rename",
    "channel_archive",
    "channel_unarchive",
    "app_home_opened",
    "link_shared",
}


def subscription(event: Json) -> str:
    """The name under which a manifest subscribes to this event."""
    if event["type"] == "message":
        return _MESSAGE_EVENTS[event["channel_type"]]
    return str(event["type"])


def tell(em: "Emulator", event: Json, channel: Channel | None = None, user: str | None = None) -> None:
    """Deliver ``event`` in the background if the app is to hear of it."""
    name = subscription(event)
    if not _is_due(em, name, channel):
        return
    em.background(_deliver(em, Delivery("event", name, envelope(em, event, channel), user=user)))


def _is_due(em: "Emulator", name: str, channel: Channel | None) -> bool:
    app = em.workspace.app
    if name not in app.events or app.token_revoked:
        return False
    scopes = _SCOPES.get(name)
    if scopes == _BY_KIND and channel is not None:
        scopes = ("channels:read",) if channel.kind == "public" else ("groups:read",)
    if scopes and not set(scopes) & set(app.scopes):
        return False
    return channel is None or name in _WITHOUT_MEMBERSHIP or app.bot_user in channel.members


def envelope(em: "Emulator", event: Json, channel: Channel | None = None) -> Json:
    team, app = em.workspace.team, em.workspace.app
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "context_team_id": team.id,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": event,
        "type": "event_callback",
        "event_id": em.ids.new("Ev"),
        "event_time": int(em.clock.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team.id,
                "user_id": app.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": channel is not None and channel.is_ext_shared,
        "event_context": f"4-{em.ids.token()}",
    }


async def _deliver(em: "Emulator", delivery: Delivery) -> None:
    """Until it is acknowledged, refused for good, or the third retry has failed."""
    ack = await _attempt(em, delivery)
    for number, seconds in enumerate(RETRY_AFTER, 1):
        if ack.error is None or ack.no_retry:
            return
        await em.clock.sleep_until(em.clock.now() + seconds)
        ack = await _attempt(em, _again(delivery, number, ack))


async def _attempt(em: "Emulator", delivery: Delivery) -> Ack:
    async with em.event_places:
        return await em.deliverer.deliver(delivery)


def _again(delivery: Delivery, number: int, ack: Ack) -> Delivery:
    reason = "timeout" if ack.record.method == "WS" else ack.retry_reason
    return Delivery("event", delivery.name, delivery.payload, delivery.user, number, reason)
