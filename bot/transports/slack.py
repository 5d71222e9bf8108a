"""Telling people in Slack."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.alerts import REMEDIES, Delivery
from bot.domain.errors import DeliveryError
from bot.messages.blocks import Message

PASSING = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
        "external_channel_migrating",
        "update_failed",
    }
)
"""Refusals by which Slack says that it is its own trouble (docs.slack.dev/reference/methods/chat.postMessage, and
chat.update)."""

NO_UNFURLING = {"unfurl_links": False, "unfurl_media": False}
"""Following a suspect's link would tip them off, and show everyone what is behind it."""

METADATA_EVENT = "operation_delivery"


class SlackTransport:
    """Posts and edits messages by Slack's Web API, and redraws cards by their response URLs."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def post(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str:
        """Post to a channel, or to a person; the delivery's id travels along, so that a double can be told."""
        # Shown in the channel too: below an alert alone, nobody who has not written there would hear of it.
        extra: dict[str, Any] = {"thread_ts": thread_ts, "reply_broadcast": True} if thread_ts else {}
        answer = await self._call(
            "chat.postMessage",
            channel=delivery.address,
            metadata=_metadata(delivery),
            **NO_UNFURLING,
            **extra,
            **message.content,
        )
        return _name_of(delivery, answer)

    async def edit(self, delivery: Delivery, message: Message) -> str:
        """Bring a message that stands up to date."""
        channel, _, ts = (delivery.message_ts or "").rpartition("/")
        answer = await self._call(
            "chat.update",
            channel=channel or delivery.address,
            ts=ts,
            metadata=_metadata(delivery),
            parse="none",
            **message.content,
        )
        return _name_of(delivery, answer)

    async def whisper(self, delivery: Delivery, message: Message, thread_ts: str | None) -> str:
        """Show a message to one person alone; in a conversation of the two that is any message."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        if delivery.address.startswith("D"):
            answer = await self._call(
                "chat.postMessage", channel=delivery.address, **NO_UNFURLING, **thread, **message.content
            )
            return str(answer["ts"])
        answer = await self._call(
            "chat.postEphemeral",
            channel=delivery.address,
            user=delivery.slack_user,
            **thread,
            **message.content,
        )
        return str(answer["message_ts"])

    async def respond(self, delivery: Delivery, message: Message, *, replace: bool) -> None:
        """Answer at a response URL; it works five times within half an hour, then never again.

        Only a click's URL can replace the message that was clicked in; a command's always adds one
        (docs.slack.dev/interactivity/handling-user-interaction).
        """
        if self._client.session is None:
            raise RuntimeError("the client was made without a session")
        body = {"replace_original": replace, "response_type": "ephemeral", **message.content}
        try:
            async with self._client.session.post(
                delivery.address, json=body, proxy=self._client.proxy
            ) as answer:
                status, retry_after = answer.status, answer.headers.get("Retry-After")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryError(type(error).__name__, passing=True) from error
        if status == 429:
            raise DeliveryError("ratelimited", passing=True, retry_after=_seconds(retry_after))
        if status >= 500:
            raise DeliveryError(f"http {status}", passing=True)
        if status >= 400:
            raise DeliveryError(f"http {status}", permanent=True)

    async def _call(self, method: str, **arguments: Any) -> Any:
        try:
            return await self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise delivery_error(error) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise DeliveryError(type(error).__name__, passing=True) from error


def _name_of(delivery: Delivery, answer: Any) -> str:
    """How a message is found again. One to a person is posted to their id, but edited in the conversation that Slack
    names in its answer: ``D0123/1767614400.000001`` (docs.slack.dev/reference/methods/chat.update).
    """
    channel, ts = str(answer.get("channel") or ""), str(answer["ts"])
    return f"{channel}/{ts}" if channel.startswith("D") and channel != delivery.address else ts


def delivery_error(error: SlackApiError) -> DeliveryError:
    """What a refusal means. One without Slack's JSON in it is a gateway's, and passes."""
    answer: Any = error.response
    status = getattr(answer, "status_code", 0)
    headers = getattr(answer, "headers", {}) or {}
    reason = answer.get("error") if isinstance(getattr(answer, "data", None), dict) else None
    if status == 429 or reason in ("ratelimited", "rate_limited"):
        retry_after = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
        return DeliveryError("ratelimited", passing=True, retry_after=_seconds(retry_after))
    if not reason:
        return DeliveryError(f"http {status}", passing=True)
    return DeliveryError(str(reason), permanent=reason in REMEDIES, passing=reason in PASSING)


def _seconds(header: str | None) -> float:
    """What Slack asks for, within an hour; it sends whole seconds (docs.slack.dev/apis/web-api/rate-limits)."""
    return min(float(header), 3600.0) if header and header.isascii() and header.isdigit() else 30.0


def _metadata(delivery: Delivery) -> dict[str, Any]:
    """Readable by everyone in the workspace (docs.slack.dev/messaging/message-metadata): an id and nothing else.

    A version would count changes that the channel's readers may not know of.
    """
    return {"event_type": METADATA_EVENT, "event_payload": {"delivery_id": delivery.id}}
