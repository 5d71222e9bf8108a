"""Bodies of requests, read no further than they may go on."""

from starlette.requests import Request


class TooLarge(Exception):
    """A body goes on beyond its limit; what was read of it is let go."""


async def whole(request: Request, limit: int) -> bytes:
    """The body. Raises :class:`TooLarge` as soon as more than ``limit`` bytes have come, whatever the headers say."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge
        chunks.append(chunk)
    return b"".join(chunks)
