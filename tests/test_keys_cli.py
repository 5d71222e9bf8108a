"""``python -m bot keys``, as its operator meets it."""

import asyncio
import re
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from bot.domain.operations import OperationPlan
from bot.domain.roles import Actor
from bot.keys_cli import keys
from bot.services.api_keys import ApiKeys
from storage.database import Database, utc_now

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, operation: OperationPlan) -> Run:
    """The command on a database with the example operation: what it says, and how it ends."""
    return lambda *words: CliRunner().invoke(keys, words, env={"DATABASE_URL": database_url})


def caller(url: str, token: str) -> Actor:
    async def asking() -> Actor:
        database = Database(url)
        try:
            return await ApiKeys(database, utc_now).caller(token)
        finally:
            await database.close()

    return asyncio.run(asking())


def test_a_key_is_made_shown_once_and_taken_by_the_api(run: Run, database_url: str) -> None:
    made = run("make", "dhl", "dhl-screening")
    assert made.exit_code == 0
    assert re.fullmatch(r"ofa_[\w-]{43}\n", made.stdout), "the key alone, to be put into a file"
    assert "dhl-screening acts for DHL" in made.stderr
    assert caller(database_url, made.stdout.strip()).organisation == "dhl"
    assert made.stdout.strip() not in run("list").output


def test_the_list_has_a_line_for_each_key_with_whether_it_is_in_use(run: Run) -> None:
    run("make", "dhl", "dhl-screening")
    run("make", "cbp", "cbp-targeting")
    run("revoke", "dhl-screening")
    in_use, revoked = run("list").output.splitlines()
    assert re.fullmatch(r"cbp-targeting +cbp +ofa_[\w-]{4}…  made \d{4}-\d\d-\d\d  never used", in_use)
    assert re.fullmatch(
        r"dhl-screening +dhl +ofa_[\w-]{4}…  made \d{4}-\d\d-\d\d  revoked \d{4}-\d\d-\d\d", revoked
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["make", "nobody", "x"], "There is no such organisation"),
        (["make", "dhl", "Bad Name"], "Name the key after the system that uses it"),
        (["make", "dhl", "taken"], "no name is given twice"),
        (["revoke", "nothing"], "There is no such API key"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(run: Run, words: list[str], said: str) -> None:
    run("make", "dhl", "taken")
    done = run(*words)
    assert done.exit_code == 1
    assert said in done.stderr
    assert not done.stdout
