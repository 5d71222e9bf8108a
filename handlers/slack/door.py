"""Where Slack's HTTP requests come in: only what Slack signed, lately, and in one piece gets to Bolt."""

import json
import logging
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from handlers.bodies import TooLarge, storable, whole
from handlers.slack.shapes import has_shape

log = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000
"""Bytes. Slack's own largest is a view of 250 kB."""


class Refused(Exception):
    """A request that does not get in; ``status`` says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class SlackDoor:
    """Checks and parses a request, and hands it to Bolt."""

    def __init__(self, app: AsyncApp, signing_secret: str) -> None:
        self._app = app
        self._verifier = SignatureVerifier(signing_secret)

    async def __call__(self, request: Request) -> Response:
        """``POST /slack/events``: commands, interactivity, options and events alike; by GET Slack's look at the certificate."""
        try:
            body = await whole(request, LARGEST_BODY)
            if _is_a_look_at_the_certificate(request, body):
                return Response()
            self._verify(body, request)
            parsed = parse(body, request.headers.get("content-type", ""))
            asked = _asked(parsed, request)
        except TooLarge:
            log.warning("refused a request with 413: too large")
            return JSONResponse({"error": "too large"}, status_code=413)
        except Refused as refusal:
            # Never the body: it may hold what somebody typed.
            log.warning("refused a request with %d: %s", refusal.status, refusal)
            return JSONResponse({"error": str(refusal)}, status_code=refusal.status)
        if parsed.get("type") == "app_rate_limited":  # no event, and nothing that Bolt knows
            log.warning("Slack holds events back: there are more than it brings in an hour")
            return Response()
        answer = await self._app.async_dispatch(asked)
        return Response(answer.body, answer.status, answer.first_headers_without_set_cookie())

    def _verify(self, body: bytes, request: Request) -> None:
        """Slack's signature, within its five minutes (docs.slack.dev/authentication/verifying-requests-from-slack)."""
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        if not timestamp or not signature:
            raise Refused(401, "unsigned")
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()):
            raise Refused(400, "garbled signature headers")
        try:
            signed = self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError as error:  # the verifier reads the body as text
            raise Refused(400, "garbled body") from error
        if not signed:
            raise Refused(401, "stale or wrongly signed")


def _is_a_look_at_the_certificate(request: Request, body: bytes) -> bool:
    """Slack takes one now and then, unsigned, and wants nothing but a 200
    (docs.slack.dev/interactivity/implementing-slash-commands).
    """
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    asked = request.url.query.encode() if request.method == "GET" else body if is_form else b""
    return b"ssl_check=1" in asked.split(b"&")


def _asked(parsed: dict[str, Any], request: Request) -> AsyncBoltRequest:
    try:
        # Bolt takes a parsed body only in its mode for Socket Mode; nothing else depends on the mode.
        return AsyncBoltRequest(mode="socket_mode", body=parsed, headers=dict(request.headers))
    except Exception as error:  # it looks for ids in places without end, and stumbles over what is none
        raise Refused(400, "garbled body") from error


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """A body as Slack sends it: JSON, or a form that may carry JSON in its field ``payload``."""
    try:
        text = body.decode()
        if content_type.startswith("application/json") or text.startswith("{"):
            parsed = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True))
            parsed = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError) as error:
        raise Refused(400, "garbled body") from error
    if not has_shape(parsed):
        raise Refused(400, "garbled body")
    return dict(storable(parsed))
