"""``python -m bot audit``: check the audit trail, export it, move what is old into a file."""

import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import file_digest, sha256
from itertools import chain
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from bot.domain.audit import Head
from bot.domain.audit_check import Verdict, verify_export
from bot.domain.errors import SetupError
from bot.services.audit import LATE, Audit, TrailReport
from bot.terminal import Result, explaining, on_database
from storage.database import utc_now

audit = typer.Typer(
    help="The audit trail: who did what, each entry chained to the one before.", no_args_is_help=True
)

Heads = Annotated[
    list[str] | None,
    typer.Option(
        "--head", metavar="[NUMBER:]HASH", help="As a digest's footer has it; may be given several times."
    ),
]
Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--file", help="Check this export instead of the database; several follow one another, oldest first."
    ),
]
NewFile = Annotated[Path, typer.Argument(help="A file that is not there yet.")]
Before = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day to keep here, UTC.")]


@audit.command()
def verify(head: Heads = None, file: Files = None) -> None:
    """Look at every entry, in the database or in files; ends with 1 and the first that does not fit."""
    with explaining():
        heads = _heads(head or [])
        if file:
            with _lines(file) as lines:
                verdict = verify_export(lines, heads)
            _tell(_about_entries(verdict))
        else:
            _tell(_about_trail(_on_trail(lambda trail: trail.verify(heads))))


@audit.command()
def export(file: NewFile) -> None:
    """Write the whole trail as JSON Lines, which “verify --file” checks without the database."""

    async def job(trail: Audit) -> Verdict:
        with _writing(file) as to:
            return await trail.export(to.line)

    with explaining():
        verdict = _on_trail(job)
        _tell([*_about_entries(verdict), f"ok     written to {file}"])


@audit.command()
def retain(before: Before, file: NewFile) -> None:
    """Move what is older than a day into a file, after the whole trail was checked.

    The file is an export, and part of the trail from then on: keep it. Nothing is ever removed from the middle.
    """
    with explaining():
        _tell(_on_trail(lambda trail: _retain(trail, before.replace(tzinfo=UTC), file)))


async def _retain(trail: Audit, before: datetime, file: Path) -> list[str]:
    if before > utc_now():
        raise SetupError(["--before: lies in the future; name a day that has passed"])
    closable = await trail.closable(before)
    if closable is None:
        return [f"ok     nothing is older than {before:%Y-%m-%d}; no file was written"]
    first_seq, last = closable
    with _writing(file) as to:
        verdict = await trail.export(to.line, up_to=last.seq)
    if not verdict.holds:
        return [*_about_entries(verdict), f"wrong  nothing was removed; {file} has the entries as they are"]
    if _digest(file) != to.digest.hexdigest():
        return [f"wrong  {file} does not hold what was written to it; nothing was removed"]
    await trail.close_segment(first_seq, last, to.digest.hexdigest())
    return [
        f"ok     entries {first_seq} to {last.seq} are in {file} and no longer here",
        f"ok     their last hash {last.entry_hash} stands in the trail",
    ]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


# -- what is said ---------------------------------------------------------------------------------------------


def _about_trail(report: TrailReport) -> list[str]:
    waiting = report.unchained
    many = "1 entry waits" if waiting.count == 1 else f"{waiting.count} entries wait"
    lag = f", the oldest for {_duration(report.lag)}" if waiting.count else ""
    lines = [*_about_entries(report.verdict)]
    if waiting.forgotten:
        lines.append(
            f"wrong  {many} for a link, of which {waiting.forgotten} will never get one: their place in the "
            "queue or their link was taken away"
        )
    elif report.lag > LATE:
        lines.append(f"wrong  {many} for a link{lag}: is a worker running? python -m bot worker")
    else:
        lines.append(f"ok     {many} for a link{lag}")
    if report.missing_guards:
        lines.append(
            f"wrong  rows can be changed, for triggers are missing: {', '.join(report.missing_guards)}; "
            "find out who took them away, and restore them from storage/migrations"
        )
    else:
        lines.append("ok     the database refuses to change or remove rows")
    return lines


def _about_entries(verdict: Verdict) -> list[str]:
    head, misfit = verdict.head, verdict.misfit
    lines = [f"wrong  {misfit}"] if misfit else []
    if head and (not misfit or head.seq < misfit.seq):
        lines += [
            f"ok     entries {verdict.first_seq} to {head.seq} fit, each to the one before it",
            f"ok     head {head}",
        ]
    return lines or ["ok     the trail is empty"]


def _duration(lag: timedelta) -> str:
    seconds = int(lag.total_seconds())
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _tell(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
    if any(line.startswith("wrong") for line in lines):
        raise typer.Exit(1)


# -- where it comes from and goes to --------------------------------------------------------------------------


def _on_trail(job: Callable[[Audit], Awaitable[Result]]) -> Result:
    return on_database(lambda database: job(Audit(database, utc_now)))


class _Export:
    """A file being written, and the SHA-256 of what was written to it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = sha256()

    def line(self, text: str) -> None:
        """One line of the trail; bytes that were no text in the database are none here either."""
        written = text.encode("utf-8", "surrogateescape") + b"\n"
        self._file.write(written)
        self.digest.update(written)


@contextmanager
def _writing(path: Path) -> Iterator[_Export]:
    """A new file, readable by its owner alone, on the disk when the block ends; none is left where it fails."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SetupError([f"{path}: is there already; name a file that is not"]) from error
    except OSError as error:
        raise SetupError([f"{path}: cannot be written: {error.strerror}"]) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield _Export(file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException as error:
        path.unlink()
        if isinstance(error, OSError):
            raise SetupError([f"{path}: cannot be written: {error.strerror}"]) from error
        raise


@contextmanager
def _lines(paths: list[Path]) -> Iterator[Iterator[bytes]]:
    """The lines of these files, one file after the other."""
    with ExitStack() as opened:
        try:
            files = [opened.enter_context(path.open("rb")) for path in paths]
            yield chain.from_iterable(files)
        except OSError as error:
            raise SetupError([f"{error.filename}: cannot be read: {error.strerror}"]) from error


def _heads(written: list[str]) -> list[Head]:
    try:
        return [Head.read(text) for text in written]
    except ValueError as error:
        raise SetupError([f"--head: {error}"]) from error
