"""A line to the tests' PostgreSQL that a test listens in on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from tests.conftest import Postgres

Passing = Callable[[bytes], Awaitable[None]]
"""Called with each piece before it is passed on."""


async def _unhindered(_piece: bytes) -> None: ...


@asynccontextmanager
async def line_to(
    postgres: Postgres, port: int, *, asked: Passing = _unhindered, answered: Passing = _unhindered
) -> AsyncIterator[str]:
    """The server's address by way of this port of loopback, for as long as the block lasts."""
    folder = parse_qs(urlsplit(postgres.url("")).query)["host"][0]
    lines: list[asyncio.Task[None] | None] = []

    async def forward(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        lines.append(asyncio.current_task())
        server, to_server = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        await asyncio.gather(pass_on(client, to_server, asked), pass_on(server, to_client, answered))

    async def pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter, passing: Passing) -> None:
        while piece := await source.read(65_536):
            await passing(piece)
            target.write(piece)
        target.close()
        await target.wait_closed()

    async with await asyncio.start_server(forward, "127.0.0.1", port):
        yield f"postgresql://postgres@127.0.0.1:{port}"
        await asyncio.gather(*filter(None, lines))
