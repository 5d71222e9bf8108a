"""A second, minimal Slack: a few methods of the Web API, and requests signed as Slack signs them. Nothing of the sandbox's.

It is written from docs.slack.dev/authentication/verifying-requests-from-slack and the methods' own pages alone.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

Json = dict[str, Any]

TOKEN = "xoxb-another"
SECRET = "another-secret"
TEAM, BOT = "T0OPS", "U0OTHERBOT"
PEOPLE = {
    "C0AMAZON": "U0AMAZON1",
    "C0DHL": "U0DHL1",
    "C0CBP": "U0CBP1",
    "C0IPRC": "U0IPRC1",
    "C0OPS": "U0COORD1",
}


@dataclass
class AnotherSlack:
    """Records what the bot asks; ``url`` is where."""

    calls: list[tuple[str, Json]] = field(default_factory=list)
    """(method, arguments); what goes to a response URL is called ``response_url``."""

    def __enter__(self) -> Self:
        self._came = threading.Condition()
        slack = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
                answer = slack.answer(self.path, self.headers["Authorization"] or "", body)
                content = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json; charset=utf-8")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's own name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, authorization: str, body: str) -> Json:
        address = urlsplit(path)
        is_json = body.startswith("{")
        arguments = dict(parse_qsl(address.query)) | (json.loads(body) if is_json else dict(parse_qsl(body)))
        method = address.path.removeprefix("/another/api/")
        if address.path.startswith("/hooks/"):
            method = "response_url"
        elif authorization != f"Bearer {TOKEN}":
            return {"ok": False, "error": "invalid_auth"}
        with self._came:
            self.calls.append((method, arguments))
            number = len(self.calls)
            self._came.notify_all()
        methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": lambda _: {
                "team_id": TEAM,
                "team": "Another",
                "user_id": BOT,
                "user": "bot",
                "bot_id": "B1",
            },
            "chat.postMessage": lambda asked: {"channel": asked["channel"], "ts": f"1700000000.{number:06}"},
            "chat.update": lambda asked: {"channel": asked["channel"], "ts": asked["ts"]},
            "conversations.info": lambda asked: {"channel": {"id": asked["channel"], "is_member": True}},
            "conversations.members": lambda asked: {"members": [PEOPLE[asked["channel"]], BOT]},
            "response_url": lambda _: {},
        }
        if method not in methods:
            return {"ok": False, "error": "unknown_method"}
        return {"ok": True, **methods[method](arguments)}

    def awaits(self, method: str, wanted: Callable[[Json], bool], within: float = 60.0) -> Json:
        """Wait for a call of this method like that; its arguments."""

        def found() -> Json | None:
            return next((asked for name, asked in self.calls if name == method and wanted(asked)), None)

        with self._came:
            if not self._came.wait_for(found, within):
                raise AssertionError(f"no such {method}; there were {[name for name, _ in self.calls]}")
            return found() or {}


def send(bot: str, content: Json, *, as_json: bool = False) -> httpx.Response:
    """A command's fields, an interaction's ``payload`` or (``as_json``) an event, signed."""
    body = json.dumps(content) if as_json else urlencode(content)
    moment = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json" if as_json else "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={digest}",
    }
    with httpx.Client(trust_env=False, timeout=10) as http:
        return http.post(f"{bot}/slack/events", content=body, headers=headers)
