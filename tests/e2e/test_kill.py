"""What was acknowledged is kept: real processes, ended in the worst moments, and started again."""

import random
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.bots import OPERATION_FILE, BotProcess, BotThread, apply_operation
from tests.e2e.conftest import Settings, StartProcess
from tests.e2e.records import Records
from tests.e2e.watching import (
    READERS,
    everyone_is_told,
    ids_everywhere,
    reference_in,
    told_of,
    waybill,
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(300),  # many processes are started, on machines that may be busy
]

EVERYTHING = {"PORT": "0", "OPERATION_FILE": str(OPERATION_FILE)}
WITHIN = 40.0


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Sandbox:
    """Without Slack's limits: what was sent just before a kill would else hold up what is sent just after."""
    sandbox.without_limits()
    return sandbox


@pytest.fixture
def number(sandbox: Sandbox) -> str:
    """Of a parcel that the carrier knows."""
    return known_parcel(sandbox, 1)


def known_parcel(sandbox: Sandbox, serial: int) -> str:
    number = waybill(serial)
    sandbox.post("/sandbox/partners/dhl/parcels", {"number": number, "like": "3318810025"})
    return number


@dataclass(frozen=True)
class Scene:
    """What a moment to kill in is found by."""

    sandbox: Sandbox
    records: Records
    requests_before: int

    def after_requests(self, count: int) -> None:
        """When the bot has asked that much of Slack since the flag."""

        def enough() -> bool | None:
            asked = self.sandbox.traffic(after=self.requests_before)
            return sum(record["direction"] == "to_slack" for record in asked) >= count or None

        self.sandbox.until(enough, WITHIN, lambda: f"The bot does not ask {count} things of Slack.")


WHILE_ASKED = "while the carrier was being asked"

MOMENTS: dict[str, Callable[[Scene], None]] = {
    "at once": lambda _: None,
    WHILE_ASKED: lambda scene: scene.records.awaits_a_question(),
}


def moments() -> dict[str, Callable[[Scene], None]]:
    """The chosen ones, and one that nobody chose.

    A flag asks so much of Slack at the least: an alert for each organisation and the card that is complete. How many
    alerts are edited as well depends on whether the carrier answers before they are posted.
    """
    count = random.randint(1, len(READERS) + 1)  # noqa: S311  # to be unforeseen, not secret
    return MOMENTS | {f"after {count} requests of the bot": lambda scene: scene.after_requests(count)}


@contextmanager
def at_the_moment(moment: str) -> Iterator[None]:
    """Says in a failure which moment it was."""
    try:
        yield
    except AssertionError as error:
        error.add_note(f"Killed {moment}.")
        raise


def test_a_flag_its_alerts_and_its_answer_outlive_a_kill_at_any_moment_after_its_ack(
    sandbox: Sandbox, start: StartProcess, records: Records, marketplace: Persona
) -> None:
    killing = moments()
    bot = start("run", **EVERYTHING)
    for serial, (moment, comes) in enumerate(killing.items(), 1):
        number = known_parcel(sandbox, serial)
        sandbox.bot_is_at(bot.listens())
        if moment == WHILE_ASKED:
            sandbox.post("/sandbox/partners/dhl/switches", {"fault": "slow", "number": number, "times": 1})
        with at_the_moment(moment):
            before = sandbox.traffic()[-1]["id"]
            flag = f"/flag parcel {number} counterfeit earbuds"
            card = marketplace.types(flag, channel="C0AMAZON").messages[0]
            comes(Scene(sandbox, records, before))
            bot.kill()
            records.leases_run_out()
            bot = start("run", **EVERYTHING)
            sandbox.bot_is_at(bot.listens())

            everyone_is_told(sandbox, told_of(number))
            for ids in ids_everywhere(sandbox, number).values():
                assert len(set(ids)) == 1, "a double carries the same delivery id"
            answer = re.compile(rf"only you see this[\s\S]*{number}[\s\S]*DHL said so")
            marketplace.sees(answer, "C0AMAZON", within=WITHIN)
            found = marketplace.types(f"/case {number}").messages[0]
            assert reference_in(found) == reference_in(card)
    assert records.count_of_cases() == records.count_of_flags() == len(killing)


def start_worker(start: StartProcess) -> BotProcess:
    worker = start("worker")
    worker.says("working")
    return worker


class TestApart:
    """Web and worker as two processes, on PostgreSQL."""

    @pytest.fixture
    def database_url(self, postgresql_url: str) -> str:
        return postgresql_url

    @pytest.fixture
    def flagged(
        self, sandbox: Sandbox, settings: Settings, marketplace: Persona, number: str
    ) -> Iterator[None]:
        """The parcel is flagged, and nobody has been told yet."""
        with BotThread(settings, works=False) as web:
            sandbox.bot_is_at(web.url)
            marketplace.types(f"/flag parcel {number} counterfeit earbuds", channel="C0AMAZON")
            yield

    @pytest.fixture
    def web(self, start: StartProcess, sandbox: Sandbox, settings: Settings) -> BotProcess:
        apply_operation(settings)
        web = start("web", PORT="0")
        sandbox.bot_is_at(web.listens())
        return web

    def test_a_worker_tells_what_a_killed_web_has_acknowledged(
        self, web: BotProcess, start: StartProcess, sandbox: Sandbox, marketplace: Persona, number: str
    ) -> None:
        marketplace.types(f"/flag parcel {number} counterfeit earbuds", channel="C0AMAZON")
        web.kill()

        start_worker(start)

        everyone_is_told(sandbox, told_of(number))

    def test_a_worker_killed_between_claim_and_send_loses_and_doubles_nothing(
        self, flagged: None, start: StartProcess, sandbox: Sandbox, records: Records, number: str
    ) -> None:
        with records.nobody_reads("flags"):  # what is to be sent cannot be read, so it is not sent
            worker = start_worker(start)
            records.awaits_leases(len(READERS))
            records.awaits_a_question()
            worker.kill()
        assert not sandbox.traffic("chat.postMessage")

        start_worker(start)

        # Nobody moves the clock here: what the dead worker has taken on, alerts and question, is taken over after seconds.
        everyone_is_told(sandbox, told_of(number), within=60)
        assert [len(ids) for ids in ids_everywhere(sandbox, number).values()] == [1, 1, 1, 1]

    def test_a_worker_killed_between_send_and_settle_loses_nothing_and_a_double_can_be_told(
        self, flagged: None, start: StartProcess, sandbox: Sandbox, records: Records, number: str
    ) -> None:
        sandbox.switch("chat.postMessage", "nothing", carried_out=True)
        worker = start_worker(start)
        everyone_is_told(sandbox, f"Alert: parcel {number}")
        worker.kill()
        sandbox.switch_off()
        first = ids_everywhere(sandbox, number)
        records.leases_run_out()

        start_worker(start)

        everyone_is_told(sandbox, told_of(number))
        for channel, ids in ids_everywhere(sandbox, number).items():
            assert len(first[channel]) == 1
            assert len(ids) <= 2
            assert set(ids) == set(first[channel]), "a double carries the same delivery id"

    def test_a_worker_that_is_told_to_stop_finishes_what_it_sends(
        self, flagged: None, start: StartProcess, sandbox: Sandbox, records: Records, number: str
    ) -> None:
        sandbox.switch("chat.postMessage", "slow", seconds=2)
        worker = start_worker(start)
        records.awaits_leases(len(READERS))
        worker.asked_to_stop()

        assert worker.ends() == 0

        sandbox.switch_off()
        start_worker(start)
        everyone_is_told(sandbox, told_of(number))
        assert [len(ids) for ids in ids_everywhere(sandbox, number).values()] == [1, 1, 1, 1]

    @pytest.mark.parametrize("app_token", ["", "xapp-sandbox"], ids=["by HTTP", "by Socket Mode"])
    def test_a_command_in_work_still_gets_its_answer_when_the_program_is_told_to_stop(
        self,
        app_token: str,
        settings: Settings,
        start: StartProcess,
        sandbox: Sandbox,
        records: Records,
        marketplace: Persona,
        number: str,
    ) -> None:
        apply_operation(settings)
        web = start("web", PORT="0", SLACK_APP_TOKEN=app_token)
        sandbox.bot_is_at(web.listens())
        if app_token:
            web.says("socket connected")
        with ThreadPoolExecutor(1) as person:
            with records.nobody_reads("flags"):
                flagging = person.submit(
                    marketplace.types, f"/flag parcel {number} counterfeit earbuds", channel="C0AMAZON"
                )
                records.awaits_somebody_waiting()
                web.asked_to_stop()
                web.says("Finished server process" if app_token else "Shutting down")
            answer = flagging.result(WITHIN)

        assert answer.messages[0].shows("Flagged.")
        assert web.ends() == 0
        assert records.count_of_flags() == 1
