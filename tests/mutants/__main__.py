"""Takes each check of each door out in turn, and shows that the leak tests then fail.

    make mutants                      every mutant
    MUTANTS_SHORT=1 make mutants      a handful, for a quick answer
    MUTANTS_ONLY=digest make mutants  those with the word in their name

Each mutant is a change in a copy of the tree; the tree itself is not touched. Killed: a test failed. Ends with 1 where
a mutant survived, where the text to change has gone (the table is out of date), or where the tests fail unchanged.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.table import LEAKS, MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
COPIED = (
    "bot",
    "handlers",
    "storage",
    "sandbox",
    "tests",
    "pyproject.toml",
    "manifest.json",
    "operation.example.toml",
)
AT_ONCE = 2
SECONDS = 300
"""So long one run of tests may take; one that hangs has noticed something too."""

EVERYTHING = ("tests/leaks", "tests/domain/test_sharing.py", "tests/domain/test_markings.py")
"""What is asked where the test that should have noticed has not."""


def main() -> int:
    """Run what is asked for; the exit code."""
    chosen = _chosen()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(AT_ONCE):
            copies.put(_copy(Path(folder) / str(number)))
        _say(f"{len(chosen)} mutants, {AT_ONCE} at a time")
        started = time.monotonic()

        def tried(mutant: Mutant) -> str:
            copy = copies.get()
            try:
                verdict = _verdict(mutant, copy)
            finally:
                copies.put(copy)
            _say(f"{verdict:9} {mutant.name}  ({mutant.path})")
            return verdict

        if not _hold_unchanged(chosen, Path(folder) / "0"):
            return 1
        with ThreadPoolExecutor(AT_ONCE) as pool:
            verdicts = list(pool.map(tried, chosen))
    counts = ", ".join(f"{verdicts.count(word)} {word}" for word in ("killed", "survived", "stale"))
    _say(f"{counts}, in {time.monotonic() - started:.0f} s")
    return 0 if set(verdicts) == {"killed"} else 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _chosen() -> Sequence[Mutant]:
    words = os.environ.get("MUTANTS_ONLY", "")
    short = os.environ.get("MUTANTS_SHORT", "") not in ("", "0")
    return [mutant for mutant in MUTANTS if words in mutant.name and (mutant.short or not short)]


def _copy(to: Path) -> Path:
    """The tree, without what is no part of it."""
    to.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, to / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        else:
            shutil.copy(source, to / name)
    return to


def _verdict(mutant: Mutant, copy: Path) -> str:
    """``killed``, ``survived``, or ``stale`` where the text to change is not there once."""
    path = copy / mutant.path
    before = path.read_text() if mutant.changes else ""
    text = before
    for old, new in mutant.changes:
        if text.count(old) != 1:
            return "stale"
        text = text.replace(old, new)
    if mutant.changes:
        path.write_text(text)
    try:
        if _fails(copy, *_first(mutant)):
            return "killed"
        return "killed" if mutant.changes and _fails(copy, *EVERYTHING) else "survived"
    finally:
        if mutant.changes:
            path.write_text(before)


def _hold_unchanged(chosen: Sequence[Mutant], copy: Path) -> bool:
    """Whether the tests that are to notice something find nothing where nothing is taken out."""
    words = sorted({mutant.noticed_by for mutant in chosen if not mutant.noticed_by.endswith(".py")})
    files = sorted({mutant.noticed_by for mutant in chosen if mutant.noticed_by.endswith(".py")})
    asked: list[tuple[str, ...]] = [(LEAKS, "-k", " or ".join(words))] if words else []
    asked += [tuple(files)] if files else []
    for tests in asked:
        code, said = _run(copy, *tests, within=SECONDS * 4)
        if code != 0:
            _say(f"The tests fail with nothing taken out: mend that first.\n{said[-3000:]}")
            return False
    return True


def _first(mutant: Mutant) -> tuple[str, ...]:
    if mutant.noticed_by.endswith(".py"):
        return (mutant.noticed_by,)
    return (LEAKS, "-k", mutant.noticed_by)


def _fails(copy: Path, *tests: str) -> bool:
    code, said = _run(copy, *tests)
    if code not in (0, 1):
        raise RuntimeError(f"pytest ended with {code}:\n{said[-3000:]}")
    return code == 1


def _run(copy: Path, *tests: str, within: float = SECONDS) -> tuple[int, str]:
    """pytest's exit code and what it said; 1 where it did not end in time."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=short", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=within, check=False
        )
    except subprocess.TimeoutExpired:
        return 1, f"It did not end within {within:.0f} s."
    return done.returncode, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
