"""chat.scheduleMessage and its kin: https://docs.slack.dev/reference/methods/chat.scheduleMessage"""

from typing import TYPE_CHECKING

from sandbox import messages
from sandbox.refusal import Refusal
from sandbox.slack.call import Call, invalid_argument, page_of
from sandbox.slack.chat import target
from sandbox.slack.content import content, thread_of
from sandbox.state import Channel, Json, Scheduled

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

DAYS_AHEAD = 120
WINDOW_SECONDS = 300
WINDOW_MESSAGES = 30


def schedule(call: Call) -> Json:
    channel = target(call)
    post_at = call.whole("post_at", 0, 2**53)
    if not post_at:
        raise invalid_argument("missing required field: post_at")
    _check_time(call, channel, post_at)
    fields = content(call)
    if (parent := thread_of(call, channel)) is not None:
        fields["thread_ts"] = parent.ts
    em = call.em
    planned = Scheduled(em.ids.new("Q"), channel.id, post_at, fields, int(em.clock.now()), call.app.bot_user)
    call.workspace.scheduled[planned.id] = planned
    em.background(_post_when_due(em, planned))
    return {
        "channel": channel.id,
        "scheduled_message_id": planned.id,
        "post_at": post_at,
        "message": {
            "text": fields.get("text", ""),
            "bot_id": call.app.bot_id,
            **{key: fields[key] for key in ("blocks", "attachments") if key in fields},
            "type": "delayed_message",
            "subtype": "bot_message",
        },
    }


def delete_scheduled(call: Call) -> Json:
    planned = call.workspace.scheduled.get(call.required("scheduled_message_id"))
    if planned is None or planned.channel != call.channel().id:
        raise Refusal("invalid_scheduled_message_id", sentence="Nothing waits under that id in that channel.")
    del call.workspace.scheduled[planned.id]
    return {}


def list_scheduled(call: Call) -> Json:
    waiting = sorted(call.workspace.scheduled.values(), key=lambda planned: planned.post_at)
    if (channel := call.text("channel")) is not None:
        waiting = [planned for planned in waiting if planned.channel == channel]
    page, metadata = page_of(call, waiting)
    shown = [
        {
            "id": planned.id,
            "channel_id": planned.channel,
            "post_at": planned.post_at,
            "date_created": planned.created,
            "text": planned.body.get("text", ""),
        }
        for planned in page
    ]
    return {"scheduled_messages": shown, "response_metadata": metadata}


def resume(em: "Emulator") -> None:
    """After a loaded state: wait again for what is planned."""
    for planned in em.workspace.scheduled.values():
        em.background(_post_when_due(em, planned))


def _check_time(call: Call, channel: Channel, post_at: int) -> None:
    now = call.em.clock.now()
    if post_at <= now:
        raise Refusal("time_in_past", sentence=f"post_at is {now - post_at:.0f} s ago.")
    if post_at > now + DAYS_AHEAD * 86400:
        raise Refusal("time_too_far", sentence=f"Messages can be planned {DAYS_AHEAD} days ahead.")
    near = [
        planned
        for planned in call.workspace.scheduled.values()
        if planned.channel == channel.id and abs(planned.post_at - post_at) < WINDOW_SECONDS
    ]
    if len(near) >= WINDOW_MESSAGES:
        raise Refusal(
            "restricted_too_many",
            sentence=f"{WINDOW_MESSAGES} messages within five minutes are planned there.",
        )


async def _post_when_due(em: "Emulator", planned: Scheduled) -> None:
    await em.clock.sleep_until(planned.post_at)
    if em.workspace.scheduled.pop(planned.id, None) is None:
        return
    channel = em.workspace.channels.get(planned.channel)
    if channel is not None and not channel.is_archived:
        messages.post(em, channel, messages.bot_message(em, dict(planned.body)))
