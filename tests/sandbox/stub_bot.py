"""A bot that remembers what it was sent and answers what it was told to."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from sandbox.persona import PATIENCE

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Received:
    headers: dict[str, str]
    body: str
    payload: Json
    """A command's fields, an interaction's payload or an event's envelope."""

    @property
    def kind(self) -> str:
        if self.payload.get("type") == "event_callback":
            return str(self.payload["event"]["type"])
        return "command" if "command" in self.payload else str(self.payload["type"])


@dataclass(slots=True)
class Reply:
    """What to answer. ``after`` seconds; ``body`` a dict for JSON, a str for text, None for nothing."""

    body: Json | str | None = None
    status: int = 200
    after: float = 0.0
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


Answering = Callable[[Received], Reply] | Reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A sandbox that is reset hangs up; that is no news."""


class StubBot:
    def __init__(self, port: int = 0) -> None:
        self.received: list[Received] = []
        self.answers: dict[str, Answering] = {}
        """What to answer to each kind; an empty 200 to what is not here."""
        self._came = threading.Condition()
        bot = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                bot.handle(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's own name for it
                pass

        self._server = _Server(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=lambda: self._server.serve_forever(0.01), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["content-length"])).decode()
        received = Received(dict(request.headers.items()), body, read(request.headers["content-type"], body))
        with self._came:
            self.received.append(received)
            self._came.notify_all()
        answering = self.answers.get(received.kind, Reply())
        reply = answering if isinstance(answering, Reply) else answering(received)
        if reply.after:
            time.sleep(reply.after)
        answer = json.dumps(reply.body) if isinstance(reply.body, dict) else reply.body or ""
        kind = reply.content_type or ("application/json" if isinstance(reply.body, dict) else "text/plain")
        request.send_response(reply.status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(answer.encode())),
            **reply.headers,
        }.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(answer.encode())

    def gets(self, kind: str, count: int = 1, within: float = PATIENCE, **event: Any) -> Received:
        """Wait for the ``count``-th of this kind; of an event also with these fields. Events may overtake each other."""

        def there() -> list[Received]:
            return [
                received
                for received in self.received
                if received.kind == kind and event.items() <= received.payload.get("event", {}).items()
            ]

        with self._came:
            if not self._came.wait_for(lambda: len(there()) >= count, within):
                came = [received.kind for received in self.received]
                raise AssertionError(f"no {kind} {event or ''} came; there came {came}")
            return there()[count - 1]


def read(content_type: str, body: str) -> Json:
    if content_type.startswith("application/json"):
        parsed: Json = json.loads(body)
        return parsed
    fields: Json = dict(parse_qsl(body, keep_blank_values=True))
    if "payload" in fields and "command" not in fields:
        payload: Json = json.loads(fields["payload"])
        return payload
    return fields
