"""Starts the sandbox with the bot beside it, as a newcomer does."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0


@contextmanager
def running_sandbox(logs: Path, *options: str) -> Iterator[str]:
    """``python -m sandbox`` on free ports, until the end of the block; what it prints is in ``logs/log``."""
    log = logs / "log"
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--bot-port", "0", *options]
    with (
        log.open("wb") as output,
        subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output) as process,
    ):
        try:
            yield _address_in(log, process)
        finally:
            process.terminate()
            process.wait(15)


def _address_in(log: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"The bot is ready\. Open (http://\S+)", log.read_text())
        if found:
            return found.group(1)
        time.sleep(0.05)
    pytest.fail(f"The sandbox did not start within {STARTS_WITHIN} s:\n{log.read_text()}")
