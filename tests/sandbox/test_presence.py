"""Whether the bot is there: noticed when it is missed, and when it is back."""

from slack_sdk import WebClient
from websockets.sync.client import connect

from sandbox.client import Sandbox
from sandbox.persona import PATIENCE, Persona
from tests.sandbox.stub_bot import Reply, StubBot


def awaits(sandbox: Sandbox, state: str) -> None:
    def there() -> bool | None:
        return sandbox.get("/sandbox/workspace")["bot"]["state"] == state or None

    sandbox.until(there, PATIENCE, lambda: f"The bot is not {state}.")


def test_a_bot_that_went_is_missed_by_who_needs_it_and_found_when_it_is_back(
    sandbox: Sandbox, analyst: Persona
) -> None:
    first = StubBot()
    sandbox.bot_is_at(first.url)
    first.stop()
    with sandbox.expects_refusal("dispatch_failed", "/flag"):
        analyst.types("/flag", channel="C0AMAZON", expecting="dispatch_failed")
    awaits(sandbox, "gone")
    second = StubBot(int(first.url.rsplit(":", 1)[1]))
    awaits(sandbox, "there")
    analyst.types("/flag")
    assert second.gets("command").payload["command"] == "/flag"
    second.stop()


def test_a_bot_that_answers_rubbish_is_there(sandbox: Sandbox, analyst: Persona, bot: StubBot) -> None:
    bot.answers["command"] = lambda _: Reply("<html>", status=502)
    with sandbox.expects_refusal("dispatch_failed", "/flag"):
        analyst.types("/flag", channel="C0AMAZON", expecting="dispatch_failed")
    awaits(sandbox, "there")


def test_a_bot_of_socket_mode_is_there_while_it_has_a_connection(sandbox: Sandbox) -> None:
    app = WebClient("xapp-sandbox", base_url=sandbox.api_url)
    with connect(app.apps_connections_open(app_token="xapp-sandbox")["url"]):
        awaits(sandbox, "there")
    awaits(sandbox, "gone")
    with connect(app.apps_connections_open(app_token="xapp-sandbox")["url"]):
        awaits(sandbox, "there")


def test_who_says_where_the_bot_is_is_believed_until_it_is_missed(sandbox: Sandbox, analyst: Persona) -> None:
    sandbox.bot_is_at(None)
    with sandbox.expects_refusal("dispatch_failed", "/flag"):
        analyst.types("/flag", channel="C0AMAZON", expecting="dispatch_failed")
    awaits(sandbox, "gone")
    sandbox.bot_is_at("http://127.0.0.1:9")
    assert sandbox.get("/sandbox/workspace")["bot"]["state"] == "there"
