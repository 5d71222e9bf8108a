"""``python -m tests.bench.bare``: a server that does nothing, to see how fast the load itself can be."""

import asyncio
from typing import cast

import uvloop

from tests.bench.child import end_with_parent, loopback_socket

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok"


class _Answering(asyncio.Protocol):
    """Answers each request, which is small enough to come in one piece, without reading it."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._transport.write(ANSWER)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Answering, sock=loopback_socket())
    await server.serve_forever()


if __name__ == "__main__":
    end_with_parent()
    uvloop.run(_serve())
