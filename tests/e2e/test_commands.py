"""The program as an operator starts it: commands, settings, exit codes, health."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from bot.app import address_of
from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.conftest import Postgres
from tests.e2e.bots import OPERATION_FILE, BotThread, apply_operation
from tests.e2e.conftest import ON_POSTGRESQL, ON_SQLITE, RunCommand, Settings, StartProcess
from tests.e2e.records import Records
from tests.e2e.watching import everyone_is_told, told_of

PARCEL = "3318810025"

pytestmark = pytest.mark.timeout(240)  # each test starts processes, on machines that may be busy


@pytest.fixture
def empty_postgresql_url(postgres: Postgres) -> Iterator[str]:
    """A database without a table."""
    name = postgres.create("template0")
    yield postgres.url(name)
    postgres.drop(name)


@contextmanager
def another_site(content_type: str, body: bytes) -> Iterator[str]:
    """The address of something that answers whatever it is asked with the same, and is no Slack."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's own name
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/api/"
        server.shutdown()
        thread.join()


def health(address: str) -> int:
    with httpx.Client(trust_env=False) as http:
        return http.get(f"{address}/healthz").status_code


class TestStarting:
    @ON_SQLITE
    def test_run_makes_its_database_loads_the_operation_and_serves(
        self, start: StartProcess, sandbox: Sandbox, marketplace: Persona, tmp_path: Path
    ) -> None:
        """Without DATABASE_URL, as a newcomer starts it."""
        bot = start("run", PORT="0", DATABASE_URL="", OPERATION_FILE=str(OPERATION_FILE))
        address = bot.listens()
        sandbox.bot_is_at(address)

        assert (tmp_path / "var" / "operation.db").exists()
        assert health(address) == 200
        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
        everyone_is_told(sandbox, told_of(PARCEL))

    @ON_POSTGRESQL
    def test_release_web_and_worker_do_the_same_apart(
        self,
        start: StartProcess,
        run: RunCommand,
        sandbox: Sandbox,
        settings: Settings,
        marketplace: Persona,
        empty_postgresql_url: str,
    ) -> None:
        """As the Procfile has it; ``postgres://`` as hosts give it."""
        settings["DATABASE_URL"] = empty_postgresql_url.replace("postgresql://", "postgres://")
        too_early = run("web", PORT="0")
        assert too_early.code == 1
        assert "run python -m bot migrate" in too_early.words
        assert start("migrate").ends() == 0
        assert start("apply", str(OPERATION_FILE)).ends() == 0
        web, worker = start("web", PORT="0"), start("worker")
        sandbox.bot_is_at(web.listens())
        worker.says("working")
        assert start("check").ends() == 0

        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")

        everyone_is_told(sandbox, told_of(PARCEL))
        for process in (web, worker):
            process.asked_to_stop()
            assert process.ends() == 0

    @ON_SQLITE
    def test_migrating_twice_is_migrating_once(self, run: RunCommand, tmp_path: Path) -> None:
        for _ in range(2):
            migrating = run("migrate", DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
            assert migrating.code == 0
            assert "newest tables" in migrating.words

    @ON_SQLITE
    def test_a_taken_port_is_said_in_a_sentence(self, run: RunCommand) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            bot = run("run", PORT=str(port))
            assert bot.code == 1

        assert any(line.startswith(f"PORT: {port} on 127.0.0.1 cannot be used") for line in bot.log)
        assert "Traceback" not in bot.words

    @ON_SQLITE
    @pytest.mark.parametrize(
        ("setting", "value", "said"),
        [
            ("HOST", "no-such-host.invalid", "HOST: no-such-host.invalid is no address of this machine"),
            ("HOST", "a" * 70 + ".example", "is no address of this machine"),
            ("OPERATION_FILE", "away.toml", "OPERATION_FILE: away.toml: cannot be read"),
        ],
    )
    def test_what_it_cannot_start_with_is_said_before_it_makes_anything(
        self, run: RunCommand, tmp_path: Path, setting: str, value: str, said: str
    ) -> None:
        bot = run("run", PORT="0", DATABASE_URL="", **{setting: value})

        assert bot.code == 1
        assert len(bot.log) == 1
        assert said in bot.log[0]
        assert not (tmp_path / "var").exists()

    @ON_SQLITE
    def test_a_token_that_slack_does_not_accept_ends_it_with_a_sentence(
        self, run: RunCommand, sandbox: Sandbox
    ) -> None:
        with sandbox.expects_refusal("invalid_auth", "auth.test"):
            bot = run("run", PORT="0", SLACK_BOT_TOKEN="xoxb-wrong")
            assert bot.code == 1

        assert any("SLACK_BOT_TOKEN: Slack does not accept it (invalid_auth)" in line for line in bot.log)
        assert "xoxb-wrong" not in bot.words

    @ON_SQLITE
    def test_a_token_that_slack_refuses_only_once_it_answers_again_is_said_in_the_log(
        self, start: StartProcess, sandbox: Sandbox
    ) -> None:
        standstill = sandbox.switch("auth.test", "html")
        bot = start("run", PORT="0")
        bot.listens()
        sandbox.switch("auth.test", "error", error="invalid_auth")
        sandbox.switch_off(standstill)

        assert "CRITICAL" in bot.says("SLACK_BOT_TOKEN: Slack does not accept it (invalid_auth)")

    @ON_SQLITE
    @pytest.mark.parametrize(
        ("token", "reason"),
        [("xapp-wrong", "invalid_auth"), ("xoxb-sandbox", "not_allowed_token_type")],
    )
    def test_an_app_token_that_slack_does_not_accept_ends_it_with_a_sentence(
        self, run: RunCommand, sandbox: Sandbox, token: str, reason: str
    ) -> None:
        with sandbox.expects_refusal(reason, "apps.connections.open"):
            bot = run("run", PORT="0", SLACK_APP_TOKEN=token)
            assert bot.code == 1

        assert f"SLACK_APP_TOKEN: Slack does not accept it ({reason})" in bot.log
        assert token not in bot.words
        assert "Traceback" not in bot.words


@pytest.mark.parametrize(
    ("host", "address"), [("127.0.0.1", "http://127.0.0.1:3000"), ("::1", "http://[::1]:3000")]
)
def test_the_address_that_is_said_can_be_opened(host: str, address: str) -> None:
    assert httpx.URL(address).host == host
    assert address_of(host, 3000) == address


@ON_SQLITE
class TestSettings:
    @pytest.mark.parametrize("command", ["run", "web", "worker", "migrate"])
    def test_a_database_that_cannot_be_opened_is_said_in_one_line(
        self, run: RunCommand, tmp_path: Path, command: str
    ) -> None:
        bot = run(command, DATABASE_URL=f"sqlite:///{tmp_path}")

        assert bot.code == 1
        assert bot.log == ["DATABASE_URL: the database cannot be opened: unable to open database file"]

    def test_every_missing_and_bad_one_is_named_at_once_before_anything_starts(
        self, run: RunCommand, tmp_path: Path
    ) -> None:
        bot = run(
            "run",
            SLACK_BOT_TOKEN="",
            SLACK_SIGNING_SECRET="",
            SLACK_API_URL="slack.com/api",
            DATABASE_URL="mysql://root:hunter2@host/db",
            PORT="http",
            DHL_API_KEY="“hunter2”",
            DHL_API_URL="ftp://dhl.example",
            LOG_LEVEL="LOUD",
            LOG_FORMAT="xml",
            OPERATION_FILE=str(OPERATION_FILE),
        )

        assert bot.code == 1
        named = [line.partition(":")[0] for line in bot.log]
        assert named == sorted(
            [
                "DATABASE_URL",
                "DHL_API_KEY",
                "DHL_API_URL",
                "LOG_FORMAT",
                "LOG_LEVEL",
                "PORT",
                "SLACK_API_URL",
                "SLACK_BOT_TOKEN",
                "SLACK_SIGNING_SECRET",
            ]
        )
        assert "hunter2" not in bot.words
        assert not (tmp_path / "var").exists()

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DHL_API_URL", "https://api-eu.dhl.com:track/track"),
            ("DHL_API_URL", "https://api-eu.dhl.com/tr\tack"),
            ("DHL_API_URL", "http://"),
            ("DHL_API_URL", "https://api eu.dhl.com/track"),
            ("SLACK_API_URL", "http://[::1/api/"),
            ("SLACK_API_URL", "https://slack.com:0/api/"),
            ("SLACK_SIGNING_SECRET", "“8f742231b10e8888abcd99yyyzzz85a5”"),
            ("DHL_SECONDS_BETWEEN_CALLS", "inf"),
            ("DHL_SECONDS_BETWEEN_CALLS", "1e300"),
        ],
    )
    def test_one_that_nothing_could_be_done_with_is_bad(self, name: str, value: str, run: RunCommand) -> None:
        checking = run("check", **{name: value})

        assert checking.code == 1
        (line,) = checking.out
        assert line.startswith(f"wrong  {name}: ")

    def test_a_bad_one_is_not_called_missing_as_well(self, run: RunCommand) -> None:
        checking = run("check", SLACK_BOT_TOKEN="“xoxb”", SLACK_APP_TOKEN="“xapp”", SLACK_SIGNING_SECRET="")

        assert [line.split()[1] for line in checking.out] == ["SLACK_APP_TOKEN:", "SLACK_BOT_TOKEN:"]

    def test_with_an_app_token_no_signing_secret_is_needed(self, run: RunCommand) -> None:
        bot = run("web", SLACK_SIGNING_SECRET="", SLACK_APP_TOKEN="xapp-sandbox", PORT="http")

        assert bot.code == 1
        assert [line.partition(":")[0] for line in bot.log] == ["PORT"]

    def test_an_empty_one_counts_as_not_set(self, run: RunCommand) -> None:
        checking = run("check", PORT="", HOST="", LOG_LEVEL="", LOG_FORMAT="", SLACK_APP_TOKEN="")

        assert checking.out[0] == "ok     settings"

    def test_they_are_read_from_a_file_beside_it_too(
        self, run: RunCommand, settings: Settings, tmp_path: Path
    ) -> None:
        (tmp_path / ".env").write_text("".join(f'{name}="{value}"\n' for name, value in settings.items()))
        settings.clear()

        checking = run("check")

        assert checking.out[0] == "ok     settings"
        assert any(line.startswith("ok     auth.test") for line in checking.out)

    def test_a_file_that_is_no_text_is_said_in_a_sentence(self, run: RunCommand, tmp_path: Path) -> None:
        (tmp_path / ".env").write_bytes(b"DHL_API_KEY=\xff\xfe")

        checking = run("check")

        assert checking.code == 1
        assert [line.rpartition(": ")[0] for line in checking.out] == [
            "wrong  .env: cannot be read: 'utf-8' codec can't decode byte 0xff in position 12"
        ]


@ON_SQLITE
class TestApply:
    def test_applying_twice_is_applying_once(
        self, run: RunCommand, settings: Settings, records: Records
    ) -> None:
        assert run("apply", str(OPERATION_FILE)).code == 0
        once = records.whole_operation()

        assert run("apply", str(OPERATION_FILE)).code == 0

        assert records.whole_operation() == once
        assert len(once["members"]) == 10

    def test_a_file_as_windows_saves_it_is_read_too(self, run: RunCommand, tmp_path: Path) -> None:
        file = tmp_path / "operation.toml"
        written = OPERATION_FILE.read_text(encoding="utf-8").replace("\n", "\r\n")
        file.write_bytes(b"\xef\xbb\xbf" + written.encode())

        assert run("apply", str(file)).code == 0

    def test_every_mistake_is_named_by_its_table_its_number_and_its_key(
        self, run: RunCommand, records: Records, tmp_path: Path
    ) -> None:
        file = tmp_path / "operation.toml"
        good = OPERATION_FILE.read_text(encoding="utf-8")
        bad = (
            good.replace('organisation = "cbp"', 'organisation = "customs"', 1)
            .replace('roles = ["coordinator"]', 'roles = ["boss"]')
            .replace('kind = "carrier"', 'kind = "carrier"\ncolour = "yellow"')
            .replace('cron = "30 8 * * mon-fri"', 'cron = "every morning"')
        )
        file.write_text(f"{bad}\n[weather]\nrain = true\n", encoding="utf-8")

        applying = run("apply", str(file))

        assert applying.code == 1
        for place in (
            "[[members]] number 5: organisation: “customs”",
            "[[members]] number 9: roles: “boss”",
            "[[organisations]] number 2: colour: ",
            "[[digests]] number 1: cron: “every morning”",
            "weather: ",
        ):
            assert any(line.startswith(place) for line in applying.log), applying.words
        assert "Traceback" not in applying.words
        assert not records.whole_operation()["members"], "nothing of it is applied"

    @pytest.mark.parametrize(
        ("content", "said"),
        [(None, "cannot be read"), (b"\xff\xfe", "cannot be read"), (b"[operation", "is not TOML")],
    )
    def test_what_is_no_operation_file_is_said_in_a_sentence(
        self, content: bytes | None, said: str, run: RunCommand, tmp_path: Path
    ) -> None:
        file = tmp_path / "operation.toml"
        if content is not None:
            file.write_bytes(content)

        applying = run("apply", str(file))

        assert applying.code == 1
        assert said in applying.words
        assert "operation.toml" in applying.words
        assert "Traceback" not in applying.words


@ON_SQLITE
class TestCheck:
    @pytest.fixture(autouse=True)
    def applied(self, settings: Settings) -> None:
        apply_operation(settings)

    def test_all_is_well(self, run: RunCommand) -> None:
        checking = run("check")

        assert checking.code == 0
        assert all(line.startswith("ok ") for line in checking.out), checking.words
        for thing in (
            "settings",
            "database",
            "auth.test",
            "scopes",
            "channel C0AMAZON",
            "channel C0OPS",
            "DHL",
        ):
            assert any(thing in line for line in checking.out), thing

    def wrong(self, run: RunCommand, code: int = 1, **more: str) -> list[str]:
        """What check calls wrong; everything else is ok."""
        checking = run("check", **more)
        assert checking.code == code
        assert "Traceback" not in checking.words
        assert all(line.startswith(("ok ", "wrong ")) for line in checking.out)
        return [line for line in checking.out if line.startswith("wrong ")]

    def test_a_channel_in_which_several_things_come_names_them_all(
        self, run: RunCommand, settings: Settings, tmp_path: Path
    ) -> None:
        shared = tmp_path / "operation.toml"
        shared.write_text(
            OPERATION_FILE.read_text().replace('"C0CBP"', '"C0DHL"').replace('"C0OPS"', '"C0DHL"')
        )
        apply_operation(settings, shared)

        (line,) = (line for line in run("check").out if "C0DHL" in line)

        for user in ("DHL", "US Customs and Border Protection", "digest daily"):
            assert user in line.partition("(")[2], line

    def test_a_channel_without_the_bot(self, run: RunCommand, sandbox: Sandbox) -> None:
        sandbox.person("U0CBP1")
        sandbox.post("/sandbox/people/U0CBP1/remove", {"channel": "C0CBP", "user": "U0OFABOT"})
        with sandbox.expects_refusal("channel_not_found", "conversations.info"):
            (line,) = self.wrong(run)

        assert "C0CBP (US Customs and Border Protection)" in line
        assert "invite" in line

    def test_a_channel_that_is_archived(self, run: RunCommand, sandbox: Sandbox) -> None:
        sandbox.patch("/sandbox/channels/C0CBP", {"is_archived": True})
        (line,) = self.wrong(run)

        assert "C0CBP (US Customs and Border Protection)" in line
        assert "The channel is archived (is_archived). Unarchive it, or name another" in line

    def test_channels_that_slack_may_not_tell_of(self, run: RunCommand, sandbox: Sandbox) -> None:
        sandbox.switch("conversations.info", "error", error="missing_scope")
        lines = self.wrong(run)

        assert len(lines) == 5
        assert all("The app lacks a scope (missing_scope). Reinstall it" in line for line in lines)

    def test_a_scope_that_is_missing(self, run: RunCommand, sandbox: Sandbox) -> None:
        scopes = sandbox.get("/sandbox/workspace")["app"]["scopes"]
        sandbox.post("/sandbox/app", {"scopes": [scope for scope in scopes if scope != "chat:write"]})
        (line,) = self.wrong(run)

        assert "scopes: missing: chat:write" in line
        assert "manifest.json" in line

    def test_a_carrier_that_refuses_the_key(self, run: RunCommand) -> None:
        (line,) = self.wrong(run, DHL_API_KEY="wrong")

        assert "DHL" in line
        assert "look at DHL_API_KEY" in line

    def test_an_address_at_which_nothing_of_the_carrier_answers(
        self, run: RunCommand, settings: Settings
    ) -> None:
        (line,) = self.wrong(run, DHL_API_URL=settings["DHL_API_URL"].replace("/track", "/trakc"))

        assert "DHL: partner_error" in line
        assert line.endswith("DHL_API_URL is wrong")

    def test_a_carrier_that_nobody_has_a_key_for(self, run: RunCommand) -> None:
        checking = run("check", DHL_API_KEY="")

        assert any("no DHL_API_KEY is set" in line for line in checking.out)

    def test_deconfliction_without_a_key_is_off_and_said_to_be(self, run: RunCommand, tmp_path: Path) -> None:
        assert "ok     deconfliction: off, no OPERATION_KEY is set" in run("check").out
        (line,) = self.wrong(run, OPERATION_KEY="short")
        assert line.startswith("wrong  OPERATION_KEY: must have at least 32 bytes")
        written = OPERATION_FILE.read_text(encoding="utf-8")
        wanted = tmp_path / "wanted.toml"
        wanted.write_text(written.replace('kind = "carrier"', 'kind = "carrier"\ndeconfliction = true'))
        assert run("apply", str(wanted)).code == 0
        (line,) = self.wrong(run)
        assert "DHL switched it on, but no OPERATION_KEY is set" in line
        assert "ok     deconfliction: on for DHL" in run("check", OPERATION_KEY="k" * 32).out

    def test_a_token_that_slack_refuses(self, run: RunCommand, sandbox: Sandbox) -> None:
        with sandbox.expects_refusal("invalid_auth", "auth.test"):
            (line,) = self.wrong(run, SLACK_BOT_TOKEN="xoxb-wrong")

        assert "auth.test: Slack says invalid_auth; look at SLACK_BOT_TOKEN" in line

    def test_an_app_token_is_tried_too(self, run: RunCommand, sandbox: Sandbox) -> None:
        assert "ok     apps.connections.open" in run("check", SLACK_APP_TOKEN="xapp-sandbox").out
        with sandbox.expects_refusal("invalid_auth", "apps.connections.open"):
            (line,) = self.wrong(run, SLACK_APP_TOKEN="xapp-wrong")

        assert "apps.connections.open: Slack says invalid_auth; look at SLACK_APP_TOKEN" in line

    def test_a_slack_that_does_not_answer(self, run: RunCommand) -> None:
        (line,) = self.wrong(run, SLACK_API_URL="http://127.0.0.1:9/api/")

        assert "Slack does not answer" in line
        assert "SLACK_API_URL" in line

    @pytest.mark.parametrize(
        ("content_type", "body"),
        [
            ("text/html", b"<h1>It works!</h1>"),
            ("application/json", b"It works!"),
            ("text/plain", b"It works!"),
            ("application/json", b'["It works!"]'),
            ("application/gzip", b"It works!"),
            ("application/json", b'{"ok": "\xff"}'),
        ],
    )
    def test_an_address_at_which_something_else_than_slack_answers(
        self, content_type: str, body: bytes, run: RunCommand
    ) -> None:
        with another_site(content_type, body) as address:
            lines = self.wrong(run, SLACK_API_URL=address, SLACK_APP_TOKEN="xapp-sandbox")

        assert lines == [
            f"wrong  {method}: Slack says nothing readable; look at SLACK_API_URL"
            for method in ("auth.test", "apps.connections.open")
        ]

    def test_a_database_of_another_version(self, run: RunCommand, tmp_path: Path) -> None:
        file = tmp_path / "empty.db"
        (line,) = self.wrong(run, DATABASE_URL=f"sqlite:///{file}")
        assert line == f"wrong  database: DATABASE_URL: there is no {file} yet; run python -m bot migrate"
        assert not file.exists(), "looking makes nothing"
        file.touch()

        (line,) = self.wrong(run, DATABASE_URL=f"sqlite:///{file}")

        assert "other tables than this version; run python -m bot migrate" in line

    def test_a_host_that_is_not_this_machine_s(self, run: RunCommand) -> None:
        (line,) = self.wrong(run, HOST="no-such-host.invalid")

        assert line.startswith("wrong  HOST: no-such-host.invalid is no address of this machine")

    def test_an_operation_file_that_cannot_be_used(self, run: RunCommand, tmp_path: Path) -> None:
        assert (
            f"ok     OPERATION_FILE: {OPERATION_FILE}" in run("check", OPERATION_FILE=str(OPERATION_FILE)).out
        )
        (line,) = self.wrong(run, OPERATION_FILE="away.toml")
        assert line.startswith("wrong  OPERATION_FILE: away.toml: cannot be read")
        bad = tmp_path / "bad.toml"
        bad.write_text(
            OPERATION_FILE.read_text(encoding="utf-8").replace("America/New_York", "America/Amazonia")
        )
        lines = self.wrong(run, OPERATION_FILE=str(bad))
        assert [line for line in lines if "America/Amazonia" in line] == lines

    def test_a_database_that_does_not_answer(self, run: RunCommand) -> None:
        (line,) = self.wrong(run, DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")

        assert "database: DATABASE_URL: the database cannot be opened: connection failed" in line
        assert "DATABASE_URL" in line

    def test_settings_that_are_missing(self, run: RunCommand) -> None:
        lines = self.wrong(run, SLACK_BOT_TOKEN="", SLACK_SIGNING_SECRET="")

        assert [line.split()[1] for line in lines] == ["SLACK_BOT_TOKEN:", "SLACK_SIGNING_SECRET:"]


class TestHealth:
    @ON_POSTGRESQL
    def test_it_is_well_only_while_postgresql_answers(self, settings: Settings, postgres: Postgres) -> None:
        database = make_url(settings["DATABASE_URL"]).database or ""
        with BotThread(settings) as bot:
            assert health(bot.url) == 200

            postgres.refuse(database, refuses=True)
            assert health(bot.url) == 503

            postgres.refuse(database, refuses=False)
            assert health(bot.url) == 200

    @ON_SQLITE
    def test_it_is_not_well_where_the_file_is_no_database_any_more(
        self, settings: Settings, tmp_path: Path
    ) -> None:
        file = tmp_path / "of-its-own.db"
        with BotThread(settings | {"DATABASE_URL": f"sqlite:///{file}"}) as bot:
            assert health(bot.url) == 200

            for part in tmp_path.glob("of-its-own.db*"):
                part.unlink()
            file.mkdir()

            assert health(bot.url) == 503
