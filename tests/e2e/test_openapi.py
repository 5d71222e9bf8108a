"""The HTTP API does what its own description says, whatever is sent to it: schemathesis makes it up."""

from collections.abc import Iterator
from itertools import cycle, product
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

from tests.e2e.bots import BotThread, Finished
from tests.e2e.conftest import ON_SQLITE, RunCommand

pytestmark = [pytest.mark.long, ON_SQLITE]

KEYS = 6
REAL = ["3318810025", "A2L77EE7U53NWQ", "CSQU3054383", "B0EXAMPL34", "111-2223334-4445556", "RR123456785CN"]

BEYOND_A_SCHEMA = [positive_data_acceptance]
"""Which numbers there can be, and which organisations: what has the right shape may still not hold."""

made_up = bounds(suppress_health_check=list(HealthCheck))


@pytest.fixture
def serving(settings: dict[str, str]) -> Iterator[BotThread]:
    """The bot without its worker: nobody is told of what is made up."""
    with BotThread(settings, works=False) as running:
        yield running
        assert not running.log.errors, "\n".join(running.log.errors)


@pytest.fixture
def tokens(serving: BotThread, run: RunCommand) -> Iterator[str]:
    """Keys in turn, so that none has to wait for its budget."""
    made: list[Finished] = [run("keys", "make", "dhl", f"dhl-{number}") for number in range(KEYS)]
    return cycle([each.out[-1] for each in made])


@pytest.fixture
def api(serving: BotThread) -> Any:
    """The API as it describes itself."""
    return schemathesis.openapi.from_url(f"{serving.url}/v1/openapi.json")


def sent(case: Any, token: str) -> Any:
    """The request, answered; raises where the answer is not as described."""
    return case.call_and_validate(
        headers={"Authorization": f"Bearer {token}"}, excluded_checks=BEYOND_A_SCHEMA
    )


def test_whatever_is_sent_is_answered_as_described(api: Any, tokens: Iterator[str]) -> None:
    for operation, mode in product((api["/flags"]["POST"], api["/flags/{id}"]["GET"]), GenerationMode):

        @made_up
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case: Any) -> None:
            sent(case, next(tokens))

        holds()


def test_every_flag_of_a_real_thing_is_taken_and_found_again(api: Any, tokens: Iterator[str]) -> None:
    @made_up
    @given(case=api["/flags"]["POST"].as_strategy(), identifier=st.sampled_from(REAL))
    def holds(case: Any, identifier: str) -> None:
        case.body |= {"subject": {"identifier": identifier}, "tlp": "green", "release": []}
        case.headers["Idempotency-Key"] = case.id
        answer = sent(case, next(tokens))
        assert answer.status_code in (200, 201), answer.text
        found = api["/flags/{id}"]["GET"].Case(path_parameters={"id": answer.json()["id"]})
        assert sent(found, next(tokens)).json()["subject"] == answer.json()["subject"]

    holds()
