"""Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode"""

import asyncio
import contextlib
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from sandbox.delivery import Delivery, wire_json
from sandbox.programs import NOBODY
from sandbox.reading import read_json
from sandbox.state import Json
from sandbox.traffic import Record

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

MOST_CONNECTIONS = 10
TICKET_SECONDS = 30
CONNECTION_SECONDS = 3600
"""What ``hello`` says about how long a connection lasts. Here it lasts until somebody asks for a refresh."""


@dataclass(slots=True)
class Connection:
    number: int
    websocket: WebSocket
    closing: bool = False
    """It was told to refresh: acks are still taken, nothing new is sent."""


@dataclass(slots=True)
class Pending:
    delivery: Delivery
    connection: Connection
    accepts_payload: bool
    answered: "asyncio.Future[Json]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Sockets:
    """The app's open connections. A payload goes to one of them in turn; its ack may come on any."""

    def __init__(self, emulator: "Emulator") -> None:
        self._emulator = emulator
        self._numbers = itertools.count(1)
        self._turn = itertools.count()
        self._tickets: dict[str, float] = {}
        self._pending: dict[str, Pending] = {}
        self.connections: dict[int, Connection] = {}
        self.used = False
        """The app has asked for a connection: from then on it is not sent anything over HTTP."""

    def issue_ticket(self) -> str:
        self.used = True
        ticket = self._emulator.ids.token()
        self._tickets[ticket] = self._emulator.clock.now() + TICKET_SECONDS
        return ticket

    async def serve(self, websocket: WebSocket) -> None:
        ticket = websocket.path_params["ticket"]
        expires = self._tickets.pop(ticket, 0.0)
        if expires < self._emulator.clock.now():
            await websocket.close(code=4001, reason="unknown or used ticket")
            return
        await websocket.accept()
        connection = Connection(next(self._numbers), websocket)
        if len(self.connections) >= MOST_CONNECTIONS:
            await self._say(connection, self._disconnect("too_many_websockets"))
            await websocket.close()
            return
        self.connections[connection.number] = connection
        self._note_opened(connection)
        self._tell()
        try:
            await self._say(connection, self._hello())
            while True:
                frame = await websocket.receive()
                if frame["type"] == "websocket.disconnect":
                    break
                self._heard(connection, frame.get("text") or repr(frame.get("bytes")))
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            self.connections.pop(connection.number, None)
            self._lost(connection)
            self._tell()

    async def send(
        self, envelope_type: str, delivery: Delivery, record: Record, seconds: float
    ) -> Json | None:
        """Send and wait for the ack; its payload, or None with the reason in ``record``."""
        connection = self._next_connection()
        if connection is None:
            record.error = "dispatch_failed"
            record.sentence = "Socket Mode is on, but the app has no connection open."
            return None
        envelope: Json = {
            "envelope_id": self._emulator.ids.token(),
            "payload": delivery.payload,
            "type": envelope_type,
            "accepts_response_payload": delivery.kind != "event",
        }
        if delivery.kind == "event":
            envelope |= {"retry_attempt": delivery.retry, "retry_reason": delivery.retry_reason}
        record.request_body = wire_json(envelope)
        record.url = f"connection {connection.number}"
        pending = Pending(delivery, connection, envelope["accepts_response_payload"])
        self._pending[envelope["envelope_id"]] = pending
        try:
            await self._say(connection, envelope)
            async with asyncio.timeout(seconds):
                answer = await pending.answered
        except TimeoutError:
            record.error = "operation_timeout"
            record.sentence = f"The envelope was not acknowledged within {seconds:g} s."
            return None
        except ConnectionError as error:
            record.error = "dispatch_failed"
            record.sentence = f"{error}"
            return None
        finally:
            self._pending.pop(envelope["envelope_id"], None)
        record.response_body = wire_json(answer)
        if answer.get("payload") is not None and not pending.accepts_payload:
            record.notes.append(
                "The ack carries a payload, but this envelope does not accept one; it is ignored."
            )
            return {}
        payload = answer.get("payload")
        if isinstance(payload, str):
            return {"text": payload} if payload else {}
        return payload if isinstance(payload, dict) else {}

    async def disconnect(self, reason: str, number: int | None = None) -> int:
        """Tell connections to go: ``warning``, ``refresh_requested``, ``link_disabled`` …, or ``drop`` them without a word."""
        chosen = [c for c in self.connections.values() if number in (None, c.number)]
        for connection in chosen:
            if reason == "drop":
                await self._close(connection, 1006)
                continue
            with contextlib.suppress(ConnectionError):  # it has gone by itself meanwhile
                await self._say(connection, self._disconnect(reason))
            if reason == "refresh_requested":
                connection.closing = True
                self._emulator.background(self._close_later(connection))
            elif reason != "warning":
                await self._close(connection, 1000)
        return len(chosen)

    async def close(self) -> None:
        for connection in list(self.connections.values()):
            await self._close(connection, 1001)

    async def _close_later(self, connection: Connection) -> None:
        await asyncio.sleep(10)
        await self._close(connection, 1000)

    async def _close(self, connection: Connection, code: int) -> None:
        if connection.websocket.client_state is not WebSocketState.DISCONNECTED:
            with contextlib.suppress(RuntimeError):
                await connection.websocket.close(code=1011 if code == 1006 else code)

    def _next_connection(self) -> Connection | None:
        usable = [c for c in self.connections.values() if not c.closing]
        return usable[next(self._turn) % len(usable)] if usable else None

    async def _say(self, connection: Connection, frame: Json) -> None:
        try:
            await connection.websocket.send_text(wire_json(frame))
        except (RuntimeError, WebSocketDisconnect):
            raise ConnectionError(f"Connection {connection.number} closed while sending.") from None

    def _heard(self, connection: Connection, text: str) -> None:
        try:
            frame: Any = read_json(text)
        except ValueError:
            frame = None
        if not isinstance(frame, dict) or not isinstance(frame.get("envelope_id"), str):
            self._odd_frame(
                connection, text, "The app sent a frame that is no ack: JSON with an envelope_id is needed."
            )
            return
        pending = self._pending.get(frame["envelope_id"])
        if pending is None or pending.answered.done():
            self._odd_frame(
                connection, text, "An ack for an envelope that is not waiting: too late, twice, or unknown."
            )
            return
        pending.answered.set_result(frame)

    def _lost(self, connection: Connection) -> None:
        for pending in self._pending.values():
            if pending.connection is connection and not pending.answered.done():
                pending.answered.set_exception(
                    ConnectionError(
                        f"Connection {connection.number} closed before the envelope was acknowledged."
                    )
                )

    def _odd_frame(self, connection: Connection, text: str, sentence: str) -> None:
        traffic = self._emulator.traffic
        record = traffic.open("to_slack", "socket", "frame", self._emulator.clock.now(), method="WS")
        record.url, record.request_body, record.notes = f"connection {connection.number}", text, [sentence]
        record.ms = 0.0
        traffic.close(record)

    def _note_opened(self, connection: Connection) -> None:
        traffic, count = self._emulator.traffic, len(self.connections)
        record = traffic.open(
            "to_slack", "socket", "connect", self._emulator.clock.now(), method="WS", status=101
        )
        record.url, record.ms = f"connection {connection.number}", 0.0
        if count > 1:
            record.notes.append(
                f"The app has {count} connections now; each payload goes to one of them in turn."
            )
        record.notes += self._emulator.others_with_the_token(connection.websocket.client or NOBODY)
        traffic.close(record)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.connections),
            "debug_info": {
                "host": "applink-sandbox",
                "build_number": 1,
                "approximate_connection_time": CONNECTION_SECONDS,
            },
            "connection_info": {"app_id": self._emulator.workspace.app.id},
        }

    @staticmethod
    def _disconnect(reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}

    def _tell(self) -> None:
        em = self._emulator
        if self.connections:
            em.presence.found()
        elif em.uses_sockets:
            em.presence.missed()
        em.presence.tell()
