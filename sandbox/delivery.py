"""Brings what people do to the bot: signed over HTTP or down a socket, three seconds for the ack.

https://docs.slack.dev/authentication/verifying-requests-from-slack
https://docs.slack.dev/interactivity/handling-user-interaction
"""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from sandbox.state import Json
from sandbox.tokens import SIGNING_SECRET
from sandbox.traffic import Record, shown_headers

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

MOST_REDIRECTS = 2
"""docs.slack.dev/apis/events-api/#errors"""

SOCKET_TYPES = {"command": "slash_commands", "event": "events_api"}
"""Envelope types of Socket Mode; everything else is ``interactive``."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to tell the bot. ``kind`` is ``command``, ``event`` or an interaction's type."""

    kind: str
    name: str
    payload: Json
    user: str | None = None
    retry: int = 0
    retry_reason: str = ""


@dataclass(frozen=True, slots=True)
class Ack:
    """What came back. ``error`` is None for an ack in time, else the name a person would see."""

    record: Record
    body: str = ""
    content_type: str = ""
    no_retry: bool = False
    unreached: str = "connection_failed"
    """Why there was no answer at all, as Slack names it."""

    @property
    def error(self) -> str | None:
        return self.record.error

    @property
    def retry_reason(self) -> str:
        """``X-Slack-Retry-Reason`` of the next attempt."""
        if self.record.error == "operation_timeout":
            return "http_timeout"
        return self.unreached if self.record.status is None else "http_error"


def encode(delivery: Delivery) -> tuple[str, str]:
    """(content type, body) as Slack sends them: events as JSON, commands as a form, interactions in a form's ``payload``."""
    if delivery.kind == "event":
        return "application/json", wire_json(delivery.payload)
    if delivery.kind == "command":
        return "application/x-www-form-urlencoded", urlencode(delivery.payload)
    return "application/x-www-form-urlencoded", urlencode({"payload": wire_json(delivery.payload)})


def wire_json(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))


def sign(secret: str, timestamp: int, body: str) -> str:
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256)
    return f"v0={digest.hexdigest()}"


class Deliverer:
    def __init__(self, emulator: "Emulator") -> None:
        self._emulator = emulator
        self.told: str | None = None
        """Where a bot has acknowledged something over HTTP."""
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def _http(self) -> aiohttp.ClientSession:
        """Made on the loop that uses it. aiohttp: the bot's answers to others wait for whatever a delivery takes."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=3),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=60),
            )
        return self._session

    async def reaches_bot(self) -> bool:
        """Does the bot's health page answer, or is one of its sockets open?"""
        return bool(self._emulator.sockets.connections) or await self._health() == 200

    async def finds_bot(self) -> bool:
        """Is there a socket of its open, where it uses them; else, does anything at all answer at its address?"""
        em = self._emulator
        if em.uses_sockets:
            return bool(em.sockets.connections)
        return await self._health() is not None

    async def _health(self) -> int | None:
        """The status of the bot's health page; None where nothing answers."""
        if self._emulator.bot_url is None:
            return None
        try:
            async with asyncio.timeout(1.0), self._http.get(_at(self._emulator.bot_url, "healthz")) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None

    async def deliver(self, delivery: Delivery) -> Ack:
        """Bring it to the bot and wait for the ack; a switch may be in the way."""
        em = self._emulator
        switch = em.switches.hit(f"deliver:{delivery.kind}", "deliver:*")
        fault = switch.fault if switch else None
        if fault == "slow" and switch is not None:
            await asyncio.sleep(switch.seconds or 1.0)
        if fault == "twice":
            em.background(self._once_more(delivery))
        ack = await self._attempt(delivery, fault)
        if fault == "reconnect":
            await em.sockets.disconnect("refresh_requested")
        return ack

    async def _once_more(self, delivery: Delivery) -> None:
        await self._attempt(delivery, "twice")

    async def _attempt(self, delivery: Delivery, fault: str | None) -> Ack:
        em = self._emulator
        record = em.traffic.open(
            "to_bot", delivery.kind, delivery.name, em.clock.now(), user=delivery.user, retry=delivery.retry
        )
        if fault is not None:
            record.meant = True
            record.notes.append(f"A switch: {fault}.")
        if fault == "unreachable":
            _fail(record, "dispatch_failed", "A switch makes the bot unreachable.")
            ack = Ack(record)
        elif em.uses_sockets:
            ack = await self._by_socket(delivery, record)
        else:
            ack = await self._by_http(delivery, record)
        if fault != "unreachable":
            self._note_presence(record)
        if fault == "lost_ack" and record.error is None:
            _fail(record, "operation_timeout", "The bot acknowledged, but a switch loses the ack.")
            ack = Ack(record)
        em.traffic.close(record)
        return ack

    def _note_presence(self, record: Record) -> None:
        if record.status is not None:
            self._emulator.presence.found()
        elif record.error == "dispatch_failed":
            self._emulator.presence.missed()

    async def _by_socket(self, delivery: Delivery, record: Record) -> Ack:
        em = self._emulator
        record.method = "WS"
        started = time.perf_counter()
        envelope_type = SOCKET_TYPES.get(delivery.kind, "interactive")
        answer = await em.sockets.send(envelope_type, delivery, record, em.ack_seconds)
        record.ms = (time.perf_counter() - started) * 1000
        if record.error is not None or answer is None:
            return Ack(record)
        record.status = 200
        return Ack(record, body=wire_json(answer) if answer else "", content_type="application/json")

    async def _by_http(self, delivery: Delivery, record: Record) -> Ack:
        em = self._emulator
        content_type, body = encode(delivery)
        record.request_body = body
        if em.bot_url is None:
            _fail(
                record,
                "dispatch_failed",
                "Nobody has said where the bot is: start with --bot, or POST /sandbox/bot.",
            )
            return Ack(record)
        record.url = _at(em.bot_url, "slack/events")
        headers = self._headers(delivery, content_type, body)
        record.request_headers = shown_headers(headers.items())
        started = time.perf_counter()
        try:
            async with (
                asyncio.timeout(em.ack_seconds),
                self._http.post(
                    record.url, data=body.encode(), headers=headers, max_redirects=MOST_REDIRECTS + 1
                ) as response,
            ):
                record.response_body = await response.text(errors="replace")
        except TimeoutError:
            _fail(record, "operation_timeout", f"The bot did not acknowledge within {em.ack_seconds:g} s.")
            return Ack(record)
        except aiohttp.ClientError as error:
            said = f"{error}" or type(error).__name__
            _fail(record, "dispatch_failed", f"The bot at {em.bot_url} could not be reached: {said}.")
            return Ack(record, unreached=_why(error))
        finally:
            record.ms = (time.perf_counter() - started) * 1000
        record.request_headers = shown_headers(response.request_info.headers.items())
        record.status = response.status
        record.response_headers = shown_headers(response.raw_headers)
        if 200 <= response.status < 300:
            self.told = em.bot_url
        else:
            _fail(record, "dispatch_failed", f"The bot answered {response.status}; only a 2xx is an ack.")
        return Ack(
            record,
            body=record.response_body,
            content_type=response.headers.get("content-type", ""),
            no_retry=response.headers.get("x-slack-no-retry") == "1",
        )

    def _headers(self, delivery: Delivery, content_type: str, body: str) -> dict[str, str]:
        # Real time, not the sandbox's: the bot compares it with its own clock.
        timestamp = int(time.time())
        headers = {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept-Encoding": "gzip,deflate",
            "Accept": "*/*" if delivery.kind == "event" else "application/json,*/*",
            "X-Slack-Signature": sign(SIGNING_SECRET, timestamp, body),
            "X-Slack-Request-Timestamp": str(timestamp),
            "Content-Type": content_type,
        }
        if delivery.retry:
            headers["X-Slack-Retry-Num"] = str(delivery.retry)
            headers["X-Slack-Retry-Reason"] = delivery.retry_reason
        return headers


def _at(bot_url: str, path: str) -> str:
    return f"{bot_url.rstrip('/')}/{path}"


def _why(error: aiohttp.ClientError) -> str:
    """As in ``X-Slack-Retry-Reason``: https://docs.slack.dev/apis/events-api/#errors."""
    if isinstance(error, aiohttp.TooManyRedirects):
        return "too_many_redirects"
    if isinstance(error, aiohttp.ClientSSLError):
        return "ssl_error"
    return "connection_failed" if isinstance(error, aiohttp.ClientConnectionError) else "unknown_error"


def _fail(record: Record, error: str, sentence: str) -> None:
    record.error, record.sentence = error, sentence
