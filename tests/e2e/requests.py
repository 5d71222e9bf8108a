"""Requests to the bot's own door, as Slack sends them, or somebody else."""

import hashlib
import hmac
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

TELL_TALE = "a-word-that-no-log-may-hold"


@dataclass(frozen=True)
class Request:
    """A request to the bot as Slack, or somebody else, sends it."""

    body: bytes = urlencode({"command": "/flag", "text": TELL_TALE}).encode()
    content_type: str = "application/x-www-form-urlencoded"
    age: float = 0
    secret: str = "sandbox-signing-secret"
    headers: tuple[tuple[str, bytes], ...] | None = None
    """In place of the right ones."""

    def sent(self, bot: str) -> httpx.Response:
        with httpx.Client(trust_env=False) as http:
            return http.post(f"{bot}/slack/events", content=self.body, headers=self._signed())

    def _signed(self) -> list[tuple[bytes, bytes]]:
        moment = str(int(time.time() - self.age))
        base = b"v0:" + moment.encode() + b":" + self.body
        signature = "v0=" + hmac.new(self.secret.encode(), base, hashlib.sha256).hexdigest()
        right = (
            ("X-Slack-Request-Timestamp", moment.encode()),
            ("X-Slack-Signature", signature.encode()),
        )
        headers = (
            ("Content-Type", self.content_type.encode()),
            *(right if self.headers is None else self.headers),
        )
        return [(name.encode(), value) for name, value in headers]
