"""The driver itself: what it says when something is not as a test expects."""

import threading

import pytest
from slack_sdk import WebClient

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.sandbox.stub_bot import Reply, StubBot
from tests.sandbox.views import actions, button, field, modal, section, text_input


def test_it_waits_for_what_comes_later(sandbox: Sandbox, analyst: Persona, web: WebClient) -> None:
    now = int(sandbox.get("/sandbox/clock")["now"])
    web.chat_scheduleMessage(channel="C0AMAZON", post_at=now + 60, text="Good morning")
    asked = threading.Event()

    def hurry() -> None:
        asked.wait(5)
        with Sandbox(sandbox.url) as other:
            other.advance(60)

    later = threading.Thread(target=hurry)
    later.start()
    analyst.does_not_see("Good morning")
    asked.set()
    assert analyst.sees("Good morning").channel == "C0AMAZON"
    later.join()


def test_what_is_not_there_is_said_with_what_is(analyst: Persona) -> None:
    analyst.says("hello", channel="C0AMAZON")
    with pytest.raises(AssertionError, match=r"amazon-analyst-1 does not see 'goodbye'(.|\n)*hello"):
        analyst.sees("goodbye", within=0.05)
    with pytest.raises(AssertionError, match="amazon-analyst-1 sees 'hello'"):
        analyst.does_not_see("hello")


def test_people_read_names_links_and_dates_not_codes(analyst: Persona, web: WebClient) -> None:
    text = (
        "<@U0DHL1> in <#C0OPS> wrote <https://a.example|a *note*> on <!date^1767225600^{date}|1 January 2026>"
    )
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[section(text)])
    seen = analyst.sees("a note", channel="C0AMAZON")
    assert seen.text == "@dhl-analyst-1 in #operations wrote a *note* on 1 January 2026"


def test_replies_are_read_in_their_thread(analyst: Persona, web: WebClient) -> None:
    parent = analyst.says("a parcel", channel="C0AMAZON")
    web.chat_postMessage(channel="C0AMAZON", thread_ts=parent.ts, text="known already")
    analyst.does_not_see("known already")
    reply = analyst.sees("known already", thread=parent)
    analyst.types("thank you", thread=reply)
    analyst.sees("thank you", thread=parent)


def test_trouble_of_the_bot_fails_the_test_where_it_happens(analyst: Persona, bot: StubBot) -> None:
    bot.answers["command"] = Reply("boom", status=500)
    with pytest.raises(AssertionError, match=r"dispatch_failed(.|\n)*The bot answered 500(.|\n)*boom"):
        analyst.types("/flag x", channel="C0AMAZON")


def test_expecting_trouble_that_does_not_come_is_a_failure(analyst: Persona) -> None:
    with pytest.raises(AssertionError, match="expected operation_timeout and got no error"):
        analyst.types("/flag x", channel="C0AMAZON", expecting="operation_timeout")


def test_a_button_that_is_not_there_is_said_with_those_that_are(sandbox: Sandbox, web: WebClient) -> None:
    hasty = sandbox.person("U0AMAZON1", patience=0.05)
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[actions(button("Acknowledge"))])
    with pytest.raises(AssertionError, match=r"finds no 'Close'(.|\n)*Acknowledge"):
        hasty.clicks("Close")


def test_the_modal_on_top_is_what_hands_reach(analyst: Persona, bot: StubBot, web: WebClient) -> None:
    web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[actions(button("Send", "below"))])
    analyst.types("/flag", channel="C0AMAZON")
    view = modal(actions(button("Send", "above")), field("Words", text_input()))
    web.views_open(trigger_id=bot.gets("command").payload["trigger_id"], view=view)
    analyst.clicks("Send")
    assert bot.gets("block_actions").payload["actions"][0]["action_id"] == "above"
    analyst.closes()
    analyst.sees_no_modal()
    analyst.clicks("Send")
    assert bot.gets("block_actions", 2).payload["actions"][0]["action_id"] == "below"


def test_a_sandbox_starts_and_stops_by_itself() -> None:
    with Sandbox.start({}) as own:
        assert own.person("stranger-1").id == "U0STRANGER1"
        assert own.settings(socket_mode=True)["SLACK_APP_TOKEN"] == "xapp-sandbox"
    with pytest.raises(AssertionError, match="There is no U0NOBODY"), Sandbox.start({}) as other:
        other.person("U0NOBODY")
