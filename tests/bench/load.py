"""The load: so many people at once, each asking again as soon as they have their answer, over a connection they keep."""

import asyncio
import gc
import math
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import uvloop

from tests.bench.processes import BenchError

ENDS_WITHIN = 120.0
"""Seconds that one burst may take."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it goes over the wire, signed before the clock runs, and what its answer has to hold."""

    wire: bytes
    expects: tuple[bytes, ...]


@dataclass(slots=True)
class Burst:
    """What came of a load."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    """Seconds from a request's first byte out to its answer's last byte in."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which ``share`` (0 to 1) of the answers came, in milliseconds."""
        return sorted(self.latencies)[math.ceil(len(self.latencies) * share) - 1] * 1000


def load(host: str, port: int, requests: Sequence[Request], at_once: int, seconds: float) -> Burst:
    """Send the requests, ``at_once`` at any time, and none any more after so many ``seconds``.

    Raises :class:`BenchError` at the first wrong answer.
    """
    gc.collect()
    gc.disable()
    try:
        return uvloop.run(_load(host, port, requests, at_once, seconds))
    finally:
        gc.enable()


async def _load(host: str, port: int, requests: Sequence[Request], at_once: int, seconds: float) -> Burst:
    loop = asyncio.get_running_loop()
    burst = Burst()
    waiting = _until(time.perf_counter() + seconds, requests)
    people = [
        (await loop.create_connection(lambda: _Person(waiting, burst), host, port))[1] for _ in range(at_once)
    ]
    began = time.perf_counter()
    for person in people:
        person.ask()
    try:
        async with asyncio.timeout(ENDS_WITHIN):
            await asyncio.gather(*(person.done for person in people))
    except TimeoutError as error:
        raise BenchError(f"only {len(burst.latencies)} answers came in {ENDS_WITHIN:g} s") from error
    finally:
        burst.seconds = time.perf_counter() - began
        for person in people:
            person.leave()
    return burst


def _until(end: float, requests: Iterable[Request]) -> Iterator[Request]:
    for request in requests:
        if time.perf_counter() > end:
            return
        yield request


class _Person(asyncio.Protocol):
    def __init__(self, waiting: Iterator[Request], burst: Burst) -> None:
        self._waiting = waiting
        self._burst = burst
        self._request = Request(b"", ())
        self._received = b""
        self._asked_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def ask(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self.done.set_result(None)
            return
        self._request, self._received = request, b""
        self._asked_at = time.perf_counter()
        self._transport.write(request.wire)

    def leave(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not is_whole(self._received):
            return
        self._burst.latencies.append(time.perf_counter() - self._asked_at)
        expected = (b"HTTP/1.1 200 ", *self._request.expects)
        if all(words in self._received for words in expected):
            self.ask()
        else:
            self._fail(f"the answer has not all of {expected!r}:\n{self._received[:1500]!r}")

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail("the connection was closed")

    def _fail(self, why: str) -> None:
        if not self.done.done():
            self.done.set_exception(BenchError(why))


def is_whole(received: bytes) -> bool:
    """Whether this is an answer with all of its body. It has to say its length, as those of uvicorn do."""
    head, separator, body = received.partition(b"\r\n\r\n")
    if not separator:
        return False
    length = _LENGTH.search(head)
    if length is None:
        raise BenchError(f"an answer without a length: {head!r}")
    return len(body) >= int(length[1])
