"""Bodies of requests, read no further than they may go on, and without what no text can hold."""

from typing import Any

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


def without_nul(value: Any) -> Any:
    """The same JSON without the character that PostgreSQL stores in no text; nobody types it."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {name: without_nul(held) for name, held in value.items()}
    return [without_nul(held) for held in value] if isinstance(value, list) else value
