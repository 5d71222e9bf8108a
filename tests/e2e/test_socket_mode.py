"""The main job once more over Socket Mode, for those who cannot open a port to the world."""

import re
from collections.abc import Iterator

import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.bots import BotThread
from tests.e2e.conftest import ON_SQLITE, Settings
from tests.e2e.records import Records
from tests.e2e.watching import reads_below, reference_in

PARCEL = "3318810025"


@pytest.fixture
def settings(sandbox: Sandbox, database_url: str) -> Settings:
    sandbox.post("/sandbox/partners/dhl/limits", {"enabled": False})
    return sandbox.settings(socket_mode=True) | {
        "DATABASE_URL": database_url,
        "DHL_SECONDS_BETWEEN_CALLS": "0",
    }


@pytest.fixture
def bot(sandbox: Sandbox, settings: Settings) -> Iterator[BotThread]:
    with BotThread(settings) as running:
        awaits_connections(sandbox, 2)
        yield running
        sandbox.bot_leaves()
        assert not running.log.errors, "\n".join(running.log.errors)


def awaits_connections(sandbox: Sandbox, count: int) -> None:
    def open_ones() -> int:
        return int(sandbox.get("/sandbox/bot")["sockets"])

    sandbox.until(
        lambda: open_ones() == count or None, 10, lambda: f"The bot has {open_ones()} connections open."
    )


def test_the_walk_over_socket_mode(
    bot: BotThread,
    sandbox: Sandbox,
    records: Records,
    marketplace: Persona,
    carrier: Persona,
    customs: Persona,
    coordinator: Persona,
) -> None:
    """With a connection that Slack renews in the middle, and one envelope that comes twice."""
    sandbox.switch("deliver:command", "twice", times=1)
    card = marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON").messages[0]
    sandbox.awaits_traffic("/flag", 2)
    reference = reference_in(card)
    assert records.count_of_cases() == records.count_of_flags() == 1
    alert = carrier.sees("DHL said so", "C0DHL")
    assert len([seen for seen in carrier.messages("C0DHL") if seen.shows("Alert")]) == 1

    sandbox.post("/sandbox/socket", {"do": "warning", "connection": 1})
    sandbox.post("/sandbox/socket", {"do": "refresh_requested", "connection": 1})
    carrier.clicks("Acknowledge", on=alert)
    customs.sees(re.compile(r"DHL\*? acknowledged .*\(@dhl-analyst-1\)"), "C0CBP")
    awaits_connections(sandbox, 2)

    found = customs.types(f"/case {PARCEL}", channel="C0CBP").messages[0]
    assert found.shows(reference)
    marketplace.clicks("Close", on=marketplace.types(f"/case {reference}", channel="C0AMAZON").messages[0])
    marketplace.sees_modal("Close the case?")
    marketplace.chooses("Reason", "Genuine goods")
    marketplace.submits()
    reads_below(sandbox, carrier, alert, "closed the case: Genuine goods")
    coordinator.types("/digest now", channel="C0OPS")
    assert coordinator.sees("Operation Fulfilled Action: digest", "C0OPS").shows("1 opened · 1 closed")


def test_a_click_that_comes_twice_is_done_once(
    bot: BotThread, sandbox: Sandbox, marketplace: Persona, carrier: Persona
) -> None:
    marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
    carrier.sees("Alert", "C0DHL")

    sandbox.switch("deliver:block_actions", "twice", times=1)
    carrier.clicks("Acknowledge")
    sandbox.awaits_traffic("case.acknowledge", 2)

    card = carrier.types(f"/case {PARCEL}", channel="C0DHL").messages[0]
    assert card.text.count("(@dhl-analyst-1) acknowledged") == 1


def test_a_connection_that_is_lost_without_a_word_is_opened_again(
    bot: BotThread, sandbox: Sandbox, marketplace: Persona
) -> None:
    sandbox.post("/sandbox/socket", {"do": "drop", "connection": 1})
    answer = marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
    assert reference_in(answer.messages[0])
    awaits_connections(sandbox, 2)


@ON_SQLITE
@pytest.mark.hasty
@pytest.mark.long  # Slack waits three seconds for an ack, each time
def test_an_event_that_could_not_be_stored_is_not_acknowledged_and_comes_again(
    bot: BotThread, sandbox: Sandbox, marketplace: Persona, records: Records
) -> None:
    with records.gone("drafts"), sandbox.expects_refusal("operation_timeout", "app_mention"):
        marketplace.says("@ofa 3318810025 has a crooked logo", "C0AMAZON")
        sandbox.awaits_traffic("app_mention", 2)
    assert len(bot.log.errors) == 2
    bot.log.errors.clear()

    sandbox.advance(60)

    marketplace.sees("I recognise this.", "C0AMAZON")


def test_what_no_database_stores_is_left_out_here_as_well(
    bot: BotThread, records: Records, marketplace: Persona
) -> None:
    marketplace.types(f"/flag parcel {PARCEL} counter\0feit", channel="C0AMAZON")
    assert records.words_of_flags() == ["counterfeit"]
