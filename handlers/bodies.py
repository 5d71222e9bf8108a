"""Bodies of requests, read no further than they may go on, and without what no text can hold."""

import re
from typing import Any

from starlette.requests import Request

UNSTORABLE = re.compile("[\0\ud800-\udfff]")


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


def storable(value: Any) -> Any:
    """The same JSON without what no text can hold, and nobody types: NUL, and halves of characters (JSON can write them)."""
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if isinstance(value, dict):
        return {storable(name): storable(held) for name, held in value.items()}
    return [storable(held) for held in value] if isinstance(value, list) else value
