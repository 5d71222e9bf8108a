"""The bot that the sandbox itself has started: a child of this process, and the SQLite file in which it keeps what it knows.

Nothing of its program is imported. It is told by the environment, asked over HTTP and ended by a signal; its file is
handled as SQLite and no more, and whether its program can use one is asked of the program.
"""

import asyncio
import os
import sqlite3
import sys
import tempfile
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import httpx

from sandbox.recording import Recording

READY_WITHIN = 60.0
"""Seconds the bot has from its start until its health page answers."""

ITS_SETTINGS = ("SLACK_", "DHL_", "OPERATION_", "DATABASE_")
"""How the names begin of what a bot is told in the environment, and ours is told by us alone."""

ENDS_WITHIN = 15.0
"""Seconds the bot has to end by itself once it is told to."""

LOOKS_AGAIN_AFTER = 0.05


class BotError(Exception):
    """The bot cannot use this database; the text says why."""


class OwnBot:
    """Stopped and started as often as its file is saved or exchanged; ``ended_by_itself`` is only what nobody has told it to."""

    def __init__(self, settings: dict[str, str], folder: Path) -> None:
        """``settings`` is its environment, ``folder`` where it runs.

        The folder is to be empty: else there may lie the .env of a real workspace, and the bot would read in it what we
        leave unsaid.
        """
        self._settings, self._folder = settings, folder
        self._file = _file_of(settings["DATABASE_URL"])
        self._child: Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closed = False
        self.settled = asyncio.Lock()
        """Held by who starts or stops it: one at a time."""
        self.ended_by_itself = asyncio.Event()
        self.exit_code: int | None = None

    @property
    def goes_along(self) -> bool:
        """Can what it knows be saved, loaded and reset with the workspace? A database on a server cannot."""
        return self._file is not None

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.returncode is None

    async def begin(self, recording: Recording | None) -> bool:
        """The first start. Is it ready?"""
        async with self.settled:
            ready = await self.start(recording)
        self._notice_end()
        return ready

    async def start(self, recording: Recording | None = None) -> bool:
        """Start it, upon its half of a ``recording`` if there is one. Does its health page answer in time?"""
        self._child = child = await self._run(*command_for(recording))
        self._watching = asyncio.ensure_future(self._watch(child))
        return await self._is_ready(child)

    async def stop(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await _ended(child)

    async def close(self) -> None:
        """Stop it for good, be its file exchanged or not."""
        self._closed = True
        async with self.settled:
            await self.stop()

    @asynccontextmanager
    async def stopped(self) -> AsyncIterator[None]:
        """It has finished what it was at, and is stopped; if it was not started within the block, it is at the end."""
        try:
            async with self.settled:
                await self.stop()
                try:
                    yield
                finally:
                    if self._child is None and not self._closed:
                        await self.start()
        finally:
            self._notice_end()

    def content(self) -> bytes:
        """Its database as the bytes of a file, with what a bot that had to be killed has left in the WAL."""
        with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
            copy = Path(folder) / "copy.db"
            address = f"{self._path.as_uri()}?mode=rw"  # rw never makes a file
            with closing(sqlite3.connect(address, uri=True)) as its, closing(sqlite3.connect(copy)) as target:
                its.backup(target)
            return copy.read_bytes()

    def put(self, content: bytes | None) -> None:
        """It will know what is in this file, or nothing. To be called while it is stopped."""
        path = self._path
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        if content is None:
            path.unlink(missing_ok=True)
            return
        fresh = path.with_name(f"{path.name}.loading")
        fresh.write_bytes(content)
        fresh.replace(path)

    async def check(self, content: bytes) -> None:
        """Raises BotError where this is no whole SQLite file, or its program cannot bring it to its own tables."""
        with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
            copy = Path(folder) / "copy.db"
            copy.write_bytes(content)
            try:
                with closing(sqlite3.connect(copy)) as opened:
                    (found,) = opened.execute("PRAGMA quick_check(1)").fetchone()
            except sqlite3.Error as error:
                raise BotError(str(error)) from None
            if found != "ok":
                raise BotError(str(found))
            child = await self._run("migrate", DATABASE_URL=f"sqlite:///{copy}")
            try:
                async with asyncio.timeout(READY_WITHIN):
                    said, _ = await child.communicate()
            except TimeoutError:
                raise BotError(
                    f"its program does not bring it up to date within {READY_WITHIN:g} s"
                ) from None
            finally:
                await _ended(child)
            if child.returncode != 0:
                lines = said.decode(errors="replace").split("\n")
                raise BotError(next((line for line in reversed(lines) if line.strip()), "its program fails"))

    @property
    def _path(self) -> Path:
        if self._file is None:
            raise BotError("it is not a file")
        return self._file

    async def _run(self, *command: str, **settings: str) -> Process:
        """One command of its program. What it prints is ours to read where it has ``settings`` of its own."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(ITS_SETTINGS)}
        own["PYTHONPATH"] = os.pathsep.join(filter(None, (own.get("PYTHONPATH"), str(Path.cwd()))))
        pipe, both = (PIPE, STDOUT) if settings else (None, None)
        whole = own | self._settings | settings
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *command), env=whole, cwd=self._folder, stdout=pipe, stderr=both
        )

    async def _watch(self, child: Process) -> None:
        await child.wait()
        if not self.settled.locked():
            self._notice_end()

    def _notice_end(self) -> None:
        if self._child is not None and self._child.returncode is not None:
            self.exit_code = self._child.returncode
            self.ended_by_itself.set()

    async def _is_ready(self, child: Process) -> bool:
        address = f"http://{self._settings['HOST']}:{self._settings['PORT']}/healthz"
        async with httpx.AsyncClient(trust_env=False) as http:
            for _ in range(int(READY_WITHIN / LOOKS_AGAIN_AFTER)):
                if self._closed or child.returncode is not None:
                    return False
                with suppress(httpx.HTTPError):
                    if (await http.get(address, timeout=1.0)).is_success:
                        return True
                await asyncio.sleep(LOOKS_AGAIN_AFTER)
        return False


def moved(content: bytes, before: str, now: str) -> bytes:
    """A database in which every text that names the sandbox's address of then names that of now: answers owed to people go
    to a ``response_url``. What its program guards against changes stays as it is.
    """
    with tempfile.TemporaryDirectory(prefix="sandbox-") as folder:
        copy = Path(folder) / "copy.db"
        copy.write_bytes(content)
        with closing(sqlite3.connect(copy, isolation_level=None)) as opened:
            columns = opened.execute(
                "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
            ).fetchall()
            for table, column in columns:
                with suppress(sqlite3.IntegrityError):
                    opened.execute(
                        f'UPDATE "{table}" SET "{column}" = replace("{column}", ?, ?)'  # noqa: S608  its own names
                        f""" WHERE typeof("{column}") = 'text' AND instr("{column}", ?)""",
                        (before, now, before),
                    )
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return copy.read_bytes()


def command_for(recording: Recording | None) -> list[str]:
    """What the bot is told to do: to run, where the workspace is a recorded one upon its own half of the recording."""
    if recording is None:
        return ["run"]
    return ["demo", str(recording.operation.resolve()), "--days", str(recording.days)]


def _file_of(database_url: str) -> Path | None:
    scheme, _, rest = database_url.partition(":///")
    return Path(rest.partition("?")[0]) if scheme == "sqlite" else None


async def _ended(child: Process) -> None:
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.terminate()
        try:
            await asyncio.wait_for(child.wait(), ENDS_WITHIN)
        except TimeoutError:
            child.kill()
            await child.wait()
