"""The bot under test: as a thread where a test looks at what it does, as a process where it looks at how it runs.

A thread starts in a tenth of the time of a process, and what differs (settings from the environment, signals, exit
codes) has tests of its own with processes. Both are given settings and an operation file, nothing else.
"""

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from typer.testing import CliRunner

from bot.app import bind, serve
from bot.cli import program
from bot.config import Need, Settings, load_settings
from bot.domain.operations import read_operation
from bot.factory import open_program
from bot.terminal import read_toml
from bot.worker import working
from storage.migrate import migrate

ROOT = Path(__file__).parents[2]
OPERATION_FILE = ROOT / "operation.example.toml"

KEPT = {"PATH", "HOME", "LANG", "TMPDIR"}
"""What of the test's own environment a program gets."""

START_SECONDS = 60.0
STOP_SECONDS = 20.0


def settings_of(environment: Mapping[str, str]) -> Settings:
    """The settings that such an environment means; the test's own environment says nothing."""
    given = {name.lower(): value for name, value in environment.items()}
    return load_settings(Need.SLACK, Need.SLACK_REQUESTS, **({"port": 0} | given))


def apply_operation(environment: Mapping[str, str], operation: Path = OPERATION_FILE) -> None:
    """``python -m bot apply``, without a process."""

    async def applying() -> None:
        async with open_program(settings_of(environment)) as opened:
            await opened.services.members.apply(read_operation(read_toml(operation)))

    asyncio.run(applying())


@dataclass(frozen=True)
class Finished:
    """How a command that ends by itself has ended."""

    code: int
    out: list[str]
    log: list[str]

    @property
    def words(self) -> str:
        return "\n".join([*self.out, *self.log])


def ran(*command: str, settings: Mapping[str, str], folder: Path) -> Finished:
    """A command run to its end within the test's process, with these settings and no others: no imports to wait for."""
    nothing_else: dict[str, str | None] = dict.fromkeys(os.environ.keys() - KEPT)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        with contextlib.chdir(folder):
            result = CliRunner().invoke(program, list(command), env=nothing_else | dict(settings))
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Finished(result.exit_code, result.stdout.splitlines(), result.stderr.splitlines())


class LogOfBot(logging.Handler):
    """What the bot logs; also what is logged in the test's process meanwhile, which is nothing else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.errors: list[str] = []
        """Of these none may be left at a test's end: one that means an error takes it away."""

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        self.lines.append(line)
        if record.levelno >= logging.ERROR:
            self.errors.append(line)


class BotThread:
    """``python -m bot run`` in a thread of the test's process; without ``works`` it serves alone, as ``web`` does."""

    def __init__(
        self, settings: Mapping[str, str], operation: Path = OPERATION_FILE, *, works: bool = True
    ) -> None:
        self._works = works
        self._settings = settings_of(settings)
        self._operation = operation
        self._up = threading.Event()
        self._failure: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self.url = ""
        self.log = LogOfBot()
        self._thread = threading.Thread(target=self._run, name="bot", daemon=True)

    def __enter__(self) -> Self:
        logging.getLogger().addHandler(self.log)
        self._thread.start()
        if not self._up.wait(START_SECONDS):
            raise AssertionError("The bot does not start.")
        if self._failure is not None:
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_SECONDS)
        logging.getLogger().removeHandler(self.log)
        if self._thread.is_alive():
            raise AssertionError("The bot does not stop.")
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._live())
        except BaseException as failure:  # noqa: BLE001  # it is raised again in the test's own thread
            self._failure = failure
        finally:
            self._up.set()

    async def _live(self) -> None:
        async with open_program(self._settings) as opened:
            await migrate(opened.database)
            await opened.services.members.apply(read_operation(read_toml(self._operation)))
            job = working(opened) if self._works else contextlib.nullcontext()
            async with opened.installation.known(opened.slack), job:
                await serve(opened, bind(self._settings.host, self._settings.port), self._stop, self._ready)

    def _ready(self, address: str) -> None:
        self.url = address
        self._up.set()


class BotProcess:
    """A command of the program in a process of its own, with these settings and no others."""

    def __init__(self, *command: str, settings: Mapping[str, str], folder: Path) -> None:
        kept = {name: os.environ[name] for name in KEPT & os.environ.keys()}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", *command],
            env=kept | {"PYTHONPATH": str(ROOT)} | dict(settings),
            cwd=folder,  # no .env of the developer's lies there
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._said = threading.Condition()
        self.out: list[str] = []
        self.log: list[str] = []
        self._readers = [
            threading.Thread(target=self._read, args=(stream, lines), daemon=True)
            for stream, lines in ((self._process.stdout, self.out), (self._process.stderr, self.log))
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"The bot does not stop.\n{self.words}") from None
        self._close()
        sys.stdout.write(f"{self.words}\n")  # pytest shows it where the test has failed

    @property
    def words(self) -> str:
        """Everything it has said."""
        return "\n".join([*self.out, *self.log])

    def listens(self) -> str:
        """Wait until it serves; its address."""
        return self.says("listening on ").partition("listening on ")[2]

    def says(self, words: str, within: float = START_SECONDS) -> str:
        """Wait for a line with these words, on either stream; the line."""
        deadline = time.monotonic() + within
        with self._said:
            while True:
                found = next((line for line in [*self.out, *self.log] if words in line), None)
                if found is not None:
                    return found
                left = deadline - time.monotonic()
                gone = not any(reader.is_alive() for reader in self._readers)
                if left <= 0 or gone:
                    raise AssertionError(f"The bot does not say “{words}”. It said:\n{self.words}")
                self._said.wait(min(left, 1.0))

    def kill(self) -> None:
        """``kill -9``, and wait until it is gone."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)

    def asked_to_stop(self) -> None:
        """SIGTERM, without waiting."""
        self._process.send_signal(signal.SIGTERM)

    def ends(self, within: float = START_SECONDS) -> int:
        """Wait until it has ended by itself; its exit code."""
        code = self._process.wait(within)
        self._close()
        return code

    def _close(self) -> None:
        for reader in self._readers:
            reader.join(STOP_SECONDS)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def _read(self, stream: IO[str] | None, lines: list[str]) -> None:
        for line in stream or ():
            with self._said:
                lines.append(line.rstrip("\n"))
                self._said.notify_all()
        with self._said:
            self._said.notify_all()
