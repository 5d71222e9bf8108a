"""API keys in Slack, and a partner's system that flags with one, over the wire."""

import re

import httpx
import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.bots import BotThread

PARCEL = {"subject": {"identifier": "3318810025"}, "words": "counterfeit earbuds"}


@pytest.fixture
def admin(sandbox: Sandbox) -> Persona:
    return sandbox.person("U0ADMIN1")


def make_key(admin: Persona, name: str, organisation: str = "DHL") -> str:
    """As an admin does it; the key, which is in the modal alone."""
    (listed,) = admin.types("/op keys", channel="C0GENERAL").messages
    admin.clicks("Make a key", on=listed)
    admin.sees_modal("Make an API key")
    admin.chooses("For which organisation?", organisation)
    admin.fills("Name", name)
    admin.submits()
    shown = admin.sees_modal("Copy it now")
    token = re.search(r"ofa_[\w-]{43}", shown.text)
    assert token, shown.text
    admin.closes()
    return token[0]


def flag(bot: BotThread, token: str, **more: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(more)}
    return httpx.post(f"{bot.url}/v1/flags", json=PARCEL | more, headers=headers)


def test_a_key_made_in_slack_flags_over_http_and_everyone_hears_of_it(
    bot: BotThread, sandbox: Sandbox, admin: Persona, marketplace: Persona, carrier: Persona
) -> None:
    token = make_key(admin, "dhl-screening")

    answer = flag(bot, token)

    assert answer.status_code == 201
    reference = answer.json()["case"]["reference"]
    alert = marketplace.sees(
        re.compile(rf"Alert: parcel 3318810025[\s\S]*{reference}|{reference}[\s\S]*Alert"), "C0AMAZON"
    )
    assert alert.shows("API key dhl-screening")
    marketplace.clicks("Acknowledge", on=alert)
    carrier.sees("acknowledged", "C0DHL")
    shown = httpx.get(
        f"{bot.url}{answer.headers['location']}", headers={"Authorization": f"Bearer {token}"}
    ).json()
    standing = {each["organisation"]: each["standing"] for each in shown["case"]["organisations"]}
    assert standing["amazon"] == "acknowledged"
    assert admin.types("/op keys", channel="C0GENERAL").messages[0].shows("last used on")


def test_a_key_stands_in_no_message_and_is_shown_once(
    bot: BotThread, sandbox: Sandbox, admin: Persona
) -> None:
    token = make_key(admin, "dhl-screening")
    (listed,) = admin.types("/op keys", channel="C0GENERAL").messages
    assert listed.shows(token[:8])
    with_it = [record for record in sandbox.traffic() if token in str(record)]
    assert len(with_it) == 1, "the answer to the form, and nothing else"
    assert token not in "\n".join(bot.log.lines)


def test_a_revoked_key_is_refused_from_then_on(bot: BotThread, admin: Persona) -> None:
    token = make_key(admin, "dhl-screening")
    (listed,) = admin.types("/op keys", channel="C0GENERAL").messages
    admin.clicks("Revoke", on=listed)
    admin.confirms()
    admin.sees("dhl-screening is revoked")
    assert flag(bot, token).status_code == 401


def test_ten_megabytes_over_the_wire_are_answered_and_not_kept(bot: BotThread, admin: Persona) -> None:
    token = make_key(admin, "dhl-screening")
    for authorization, status in ((f"Bearer {token}", 413), ("Bearer ofa_nobody", 401)):
        headers = {
            "Authorization": authorization,
            "Idempotency-Key": "one",
            "Content-Type": "application/json",
        }
        answer = httpx.post(f"{bot.url}/v1/flags", content=b" " * 10_000_000, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_taken_name_is_said_beside_its_field(bot: BotThread, admin: Persona) -> None:
    make_key(admin, "dhl-screening")
    (listed,) = admin.types("/op keys", channel="C0GENERAL").messages
    admin.clicks("Make a key", on=listed)
    admin.sees_modal("Make an API key")
    admin.chooses("For which organisation?", "DHL")
    admin.fills("Name", "dhl-screening")
    assert "no name is given twice" in admin.submits().errors["name"]


def test_keys_are_for_admins(bot: BotThread, carrier: Persona) -> None:
    (answer,) = carrier.types("/op keys", channel="C0DHL").messages
    assert answer.shows("you need the role of admin")
    assert not answer.shows("dhl-screening")
