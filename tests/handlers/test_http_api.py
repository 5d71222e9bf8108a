"""The HTTP API as a partner's system meets it: in process, on both databases, with the real services behind."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from starlette.applications import Starlette

from bot.domain.api_keys import AT_ONCE
from bot.domain.cases import CloseReason
from bot.domain.errors import InvalidInput
from bot.domain.markings import Marking, Tlp
from bot.domain.operations import OperationPlan
from bot.domain.sharing import reader_for
from bot.logs import TALKATIVE
from bot.services.all import Services
from handlers.http import routes
from handlers.http.guard import LARGEST_BODY
from storage.database import Database
from tests.desk import Desk
from tests.doubles import Clock
from tests.factories import NAMES, NOON, SELLER, actor

Post = Callable[..., Awaitable[httpx.Response]]
Body = dict[str, Any]

PARCEL: Body = {"subject": {"identifier": "3318810025"}, "words": "counterfeit earbuds"}
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what has nothing to do with the database."""


@pytest.fixture
async def client(services: Services, database: Database) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=routes(database, services))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as opened:
        yield opened


@pytest.fixture
async def keys(services: Services) -> dict[str, str]:
    """A key for each organisation of the example operation."""
    made = [
        await services.api_keys.make(None, organisation, f"{organisation}-system") for organisation in NAMES
    ]
    return {each.key.organisation: each.token for each in made}


@pytest.fixture
def post(client: httpx.AsyncClient, keys: dict[str, str], desk: Desk) -> Post:
    """Flags something for an organisation, each time with a new name for the request."""

    async def posting(body: object = PARCEL, of: str = "amazon", **headers: str) -> httpx.Response:
        given = {"Authorization": f"Bearer {keys[of]}", "Idempotency-Key": desk.request().replace(" ", "-")}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.post("/v1/flags", json=body, headers=given | named)

    return posting


async def get(
    client: httpx.AsyncClient, keys: dict[str, str], name: str, of: str = "amazon"
) -> httpx.Response:
    return await client.get(f"/v1/flags/{name}", headers={"Authorization": f"Bearer {keys[of]}"})


def problem(answer: httpx.Response, status: int) -> Body:
    """The problem in an answer, which has to be one of this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: Body = answer.json()
    assert told["status"] == status
    assert told["type"] == "about:blank"
    return told


# -- flagging -------------------------------------------------------------------------------------------------


async def test_a_flag_is_raised_for_the_key_s_organisation_and_everyone_who_may_know_is_told(
    post: Post, desk: Desk
) -> None:
    answer = await post()

    assert answer.status_code == 201
    told = answer.json()
    assert re.fullmatch(r"flag_[0-9a-z]{16}", told["id"])
    assert answer.headers["location"] == f"/v1/flags/{told['id']}"
    assert told["organisation"] == "amazon"
    assert told["words"] == "counterfeit earbuds"
    assert told["subject"] == {
        "kind": "parcel",
        "scheme": "dhl-express",
        "number": "3318810025",
        "platform": None,
    }
    assert (told["already_known"], told["withdrawn"]) == (False, False)
    assert told["raised_at"] == "2026-01-05T12:00:00Z"
    assert (told["case"]["status"], told["case"]["owner"]) == ("open", NAMES["amazon"])
    assert {line["organisation"]: line["standing"] for line in told["case"]["organisations"]} == {
        "amazon": "flagged",
        "dhl": "being told",
        "cbp": "being told",
        "iprc": "being told",
    }
    sent = await desk.deliver_all()
    assert {each.delivery.address for each in sent} == {"C0AMAZON", "C0DHL", "C0CBP", "C0IPRC"}


async def test_in_slack_its_author_is_the_key_s_name_and_nobody_s_mention(post: Post, desk: Desk) -> None:
    await post()
    message = (await desk.deliver_all())[0].message
    assert "API key amazon-system" in str(message.blocks)
    assert "<@" not in str(message.content)


async def test_everything_that_can_be_said_of_a_flag_is_kept(post: Post) -> None:
    said = {
        "brand": "  Northwind   Audio ",
        "reason": "counterfeit_trademark",
        "confidence": "high",
        "category": "consumer_electronics",
        "wish": "exam",
        "port": "Cincinnati",
        "urgent": True,
    }
    told = (await post(PARCEL | said | {"tlp": "amber", "release": ["DHL"], "pap": "red"})).json()
    assert {name: told[name] for name in said} == said | {"brand": "Northwind Audio"}
    assert (told["tlp"], told["case"]["pap"]) == ("amber", "red")


async def test_what_others_flagged_before_is_known_already(post: Post, desk: Desk) -> None:
    before = await desk.flag("dhl", words="label looks copied")
    told = (await post()).json()
    assert told["already_known"]
    assert told["case"]["reference"] == before.view.reference
    assert [(flag["organisation"], flag["words"]) for flag in told["case"]["flags"]] == [
        ("dhl", "label looks copied"),
        ("amazon", "counterfeit earbuds"),
    ]


async def test_the_same_flag_again_is_the_same_flag(post: Post, desk: Desk) -> None:
    first, again = await post(), await post()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert len(again.json()["case"]["flags"]) == 1


async def test_two_flags_that_differ_beside_their_words_are_two(post: Post) -> None:
    first, other = await post(), await post(PARCEL | {"urgent": True})
    assert (first.status_code, other.status_code) == (201, 201)
    assert (first.json()["urgent"], other.json()["urgent"]) == (False, True)
    assert first.json()["id"] != other.json()["id"]


async def test_a_link_to_a_seller_is_a_seller(post: Post) -> None:
    link = "https://www.amazon.com/sp?ie=UTF8&seller=A2L77EE7U53NWQ"
    told = (await post({"subject": {"identifier": link}})).json()
    assert told["subject"]["number"] == "A2L77EE7U53NWQ"
    assert (told["subject"]["kind"], told["subject"]["platform"]) == ("seller", "amazon")


async def test_what_was_closed_as_genuine_is_flagged_again_only_when_it_is_meant(
    post: Post, desk: Desk
) -> None:
    view = (await desk.flag("amazon")).view
    await desk.close("amazon", view, CloseReason.GENUINE)

    told = problem(await post(), 409)
    meant = await post(PARCEL | {"anyway": True})

    assert view.reference in told["detail"]
    assert "send “anyway”: true" in told["detail"]
    assert meant.status_code == 201
    assert (meant.json()["case"]["reference"], meant.json()["case"]["status"]) == (view.reference, "open")


async def test_no_message_is_sent_to_a_key(post: Post, desk: Desk) -> None:
    reference = (await post()).json()["case"]["reference"]
    view = (await desk.services.cases.find(actor("amazon"), reference))[0]
    await desk.acknowledge("cbp", view)
    await desk.flag("dhl")
    async with desk.database.read() as tx:
        to_keys = await tx.connection.execute(
            text("SELECT count(*) FROM deliveries WHERE slack_team = 'api'")
        )
        assert to_keys.scalar_one() == 0


# -- the same request again -----------------------------------------------------------------------------------


async def test_a_repeated_request_gets_the_same_answer_to_the_letter_and_raises_nothing(
    post: Post, desk: Desk, clock: Clock
) -> None:
    first = await post(Idempotency_Key="one")
    await desk.flag("dhl")
    clock.advance(hours=20)
    again = await post(dict(reversed(PARCEL.items())), Idempotency_Key='"one"')

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["location"] == first.headers["location"]
    assert len((await post()).json()["case"]["flags"]) == 2


@pytest.mark.parametrize("other", [{"words": "other words"}, {"subject": {"identifier": "A2L77EE7U53NWQ"}}])
async def test_a_name_of_another_request_is_refused(post: Post, other: dict[str, object]) -> None:
    await post(Idempotency_Key="one")
    told = problem(await post(PARCEL | other, Idempotency_Key="one"), 422)
    assert told["errors"] == [{"detail": told["detail"], "header": "Idempotency-Key"}]


async def test_two_keys_may_use_the_same_name(post: Post) -> None:
    first = await post(Idempotency_Key="one")
    other = await post(PARCEL | {"words": "other"}, of="dhl", Idempotency_Key="one")
    assert (first.status_code, other.status_code) == (201, 201)


async def test_what_was_refused_may_be_mended_under_the_same_name(post: Post) -> None:
    problem(await post(PARCEL | {"subject": {"identifier": "12345"}}, Idempotency_Key="one"), 422)
    assert (await post(Idempotency_Key="one")).status_code == 201


async def test_neither_a_repeat_nor_a_look_shows_what_has_become_red(
    client: httpx.AsyncClient, keys: dict[str, str], post: Post, desk: Desk
) -> None:
    first = (await post(Idempotency_Key="one")).json()
    reference = first["case"]["reference"]
    mark = partial(
        desk.services.markings.mark, actor("amazon"), reference, Tlp.RED, frozenset(), response_url=""
    )
    with pytest.raises(InvalidInput, match="name the people who may see it"):
        await mark(frozenset(), received="x")
    await mark(frozenset({"U0AMAZON1"}), received="y")

    problem(await post(Idempotency_Key="one"), 404)
    problem(await get(client, keys, first["id"]), 404)
    assert (await desk.services.cases.find(actor("amazon"), reference))[0].tlp is Tlp.RED


@pytest.mark.parametrize("name", ["", "x" * 256, "a b", "naïve"])
@ON_SQLITE
async def test_a_name_that_is_none_is_refused(
    client: httpx.AsyncClient, keys: dict[str, str], name: str
) -> None:
    headers = {b"Authorization": f"Bearer {keys['dhl']}".encode(), b"Idempotency-Key": name.encode()}
    answer = await client.post("/v1/flags", json=PARCEL, headers=headers)
    assert problem(answer, 400)["errors"][0]["header"] == "Idempotency-Key"


@ON_SQLITE
async def test_a_request_without_a_name_is_told_why_it_needs_one(
    client: httpx.AsyncClient, keys: dict[str, str]
) -> None:
    answer = await client.post("/v1/flags", json=PARCEL, headers={"Authorization": f"Bearer {keys['dhl']}"})
    assert "repeated without flagging twice" in problem(answer, 400)["detail"]


@pytest.mark.parametrize("bodies", ["alike", "different"])
async def test_of_twelve_at_once_with_one_name_one_flags_and_all_who_ask_alike_are_answered_alike(
    post: Post, desk: Desk, bodies: str
) -> None:
    differ = bodies == "different"
    asked = [PARCEL | ({"words": f"words {number}"} if differ else {}) for number in range(12)]
    answers = await asyncio.gather(*(post(body, Idempotency_Key="one") for body in asked))

    raised = [answer for answer in answers if answer.status_code == 201]
    assert len(raised) == (1 if differ else 12)
    assert len({answer.content for answer in raised}) == 1
    assert {answer.status_code for answer in answers} == ({201, 422} if differ else {201})
    view = (await desk.services.cases.find(actor("amazon"), raised[0].json()["case"]["reference"]))[0]
    assert len(view.flags) == 1


async def test_of_twelve_at_once_with_names_of_their_own_the_same_flag_stands_once(
    post: Post, desk: Desk
) -> None:
    answers = await asyncio.gather(*(post() for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1


# -- reading --------------------------------------------------------------------------------------------------


async def test_a_flag_is_shown_with_its_case_as_it_stands_now(
    client: httpx.AsyncClient, keys: dict[str, str], post: Post, desk: Desk, clock: Clock
) -> None:
    told = (await post()).json()
    view = (await desk.services.cases.find(actor("amazon"), told["case"]["reference"]))[0]
    clock.advance(hours=1)
    await desk.acknowledge("cbp", view)
    await desk.close("amazon", view, CloseReason.ACTED_ON)

    shown = (await get(client, keys, told["id"])).json()

    assert shown["id"] == told["id"]
    assert (shown["case"]["status"], shown["case"]["reason"]) == ("closed", "acted_on")
    assert shown["case"]["closed_at"] == "2026-01-05T13:00:00Z"
    customs = next(line for line in shown["case"]["organisations"] if line["organisation"] == "cbp")
    assert customs == {"organisation": "cbp", "standing": "acknowledged", "at": "2026-01-05T13:00:00Z"}


async def test_each_organisation_sees_what_it_may_of_another_s_flag(
    client: httpx.AsyncClient, keys: dict[str, str], post: Post, desk: Desk
) -> None:
    name = (await post()).json()["id"]
    await desk.flag("cbp", words="for customs alone", marking=Marking(Tlp.AMBER_STRICT))
    assert "for customs alone" in (await get(client, keys, name, of="cbp")).text
    seen = await get(client, keys, name, of="dhl")
    assert seen.json()["words"] == "counterfeit earbuds"
    assert "for customs alone" not in seen.text


async def test_the_storage_finds_no_flag_for_one_who_may_not_see_its_case(post: Post, desk: Desk) -> None:
    name = (await post(PARCEL | {"tlp": "amber"})).json()["id"]
    async with desk.database.read() as tx:
        assert await tx.api_flags.find(name, reader_for(actor("amazon")))
        assert await tx.api_flags.find(name, reader_for(actor("dhl"))) is None


@pytest.mark.parametrize("tlp", ["amber", "amber+strict"])
async def test_a_hidden_flag_is_absent_byte_for_byte(
    client: httpx.AsyncClient, keys: dict[str, str], post: Post, tlp: str
) -> None:
    name = (await post(PARCEL | {"tlp": tlp})).json()["id"]
    assert (await get(client, keys, name)).status_code == 200
    for hidden_from in ("dhl", "cbp"):
        hidden = await get(client, keys, name, of=hidden_from)
        for absent_name in ("flag_0000000000000000", "flag_x", "1", "%00"):
            absent = await get(client, keys, absent_name, of=hidden_from)
            assert (hidden.status_code, hidden.headers, hidden.content) == (
                absent.status_code,
                absent.headers,
                absent.content,
            )
        problem(hidden, 404)


async def test_a_strict_flag_in_a_shared_case_is_absent_for_others(
    client: httpx.AsyncClient, keys: dict[str, str], post: Post, desk: Desk
) -> None:
    await desk.flag("dhl")
    name = (await post(PARCEL | {"tlp": "amber+strict"})).json()["id"]
    assert (await get(client, keys, name)).json()["tlp"] == "amber+strict"
    problem(await get(client, keys, name, of="dhl"), 404)


async def test_who_may_not_see_the_case_that_is_there_gets_their_own_as_if_first(
    post: Post, desk: Desk
) -> None:
    await desk.flag("dhl", marking=Marking(Tlp.AMBER_STRICT), words="for the carrier alone")
    hidden_there = await post()
    nothing_there = await post({"subject": {"identifier": SELLER.number}, "words": "counterfeit earbuds"})
    alike = [without_names(answer.json()) for answer in (hidden_there, nothing_there)]
    assert alike[0] == alike[1]
    assert "carrier alone" not in hidden_there.text


def without_names(told: Body) -> Body:
    """An answer without what differs for every flag and subject."""
    case = {name: value for name, value in told["case"].items() if name not in ("reference", "facts")}
    return {name: value for name, value in told.items() if name not in ("id", "subject", "case")} | case


async def test_what_is_shown_is_in_the_register_as_shown_through_the_api(
    client: httpx.AsyncClient, keys: dict[str, str], post: Post, desk: Desk
) -> None:
    told = (await post()).json()
    await get(client, keys, told["id"], of="dhl")
    view = (await desk.services.cases.find(actor("amazon"), told["case"]["reference"]))[0]
    async with desk.database.read() as tx:
        shown = await tx.disclosures.of_case(view.id, 10)
    assert [(each.through, each.person and each.person.slack_user) for each in shown] == [
        ("API", "dhl-system"),
        ("API", "amazon-system"),
    ]


async def test_a_repeat_is_in_the_register_as_what_it_showed_and_not_as_the_case_is_now(
    post: Post, desk: Desk
) -> None:
    told = (await post(Idempotency_Key="one")).json()
    await desk.flag("dhl", words="seen too")
    await post(Idempotency_Key="one")
    view = (await desk.services.cases.find(actor("amazon"), told["case"]["reference"]))[0]
    async with desk.database.read() as tx:
        repeat, first = await tx.disclosures.of_case(view.id, 10)
    assert repeat.shown == first.shown
    assert repeat.shown.version < view.version


async def test_what_was_done_by_a_key_is_in_the_audit_trail_under_its_name(
    client: httpx.AsyncClient, keys: dict[str, str], post: Post, desk: Desk
) -> None:
    await post()
    await get(client, keys, "flag_0000000000000000")
    trail = await audited(desk)
    by_key = [(entry["action"], entry["actor"]) for entry in trail if entry["actor"]["team"] == "api"]
    key = {"organisation": "amazon", "team": "api", "user": "amazon-system"}
    assert by_key == [("case.flagged", key), ("request.refused", key)]


async def audited(desk: Desk) -> list[Body]:
    await desk.services.audit.chain_due()
    async with desk.database.read() as tx:
        return [json.loads(link.content) for link in await tx.audit.links(0, 100)]


# -- what does not hold ---------------------------------------------------------------------------------------

BAD: list[tuple[object, str, str]] = [
    ({}, "#/subject", "“subject” is missing."),
    ([], "#", "This must be a JSON object."),
    (PARCEL | {"colour": "red"}, "#/colour", "There is no field “colour” here."),
    (
        PARCEL | {"subject": {"identifier": "1", "x~/y": 1}},
        "#/subject/x~0~1y",
        "There is no field “x~/y” here.",
    ),
    (PARCEL | {"subject": "3318810025"}, "#/subject", "This must be a JSON object."),
    (PARCEL | {"subject": {"identifier": 3318810025}}, "#/subject/identifier", "must be a text"),
    (PARCEL | {"subject": {"identifier": ""}}, "#/subject/identifier", "is empty"),
    (PARCEL | {"subject": {"identifier": "12345"}}, "#/subject/identifier", "no number or link known here"),
    (
        PARCEL | {"subject": {"identifier": "12345", "kind": "parcel"}},
        "#/subject/identifier",
        "“12345” is too short for a tracking number. A DHL Express waybill has 10 digits, for example 3318810025.",
    ),
    (
        PARCEL | {"subject": {"identifier": "A2L77EE7U53NWQ", "kind": "parcel"}},
        "#/subject/identifier",
        "Flag it as a seller instead",
    ),
    (PARCEL | {"subject": {"identifier": "1", "kind": "ship"}}, "#/subject/kind", "Choose one of 'parcel'"),
    (PARCEL | {"subject": {"identifier": "3318810026"}}, "#/subject/identifier", "should be 5 but is 6"),
    (PARCEL | {"words": "x" * 3001}, "#/words", "at most 3000 are taken"),
    (PARCEL | {"words": "a\x00b"}, "#/words", "holds a character that is no text"),
    (PARCEL | {"words": None}, "#/words", "must be a text"),
    (PARCEL | {"tlp": "purple"}, "#/tlp", "“purple” is no tlp known here. Choose one of 'clear', 'green'"),
    (PARCEL | {"tlp": "red"}, "#/tlp", "TLP:RED is for the eyes of one person"),
    (PARCEL | {"release": ["nobody"]}, "#/release", "“nobody” is no organisation here. They are amazon"),
    (PARCEL | {"release": ["amazon"]}, "#/release", "need not release it to your own organisation"),
    (PARCEL | {"release": ["dhl"], "tlp": "green"}, "#/release", "Only what is marked amber"),
    (PARCEL | {"release": "dhl"}, "#/release", "must be a list of texts"),
    (PARCEL | {"release": ["dhl"] * 41}, "#/release", "at most 40 are taken"),
    (PARCEL | {"reason": "ugly"}, "#/reason", "Choose one of 'counterfeit_trademark'"),
    (PARCEL | {"brand": "x" * 101}, "#/brand", "at most 100 are taken"),
    (PARCEL | {"urgent": "yes"}, "#/urgent", "must be true or false"),
    (PARCEL | {"anyway": 1}, "#/anyway", "must be true or false"),
]


@pytest.mark.parametrize(("body", "pointer", "said"), BAD)
@ON_SQLITE
async def test_what_is_wrong_is_said_where_it_stands(
    post: Post, body: object, pointer: str, said: str
) -> None:
    told = problem(await post(body), 422)
    assert [error["pointer"] for error in told["errors"]] == [pointer]
    assert said in told["errors"][0]["detail"]
    assert told["title"] == "Unprocessable Content"


@ON_SQLITE
async def test_every_mistake_is_told_at_once(post: Post) -> None:
    told = problem(await post({"subject": {"identifier": ""}, "tlp": "x", "port": 1}), 422)
    assert [error["pointer"] for error in told["errors"]] == ["#/subject/identifier", "#/tlp", "#/port"]
    assert told["detail"] == "3 fields are not right."


@ON_SQLITE
async def test_of_fields_too_many_the_first_are_told(post: Post) -> None:
    told = problem(await post(PARCEL | {f"field{number}": 1 for number in range(3000)}), 422)
    assert told["detail"] == "3000 fields are not right. The first 20 are told here."
    assert len(told["errors"]) == 20


@ON_SQLITE
async def test_a_doubtful_number_is_flagged_when_it_is_said_to_stand_there_so(post: Post) -> None:
    told = await post({"subject": {"identifier": "3318810026"}, "anyway": True})
    assert told.status_code == 201


@ON_SQLITE
async def test_what_can_mean_several_things_is_asked_and_not_guessed(post: Post) -> None:
    told = problem(await post({"subject": {"identifier": "8550182982"}, "anyway": True}), 422)
    assert [(each["kind"], each["scheme"]) for each in told["candidates"]] == [
        ("parcel", "dhl-express"),
        ("listing", "isbn-10"),
    ]
    for each in told["candidates"]:
        chosen = {"identifier": "8550182982", "kind": each["kind"], "scheme": each["scheme"]}
        assert (await post({"subject": chosen, "anyway": True})).json()["subject"]["scheme"] == each["scheme"]


@pytest.mark.parametrize(
    "identifier",
    [
        "3318810025, 7777777770",
        "https://www.dhl.com/us-en/home/tracking.html?tracking-id=3318810025%2C7777777770",
    ],
)
@ON_SQLITE
async def test_of_several_things_none_is_taken_and_each_is_named(post: Post, identifier: str) -> None:
    for subject in ({"identifier": identifier}, {"identifier": identifier, "kind": "parcel"}):
        told = problem(await post({"subject": subject, "anyway": True}), 422)
        assert told["detail"].startswith("These are 2 things: parcel 3318810025, parcel 7777777770.")
        assert [each["number"] for each in told["candidates"]] == ["3318810025", "7777777770"]


@pytest.mark.parametrize(
    ("identifier", "said"),
    [
        ("ATVPDKIKX0DER", "the id of Amazon’s marketplace in the United States"),
        ("https://amzn.to/3x", "is a shortened link"),
        ("33l8810025", "did you mean 3318810025?"),
        ("1Z5R8939035756712", "has 17 letters and digits"),
        ("earbuds", "is no number or link known here. Say in “kind” what it is"),
    ],
)
@ON_SQLITE
async def test_what_is_wrong_is_said_also_where_nobody_said_what_it_is(
    post: Post, identifier: str, said: str
) -> None:
    told = problem(await post({"subject": {"identifier": identifier}}), 422)
    assert said in told["detail"]
    assert [error["pointer"] for error in told["errors"]] == ["#/subject/identifier"]


@ON_SQLITE
async def test_a_scheme_that_does_not_fit_is_answered_with_those_that_do(post: Post) -> None:
    told = problem(await post({"subject": {"identifier": "3318810025", "scheme": "ups"}}), 422)
    assert "dhl-express" in [each["scheme"] for each in told["candidates"]]


async def test_a_key_of_an_organisation_that_marks_everything_red_has_to_say_less(
    post: Post, desk: Desk, operation: OperationPlan
) -> None:
    async with desk.database.begin() as tx:
        amazon = await tx.members.organisation("amazon")
        assert amazon is not None
        await tx.members.update_organisation(replace(amazon, default_marking=Tlp.RED))
    told = problem(await post(), 422)
    assert told["errors"][0]["pointer"] == "#/tlp"
    assert (await post(PARCEL | {"tlp": "amber+strict"})).status_code == 201


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The body is empty"),
        (b"{", "no JSON in UTF-8"),
        (b"\xff\xfe{}", "no JSON in UTF-8"),
        (b'{"words": "\xff"}', "no JSON in UTF-8"),
        (b"[" * 60_000, "no JSON in UTF-8"),
    ],
)
@ON_SQLITE
async def test_a_body_that_cannot_be_read_is_said_to_be_so(
    client: httpx.AsyncClient, keys: dict[str, str], content: bytes, said: str
) -> None:
    assert said in problem(await send(client, keys["dhl"], content), 400)["detail"]


async def send(
    client: httpx.AsyncClient, token: str, content: Any, media_type: str = "application/json", **more: str
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "one", "Content-Type": media_type}
    return await client.post("/v1/flags", content=content, headers=headers | more)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
@ON_SQLITE
async def test_what_is_no_json_by_its_type_is_refused(
    client: httpx.AsyncClient, keys: dict[str, str], media_type: str
) -> None:
    answer = await send(client, keys["dhl"], json.dumps(PARCEL), media_type)
    assert "Content-Type: application/json" in problem(answer, 415)["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 60_000, 400),
        (b'{"subject":' * 5_000, 400),
        (b"\xff\xfe{}", 400),
        (b'{"subject":{"identifier":"3318810025"},"words":"\\ud800"}', 422),
        (b'{"subject":{"identifier":"3318810025\\u0000"}}', 422),
        (b'{"subject":{"identifier":' + b"9" * 5_000 + b"}}", 400),
    ],
)
@ON_SQLITE
async def test_json_that_breaks_readers_is_refused(
    client: httpx.AsyncClient, keys: dict[str, str], body: bytes, status: int
) -> None:
    problem(await send(client, keys["dhl"], body), status)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"subject":{"identifier":"3318810025"},"tlp":"amber+strict","tlp":"green"}', "tlp"),
        (b'{"subject":{"identifier":"3318810025","identifier":"7777777770"}}', "identifier"),
        (b'{"subject":{"identifier":"3318810025"},"\\u0074lp":"amber+strict","tlp":"green"}', "tlp"),
        (b'{"\\ud800":1,"\\ud800":2}', ""),
    ],
)
@ON_SQLITE
async def test_a_name_that_stands_twice_is_refused(
    client: httpx.AsyncClient, keys: dict[str, str], body: bytes, name: str
) -> None:
    answer = problem(await send(client, keys["dhl"], body), 400)
    assert answer["detail"] == f"“{name}” stands there twice. Send each name once."


@ON_SQLITE
async def test_a_type_with_a_charset_is_json_too(client: httpx.AsyncClient, keys: dict[str, str]) -> None:
    answer = await send(client, keys["dhl"], json.dumps(PARCEL), "application/json; charset=utf-8")
    assert answer.status_code == 201


@ON_SQLITE
async def test_a_body_of_ten_megabytes_is_refused_while_it_is_read(
    client: httpx.AsyncClient, keys: dict[str, str]
) -> None:
    sent = 0

    async def megabytes() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 10_000
            yield b" " * 10_000

    told = problem(await send(client, keys["dhl"], megabytes()), 413)
    assert told["title"] == "Content Too Large"
    assert sent <= LARGEST_BODY + 10_000


@ON_SQLITE
async def test_the_largest_body_is_taken(client: httpx.AsyncClient, keys: dict[str, str]) -> None:
    body = json.dumps(PARCEL).encode()
    assert (await send(client, keys["dhl"], body.ljust(LARGEST_BODY))).status_code == 201
    problem(await send(client, keys["dhl"], body.ljust(LARGEST_BODY + 1)), 413)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/", 404),
        ("GET", "/v1/cases", 404),
        ("POST", "/v1/flags/", 404),
        ("GET", "/v1/flags", 405),
        ("DELETE", "/v1/flags/flag_0000000000000000", 405),
        ("PUT", "/v1/openapi.json", 405),
    ],
)
@ON_SQLITE
async def test_what_is_not_there_is_a_problem_too(
    client: httpx.AsyncClient, keys: dict[str, str], method: str, path: str, status: int
) -> None:
    answer = await client.request(method, path, headers={"Authorization": f"Bearer {keys['dhl']}"})
    problem(answer, status)
    assert ("allow" in answer.headers) == (status == 405)


# -- keys -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer ofa_wrong", "Basic b2ZhOng=", "ofa_x", "Bearer \xff"]
)
@ON_SQLITE
async def test_without_a_key_nothing_is_read_and_nothing_is_told(
    client: httpx.AsyncClient, services: Services, authorization: str
) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("the body of a stranger is read")
        yield b""

    headers = {b"Authorization": authorization.encode("latin-1")}
    for answer in (
        await client.get("/v1/flags/flag_0000000000000000", headers=headers),
        await client.post("/v1/flags", content=unread(), headers=headers),
    ):
        assert "no valid API key" in problem(answer, 401)["detail"]
        assert answer.headers["www-authenticate"].startswith('Bearer realm="operation"')


async def test_a_revoked_key_is_a_stranger_s(
    client: httpx.AsyncClient, services: Services, keys: dict[str, str], post: Post
) -> None:
    name = (await post()).json()["id"]
    await services.api_keys.revoke(None, "amazon-system")
    problem(await post(), 401)
    problem(await get(client, keys, name), 401)
    assert (await get(client, keys, name, of="dhl")).status_code == 200


async def test_beyond_its_budget_a_key_is_told_when_to_come_again(
    client: httpx.AsyncClient, keys: dict[str, str], clock: Clock
) -> None:
    for _ in range(AT_ONCE):
        assert (await get(client, keys, "flag_x")).status_code == 404
    refused = await get(client, keys, "flag_x")
    assert "more often than it may" in problem(refused, 429)["detail"]
    assert refused.headers["retry-after"] == "1"
    assert (await get(client, keys, "flag_x", of="dhl")).status_code == 404
    clock.advance(seconds=1)
    assert (await get(client, keys, "flag_x")).status_code == 404


async def test_the_day_of_a_key_s_last_use_is_kept(post: Post, services: Services) -> None:
    await post()
    used = {key.name: key.last_used_on for key in await services.api_keys.all()}
    assert used["amazon-system"] == NOON.date()
    assert used["dhl-system"] is None


async def test_neither_keys_nor_bodies_reach_a_log(
    post: Post,
    client: httpx.AsyncClient,
    keys: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    database: Database,
) -> None:
    caplog.set_level("DEBUG")
    for name, level in TALKATIVE.items():  # as the program sets them
        caplog.set_level(level, logger=name)
    await post()
    await post(PARCEL | {"words": "counterfeit\x00"})
    await client.get("/v1/flags/x", headers={"Authorization": "Bearer ofa_mistyped"})
    await database.close()
    async with database.begin() as tx:
        await tx.connection.exec_driver_sql("DROP TABLE api_flags")

    told = problem(await post(), 500)

    assert told["reference"] in caplog.text
    assert told["reference"] in told["detail"]
    for secret in (*keys.values(), "ofa_mistyped", "counterfeit"):
        assert secret not in caplog.text
        assert secret not in str(told)


# -- its description ------------------------------------------------------------------------------------------


@ON_SQLITE
async def test_its_description_names_its_security_its_problems_and_where_it_is(
    client: httpx.AsyncClient,
) -> None:
    told = (await client.get("/v1/openapi.json")).json()
    assert told["servers"] == [{"url": "/v1"}]
    assert set(told["paths"]) == {"/flags", "/flags/{id}"}
    raising = told["paths"]["/flags"]["post"]
    assert raising["security"] == [{"API key": []}]
    assert told["components"]["securitySchemes"]["API key"]["scheme"] == "bearer"
    for status in ("400", "401", "413", "415", "422", "429", "500"):
        assert list(raising["responses"][status]["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in told["components"]["schemas"]
    header = next(each for each in raising["parameters"] if each["name"] == "Idempotency-Key")
    assert header["required"]
