"""DHL's answers as facts: nothing relied on, nobody's data kept."""

import re
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.clients.dhl import Dhl, read_shipments
from bot.domain.errors import ClientError
from bot.domain.facts import Fact, Happening, Outcome, ParcelStatus, Partner
from sandbox.partners import Partners, routes
from tests.factories import NOON, PARCEL

NUMBER = PARCEL.number

SHIPMENT = {
    "id": NUMBER,
    "service": "express",
    "origin": {
        "address": {"countryCode": "CN", "addressLocality": "Shenzhen", "streetAddress": "1 Canary Road"}
    },
    "destination": {
        "address": {"countryCode": "US", "addressLocality": "Columbus", "postalCode": "CANARY-1"}
    },
    "status": {
        "timestamp": "2026-01-05T06:40:00",
        "location": {"address": {"countryCode": "US", "addressLocality": "Cincinnati"}},
        "statusCode": "transit",
        "status": "Customs status updated",
        "description": "Customs status updated",
        "remark": "Clearance processing is under way",
    },
    "details": {
        "receiver": {"name": "Canary Receiver", "familyName": "Canary"},
        "sender": {"name": "Canary Sender"},
        "proofOfDelivery": {
            "signed": {"name": "Canary Signature"},
            "signatureUrl": "https://canary.example/",
        },
        "references": [{"number": "CANARY-REF", "type": "customer-reference"}],
    },
    "events": [{"description": "older canary event"}],
}


def fact(*shipments: Any) -> Fact:
    return read_shipments({"shipments": list(shipments)}, NUMBER, NOON)


def test_a_parcel_that_was_found() -> None:
    assert fact(SHIPMENT) == Fact(
        partner=Partner.DHL,
        outcome=Outcome.FOUND,
        told_at=NOON,
        latest=Happening(
            ParcelStatus.TRANSIT,
            "Customs status updated · Clearance processing is under way",
            "Cincinnati, US",
            "2026-01-05T06:40:00",
        ),
        origin="Shenzhen, CN",
        destination="Columbus, US",
        service="express",
        returning=False,
        customs_hint=True,
    )


def test_nothing_of_a_person_is_kept() -> None:
    assert "canary" not in repr(fact(SHIPMENT)).lower()


def test_no_shipment_is_not_found() -> None:
    assert fact() == Fact(Partner.DHL, Outcome.NOT_FOUND, NOON)


def test_an_id_may_be_a_number_and_not_the_first() -> None:
    other = SHIPMENT | {"id": "1111111111", "service": "freight"}
    mine = SHIPMENT | {"id": int(NUMBER), "service": "express"}
    assert fact(other, mine).service == "express"


def test_the_first_is_taken_where_none_has_the_number() -> None:
    assert fact(SHIPMENT | {"id": "another spelling"}).outcome is Outcome.FOUND


@pytest.mark.parametrize("code", ["pre-transit", "transit", "delivered", "failure", "unknown"])
def test_each_of_dhls_codes_is_known(code: str) -> None:
    latest = fact(SHIPMENT | {"status": {"statusCode": code}}).latest
    assert latest is not None
    assert latest.status == code


@pytest.mark.parametrize("code", ["customs", "", None, 7, ["transit"]])
def test_another_code_is_unknown(code: object) -> None:
    latest = fact(SHIPMENT | {"status": {"statusCode": code}}).latest
    assert latest is not None
    assert latest.status is ParcelStatus.UNKNOWN


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("Clearance event", True),
        ("Held at customs", True),
        ("Your parcel was INSPECTED", True),
        ("Shipment seized", True),
        ("Arrived at the sort facility", False),
        ("", False),
    ],
)
def test_words_of_customs_are_a_hint_and_no_status(words: str, hint: bool) -> None:
    made = fact(SHIPMENT | {"status": {"statusCode": "transit", "remark": words}})
    assert made.customs_hint is hint
    assert made.latest is not None
    assert made.latest.status is ParcelStatus.TRANSIT


@pytest.mark.parametrize(
    ("flag", "returning"), [(True, True), (False, False), (None, False), ("true", False)]
)
def test_a_parcel_on_its_way_back_is_told(flag: object, *, returning: bool) -> None:
    assert fact(SHIPMENT | {"returnFlag": flag}).returning is returning


def test_long_words_are_cut() -> None:
    latest = fact(SHIPMENT | {"status": {"description": "x" * 100_000}}).latest
    assert latest is not None
    assert len(latest.words) <= 500


@pytest.mark.parametrize(
    "body", [None, [], "text", 7, {}, {"shipments": None}, {"shipments": {}}, {"shipments": [None]}]
)
def test_an_answer_of_another_shape_cannot_be_read(body: object) -> None:
    with pytest.raises(ClientError) as told:
        read_shipments(body, NUMBER, NOON)
    assert told.value.outcome is Outcome.UNREADABLE


junk = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["status", "address", "statusCode", "location", "id", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*SHIPMENT, "returnFlag", "unforeseen"]), junk))
def test_no_field_is_relied_on(shipment: dict[str, Any]) -> None:
    made = fact(shipment)
    assert made.outcome is Outcome.FOUND
    assert made.latest is not None


# -- on the wire ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def carrier() -> Iterator[tuple[Partners, str]]:
    """The sandbox's stand-in for DHL, on a port of its own."""
    partners = Partners({"dhl": {"calls": 1000}}, NOON.timestamp)
    app = Starlette(routes=[Mount("/partners", routes=routes(partners))])
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield partners, f"http://127.0.0.1:{listening.getsockname()[1]}/partners/dhl/track"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(follow_redirects=False, trust_env=False) as client:
        yield client


async def test_a_parcel_is_asked_for_as_the_contract_says(
    carrier: tuple[Partners, str], http: httpx.AsyncClient
) -> None:
    partners, address = carrier
    partners.reset()
    made = await Dhl(http, address + "/", "sandbox-dhl-key").look_up(PARCEL, NOON)
    assert made.outcome is Outcome.FOUND
    assert made.told_at == NOON
    assert made.latest is not None
    assert re.search(r"[A-Z]{2}$", made.latest.place)


async def test_a_number_that_the_carrier_does_not_know_is_not_found(
    carrier: tuple[Partners, str], http: httpx.AsyncClient
) -> None:
    partners, address = carrier
    partners.reset()
    unknown = PARCEL._replace(number="3318810036")
    made = await Dhl(http, address, "sandbox-dhl-key").look_up(unknown, NOON)
    assert made == Fact(Partner.DHL, Outcome.NOT_FOUND, NOON)


async def test_a_wrong_key_is_said_to_be_wrong(
    carrier: tuple[Partners, str], http: httpx.AsyncClient
) -> None:
    with pytest.raises(ClientError) as told:
        await Dhl(http, carrier[1], "wrong").look_up(PARCEL, NOON)
    assert told.value.outcome is Outcome.BAD_KEY


FOREIGN = [
    {"text": "<html>Not Found</html>"},
    {"json": {"fault": {"faultstring": "Unable to identify proxy"}}},
    {"json": ["title", "detail"]},
    {"json": {"title": None, "detail": None}},
    {},
]
"""What others than DHL's tracking say with a 404."""


@pytest.mark.parametrize("answer", FOREIGN)
async def test_a_404_that_is_not_dhls_says_nothing_of_a_parcel(answer: dict[str, Any]) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(404, **answer))
    async with httpx.AsyncClient(transport=transport) as client:
        with pytest.raises(ClientError) as told:
            await Dhl(client, "https://dhl.example", "the-key").look_up(PARCEL, NOON)
    assert (told.value.outcome, told.value.permanent) == (Outcome.PARTNER_ERROR, True)


async def test_only_the_number_its_unit_and_the_key_are_sent() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(404, json={"title": "No result found", "detail": "Nothing."})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        dhl = Dhl(client, "https://api-eu.dhl.com/track", "the-key")
        await dhl.look_up(PARCEL, NOON)
        await dhl.look_up(PARCEL._replace(scheme="dhl-ecommerce"), NOON)
    express, other = seen
    assert express.method == "GET"
    assert str(express.url).startswith("https://api-eu.dhl.com/track/shipments?")
    assert dict(express.url.params) == {"trackingNumber": NUMBER, "service": "express"}
    assert dict(other.url.params) == {"trackingNumber": NUMBER}
    assert express.headers["DHL-API-Key"] == "the-key"


def test_withheld_is_no_word_of_customs() -> None:
    assert not fact(SHIPMENT | {"status": {"remark": "The consignee withheld payment"}}).customs_hint
