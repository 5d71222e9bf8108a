"""``python -m sandbox``"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
import typer
from typer.testing import CliRunner

from sandbox.__main__ import main
from tests.sandbox.manifest import MANIFEST

ROOT = Path(__file__).parents[2]

FAKE_BOT = """
import http.server, json, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(503 if again and os.environ.get("AGAIN") == "hangs" else 200); self.end_headers()
        if self.path == "/end": os._exit(3)
    def log_message(self, *args): pass
again = os.path.exists(__file__ + ".started")
open(__file__ + ".started", "w").close()
if again and os.environ.get("AGAIN") == "ends": sys.exit(3)
print(json.dumps({k: v for k, v in os.environ.items() if k.startswith(("SLACK_", "DHL_", "DATABASE_", "OPERATION_", "PORT"))} | {"files": os.listdir()}), flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(MANIFEST))
    return path


@pytest.fixture
def bot_folder(tmp_path: Path) -> Path:
    """Where a program ``python -m bot`` of our own is found first."""
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "__init__.py").touch()
    (tmp_path / "bot" / "__main__.py").write_text(FAKE_BOT)
    return tmp_path


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--port", "0", *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def reads(process: subprocess.Popen[str], pattern: str) -> str:
    """The first line that has this; the test's own time limit bounds the waiting."""
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(pattern, line)
        if found:
            return found.group(0)
    raise AssertionError(f"the program ended without {pattern}")


def test_it_starts_the_bot_with_its_settings_and_ends_it(manifest: Path, bot_folder: Path) -> None:
    with running(bot_folder, "--bot-port", "0", "--manifest", str(manifest)) as program:
        address = reads(program, r"http://127\.0\.0\.1:\d+")
        settings = json.loads(reads(program, r"\{.*\}"))
        assert settings["SLACK_API_URL"] == f"{address}/api/"
        assert settings["DATABASE_URL"].startswith("sqlite:///")
        assert "SLACK_APP_TOKEN" not in settings
        reads(program, "The bot is ready")
        bot = httpx.get(f"{address}/sandbox/bot").json()
        assert bot["reachable"] is True
        with httpx.stream("GET", f"{address}/sandbox/stream"):
            program.send_signal(signal.SIGTERM)
            assert program.wait(20) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(bot["url"])


def test_the_settings_of_a_real_workspace_do_not_reach_its_bot(
    manifest: Path, bot_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bot_folder / ".env").write_text("SLACK_APP_TOKEN=xapp-real\nOPERATION_KEY=real\n")
    monkeypatch.setenv("OPERATION_KEY", "real")
    database = ("--database-url", "sqlite:///own.db")
    with running(bot_folder, "--bot-port", "0", "--manifest", str(manifest), *database) as program:
        settings = json.loads(reads(program, r"\{.*\}"))
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
    assert settings["files"] == [], "no .env where it runs"
    assert "OPERATION_KEY" not in settings
    assert settings["DATABASE_URL"] == f"sqlite:///{bot_folder / 'own.db'}"
    assert Path(settings["OPERATION_FILE"]) == bot_folder / "operation.example.toml"


def test_interrupted_while_the_bot_starts_it_ends_without_another_word(
    manifest: Path, bot_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGAIN", "hangs")
    (bot_folder / "bot" / "__main__.py.started").touch()
    with running(bot_folder, "--bot-port", "0", "--manifest", str(manifest)) as program:
        reads(program, r"\{.*\}")
        program.send_signal(signal.SIGINT)
        said, _ = program.communicate(timeout=20)
        assert (program.returncode, said) == (0, "")


def test_it_ends_when_the_bot_ends(manifest: Path, bot_folder: Path) -> None:
    with running(bot_folder, "--bot-port", "0", "--manifest", str(manifest)) as program:
        address = reads(program, r"http://127\.0\.0\.1:\d+")
        reads(program, "The bot is ready")
        url = httpx.get(f"{address}/sandbox/bot").json()["url"]
        with suppress(httpx.HTTPError):
            httpx.get(f"{url}/end")
        reads(program, "The bot ended with code 3")
        assert program.wait(20) == 1


def reset_of(address: str) -> threading.Thread:
    """A reset that is on its way."""

    def reset() -> None:
        with suppress(httpx.HTTPError):
            httpx.post(f"{address}/sandbox/reset", json={}, timeout=60)

    asked = threading.Thread(target=reset)
    asked.start()
    return asked


def test_it_ends_when_the_bot_does_not_start_again(
    manifest: Path, bot_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGAIN", "ends")
    with running(bot_folder, "--bot-port", "0", "--manifest", str(manifest)) as program:
        address = reads(program, r"http://127\.0\.0\.1:\d+")
        reads(program, "The bot is ready")
        asked = reset_of(address)
        reads(program, "The bot ended with code 3")
        assert program.wait(20) == 1
        asked.join()


def test_it_ends_also_while_it_starts_the_bot_again(
    manifest: Path, bot_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGAIN", "hangs")
    with running(bot_folder, "--bot-port", "0", "--manifest", str(manifest)) as program:
        address = reads(program, r"http://127\.0\.0\.1:\d+")
        reads(program, "The bot is ready")
        asked = reset_of(address)
        port = json.loads(reads(program, r"\{.*\}"))["PORT"]
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
        asked.join()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://127.0.0.1:{port}")


def said_at_its_end(*arguments: str, bot: bool = False) -> tuple[int, str]:
    """The program's exit code and all that it printed, where it ends by itself; run within this process."""
    program = typer.Typer()
    program.command()(main)
    ended = CliRunner().invoke(program, [*arguments, "--bot" if bot else "--no-bot"])
    return ended.exit_code, ended.output


def test_a_taken_port_is_named_and_another_offered(manifest: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = said_at_its_end("--port", str(port), "--manifest", str(manifest))
    assert code == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert re.search(r"Port \d+ is free: start again with --port \d+", said)


def test_a_taken_port_of_the_bot_is_named_and_another_offered(manifest: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = ("--port", "0", "--bot-port", str(port))
        code, said = said_at_its_end(*ports, "--manifest", str(manifest), bot=True)
    assert code == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in said
    assert re.search(r"Port \d+ is free: start again with --bot-port \d+", said)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--manifest", "nowhere.json"], "There is no manifest at nowhere.json"),
        (["--manifest", "manifest.json", "--seed", "nothing"], "There is no seed 'nothing'"),
    ],
)
def test_a_file_that_is_not_there_is_a_sentence(arguments: list[str], sentence: str) -> None:
    code, said = said_at_its_end("--port", "0", *arguments)
    assert code == 2
    assert sentence in " ".join(re.sub(r"[^\w .,:;'-]", " ", said).split())


def test_without_the_bot_it_prints_the_settings(manifest: Path, tmp_path: Path) -> None:
    with running(tmp_path, "--no-bot", "--socket-mode", "--manifest", str(manifest)) as program:
        address = reads(program, r"http://127\.0\.0\.1:\d+")
        reads(program, "SLACK_APP_TOKEN=xapp-sandbox")
        httpx.get(f"{address}/sandbox/clock").raise_for_status()
        program.send_signal(signal.SIGINT)
        assert program.wait(20) == 0
