"""Slack and the carrier on a bad day: nothing is lost, nothing is said twice, and nobody waits for either."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.bots import OPERATION_FILE, BotThread
from tests.e2e.conftest import ON_POSTGRESQL, ON_SQLITE, Settings, StartProcess
from tests.e2e.records import Records
from tests.e2e.watching import READERS, everyone_is_told, ids_everywhere, reads_below, reference_in, waybill

pytestmark = pytest.mark.long

PARCEL = "3318810025"

FAULTS: dict[str, dict[str, Any]] = {
    "limited": {"fault": "error", "error": "ratelimited", "retry_after": 1},
    "broken": {"fault": "error", "error": "internal_error", "status": 500},
    "behind a proxy that fails": {"fault": "html"},
    "answering nothing": {"fault": "empty"},
    "resetting connections": {"fault": "reset"},
    "slow": {"fault": "slow", "seconds": 1},
    "in trouble of a kind nobody knows": {"fault": "error", "error": "somebody_spilled_coffee"},
}


@ON_SQLITE
@pytest.mark.usefixtures("bot")
class TestPassing:
    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
    def test_every_alert_arrives_once_when_slack_is_itself_again(
        self, fault: dict[str, Any], sandbox: Sandbox, marketplace: Persona, records: Records
    ) -> None:
        sandbox.switch("chat.postMessage", times=len(READERS), **fault)

        answer = marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
        assert answer.messages[0].shows("Flagged.")
        sandbox.awaits_traffic("chat.postMessage", len(READERS))
        records.retries_are_due()

        everyone_is_told(sandbox, f"Alert: parcel {PARCEL}")
        for ids in ids_everywhere(sandbox, PARCEL).values():
            assert len(ids) == 1

    def test_one_channel_in_trouble_does_not_hold_up_the_others(
        self, sandbox: Sandbox, marketplace: Persona, customs: Persona, carrier: Persona, records: Records
    ) -> None:
        broken = sandbox.switch("chat.postMessage", "error", error="internal_error", channel="C0DHL")
        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")

        customs.sees("Alert", "C0CBP")
        carrier.does_not_see("Alert", "C0DHL")
        sandbox.switch_off(broken)
        records.retries_are_due()
        carrier.sees("Alert", "C0DHL")

    def test_an_acknowledgement_is_shown_though_the_first_edit_fails(
        self, sandbox: Sandbox, marketplace: Persona, carrier: Persona, customs: Persona, records: Records
    ) -> None:
        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
        customs.sees("DHL said so", "C0CBP")
        alert = carrier.sees("DHL said so", "C0DHL")
        before = sandbox.traffic()[-1]["id"]
        sandbox.switch("chat.update", "reset", times=len(READERS))

        carrier.clicks("Acknowledge", on=alert)

        sandbox.awaits_traffic("chat.update", len(READERS), after=before)
        records.retries_are_due()
        customs.sees("DHL acknowledged", "C0CBP")


@ON_SQLITE
@pytest.mark.usefixtures("bot")
class TestFinal:
    @pytest.fixture
    def operation(self, tmp_path: Path) -> Path:
        """One in which the carrier's liaison is its coordinator as well, who mends what keeps its messages away."""
        liaison = 'slack_user = "U0DHL2"\norganisation = "dhl"\nroles = ["liaison"'
        usual = OPERATION_FILE.read_text(encoding="utf-8")
        assert liaison in usual
        changed = tmp_path / "operation.toml"
        changed.write_text(usual.replace(liaison, f'{liaison}, "coordinator"'), encoding="utf-8")
        return changed

    @pytest.fixture
    def coordinator(self, sandbox: Sandbox) -> Persona:
        return sandbox.person("U0DHL2")

    @pytest.fixture
    def shut_out(self, sandbox: Sandbox) -> Iterator[None]:
        """Somebody has removed the bot from the carrier's channel, which is private: to the bot it does not exist."""
        with sandbox.expects_refusal("channel_not_found"):
            sandbox.post("/sandbox/people/U0DHL2/remove", {"channel": "C0DHL", "user": "U0OFABOT"})
            yield

    def test_a_coordinator_is_told_what_does_not_arrive_and_how_to_mend_it(
        self, shut_out: None, sandbox: Sandbox, marketplace: Persona, coordinator: Persona, customs: Persona
    ) -> None:
        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")

        word = coordinator.sees("do not arrive")
        assert word.shows("/invite")
        assert word.shows("Nothing is lost")
        assert "Try again" in word.buttons
        card = marketplace.types(f"/case {PARCEL}").messages[0]
        assert card.shows("DHL could not be reached; those who can mend it are told")
        customs.sees("Alert", "C0CBP")

    def test_inviting_the_bot_again_brings_what_waited(
        self, shut_out: None, sandbox: Sandbox, marketplace: Persona, carrier: Persona, coordinator: Persona
    ) -> None:
        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
        coordinator.sees("do not arrive")

        carrier.invites("U0OFABOT", into="C0DHL")

        assert carrier.sees("Alert", "C0DHL").shows(PARCEL)
        assert [len(ids) for ids in ids_everywhere(sandbox, PARCEL).values()] == [1, 1, 1, 1]

    def test_the_coordinator_s_button_tries_again(
        self, sandbox: Sandbox, marketplace: Persona, carrier: Persona, coordinator: Persona
    ) -> None:
        refusing = sandbox.switch("chat.postMessage", "error", error="not_in_channel", channel="C0DHL")
        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
        word = coordinator.sees("do not arrive")
        sandbox.switch_off(refusing)

        coordinator.clicks("Try again", on=word)

        carrier.sees("Alert", "C0DHL")

    def test_what_happened_meanwhile_is_told_below_the_alert_that_came_late(
        self, shut_out: None, sandbox: Sandbox, marketplace: Persona, carrier: Persona, coordinator: Persona
    ) -> None:
        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
        coordinator.sees("do not arrive")
        marketplace.clicks("Close", on=marketplace.types(f"/case {PARCEL}").messages[0])
        marketplace.sees_modal("Close the case?")
        marketplace.chooses("Reason", "Genuine goods")
        marketplace.submits()

        carrier.invites("U0OFABOT", into="C0DHL")

        alert = carrier.sees(f"Closed: parcel {PARCEL}", "C0DHL")
        assert "Acknowledge" not in alert.buttons
        reads_below(sandbox, carrier, alert, "closed the case: Genuine goods")


@ON_SQLITE
class TestWaiting:
    """A listener that waited would be noticed at three seconds, as Slack does."""

    def test_an_ack_never_waits_for_a_slow_slack(
        self, bot: BotThread, sandbox: Sandbox, marketplace: Persona, carrier: Persona
    ) -> None:
        flagged = marketplace.types(
            f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON"
        ).messages[0]
        alert = carrier.sees("Alert", "C0DHL")
        sandbox.switch("*", "slow", seconds=4)
        sandbox.switch("response_url", "slow", seconds=4)

        assert reference_in(marketplace.types(f"/case {PARCEL}").messages[0]) == reference_in(flagged)
        marketplace.types(f"/flag parcel {waybill(9)} more of them")
        carrier.clicks("Acknowledge", on=alert)
        carrier.types("/case 7777777770", channel="C0DHL")
        assert carrier.types(f"/case {PARCEL}").messages[0].shows("(@dhl-analyst-1) acknowledged")
        sandbox.switch_off()

    def test_an_ack_never_waits_for_a_slow_carrier(
        self, bot: BotThread, sandbox: Sandbox, marketplace: Persona, customs: Persona, records: Records
    ) -> None:
        sandbox.post("/sandbox/partners/dhl/switches", {"fault": "slow", "seconds": 4, "times": 1})
        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")
        records.awaits_a_question()

        again = marketplace.types(f"/case {PARCEL}").messages[0]

        assert again.shows("is being asked; the answer follows")
        customs.sees("Alert", "C0CBP")

    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            ({"fault": "quota"}, "takes no more questions for now"),
            ({"fault": "bad_key"}, "refuses our key"),
            ({"fault": "server_error"}, "answers with an error"),
            ({"fault": "not_json"}, "answers with something unreadable"),
            ({"fault": "reset"}, "does not answer"),
        ],
        ids=lambda value: value["fault"] if isinstance(value, dict) else "",
    )
    def test_a_carrier_that_gives_no_answer_is_said_in_words(
        self, fault: dict[str, Any], said: str, bot: BotThread, sandbox: Sandbox, marketplace: Persona
    ) -> None:
        sandbox.post("/sandbox/partners/dhl/switches", fault)
        marketplace.types(f"/flag parcel {PARCEL} counterfeit earbuds", channel="C0AMAZON")

        marketplace.sees(re.compile(rf"Alert[\s\S]*⚠️ DHL {said}"), "C0AMAZON")

    def test_a_parcel_the_carrier_does_not_know(self, bot: BotThread, marketplace: Persona) -> None:
        marketplace.types(f"/flag parcel {waybill(77)} counterfeit earbuds", channel="C0AMAZON")

        marketplace.sees("knows no parcel of this number", "C0AMAZON")


@ON_POSTGRESQL
@pytest.mark.timeout(300)
def test_two_workers_bring_every_alert_of_twelve_flags_exactly_once(
    start: StartProcess, sandbox: Sandbox, settings: Settings, records: Records, marketplace: Persona
) -> None:
    sandbox.without_limits()
    settings["DHL_API_KEY"] = ""  # the carrier's answers would only change each alert once more
    numbers = [waybill(serial) for serial in range(12)]
    with BotThread(settings, works=False) as web:
        sandbox.bot_is_at(web.url)
        for number in numbers:
            answer = marketplace.types(f"/flag parcel {number} fake", channel="C0AMAZON")
            assert answer.messages[0].shows("Flagged.")
    for worker in (start("worker"), start("worker")):
        worker.says("working")

    records.awaits_silence(within=90)

    for channel, reader in READERS.items():
        standing = sandbox.person(reader).messages(channel)
        for number in numbers:
            copies = [seen for seen in standing if seen.shows(f"Alert: parcel {number}")]
            assert len(copies) == 1, f"{number} in {channel}"
