"""Resets a connection instead of answering, as a broken network does."""

import socket
import struct

from starlette.types import Receive, Send


async def hang_up(receive: Receive, send: Send) -> None:
    """Closes the connection hard, without a response.

    uvicorn offers no way to do this, but ``receive`` is a method of the object that holds its transport. Behind
    something that wraps ``receive`` a response is begun and broken off instead: the asker sees that, too, as a
    connection that failed.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is not None:
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise ConnectionResetError("the switch `reset` is on")
