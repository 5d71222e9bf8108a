"""Measures what tests and people wait for in the sandbox: ``python -m tests.sandbox.speed``. Prints one figure a line; asserts nothing."""

import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from sandbox.client import Sandbox
from tests.sandbox.manifest import MANIFEST

ROOT = Path(__file__).parents[2]
CALLS = 300
MANY = 10_000

BOT = """
import sys
from tests.sandbox.stub_bot import StubBot
print(StubBot().url, flush=True)
sys.stdin.read()
"""


def main() -> None:
    _say(f"load average {os.getloadavg()[0]:.1f}")
    for seed in ("default", "demo"):
        _start_of_the_program(seed)
    began = time.perf_counter()
    with Sandbox.start(MANIFEST) as sandbox:
        _say(f"start within a process: {1000 * (time.perf_counter() - began):.0f} ms")
        sandbox.without_limits()
        _calls(sandbox)
        with _a_bot() as url:
            _say("with a bot that is told of each message:")
            sandbox.bot_is_at(url)
            _calls(sandbox)
            sandbox.bot_is_at(None)
        _seen_by_another(sandbox)
        for number in range(MANY):
            sandbox.post("/sandbox/people/U0CBP1/type", {"channel": "C0OPS", "text": f"message {number}"})
        _say(f"with {MANY} messages in the channel:")
        _calls(sandbox)
        _seen_by_another(sandbox)


def _start_of_the_program(seed: str) -> None:
    """From the command to the page's answer, and to the bot's readiness."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--bot-port", "0", "--seed", seed]
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            address = _reads(process, r"http://127\.0\.0\.1:\d+")
            while not _answers(address):
                time.sleep(0.01)
            page = time.perf_counter() - began
            _reads(process, "The bot is ready")
            _say(f"seed {seed}: page after {page:.1f} s, bot after {time.perf_counter() - began:.1f} s")
        finally:
            process.terminate()


@contextmanager
def _a_bot() -> Iterator[str]:
    """One that acknowledges everything, in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", BOT], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def _reads(process: subprocess.Popen[str], pattern: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found.group()
    raise AssertionError(f"it ended without {pattern}")


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=10).is_success
    except httpx.HTTPError:
        return False


def _calls(sandbox: Sandbox) -> None:
    headers = {"Authorization": "Bearer xoxb-sandbox"}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Alert* " * 40}}] * 10
    with httpx.Client(base_url=sandbox.api_url, headers=headers) as http:
        posted = http.post("chat.postMessage", json={"channel": "C0OPS", "text": "x"}).json()["ts"]
        _time("auth.test", lambda: http.post("auth.test"))
        message = {"channel": "C0OPS", "text": "an alert", "blocks": blocks}
        _time("chat.postMessage", lambda: http.post("chat.postMessage", json=message))
        _time("chat.update", lambda: http.post("chat.update", json={**message, "ts": posted}))
        _time(
            "conversations.members",
            lambda: http.get("conversations.members", params={"channel": "C0OPS"}),
        )


def _time(name: str, call: Callable[[], httpx.Response]) -> None:
    taken = []
    for _ in range(CALLS):
        began = time.perf_counter()
        answer = call()
        taken.append(1000 * (time.perf_counter() - began))
        assert answer.json()["ok"], answer.text
    _say(f"  {name}: median {statistics.median(taken):.1f} ms, 99 % under {sorted(taken)[-3]:.1f} ms")


def _seen_by_another(sandbox: Sandbox) -> None:
    """From a post to its event on somebody else's stream."""
    taken: list[float] = []
    with httpx.stream(
        "GET", f"{sandbox.url}/sandbox/stream", params={"user": "U0DHL1"}, timeout=60
    ) as stream:
        lines = stream.iter_lines()
        next(lines)
        for number in range(50):
            words = f"seen {number} {time.monotonic_ns()}"
            began = time.perf_counter()
            body = {"channel": "C0OPS", "text": words}
            post = threading.Thread(target=sandbox.post, args=("/sandbox/people/U0CBP1/type", body))
            post.start()
            next(line for line in lines if words in line)
            taken.append(1000 * (time.perf_counter() - began))
            post.join()
    _say(f"  post to another's stream: median {statistics.median(taken):.1f} ms, worst {max(taken):.1f} ms")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
