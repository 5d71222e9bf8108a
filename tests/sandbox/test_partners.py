"""The carrier's stand-in keeps its contract, and goes wrong in every way a client must survive."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from sandbox.partners import Partners, control_routes, routes
from sandbox.partners.parcels import CODES, SERVICES

KEY = {"DHL-API-Key": "sandbox-dhl-key"}
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC).timestamp()
HELD, TWO_UNITS, GERMAN = "3318810025", "9100200303", "00340434292135100124"
DAY = 86_400


class Hands:
    """What a tester holds: the stand-in, its clock, and an HTTP client to both its doors."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.time = NOON
        self.partners = Partners({"dhl": {"calls": 1000}}, lambda: self.time)
        self.changes: list[str] = []
        self.partners.changed = self.changes.append
        self.app = Starlette(
            routes=[
                Mount("/partners", routes=routes(self.partners)),
                Mount("/sandbox/partners", routes=control_routes(self.partners)),
            ]
        )

    def asks(self, number: str, headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
        given = {"trackingNumber": number, **query}
        return self.http.get("/partners/dhl/track/shipments", params=given, headers=headers or KEY)

    def shipment(self, number: str, **query: Any) -> Any:
        return self.asks(number, **query).raise_for_status().json()["shipments"][0]

    def turns(self, path: str, **body: Any) -> Any:
        return self.http.post(f"/sandbox/partners/dhl{path}", json=body).raise_for_status().json()

    def state(self) -> Any:
        return self.http.get("/sandbox/partners/dhl").raise_for_status().json()


class Door:
    """One server for all tests, with the hands of the test that runs behind it."""

    hands: Hands

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.hands.app(scope, receive, send)


@pytest.fixture(scope="module")
def door() -> Iterator[tuple[Door, httpx.Client]]:
    behind = Door()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(behind, log_level="error", ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=5) as http:
            yield behind, http
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def hands(door: tuple[Door, httpx.Client]) -> Hands:
    behind, http = door
    behind.hands = Hands(http)
    return behind.hands


def times(shipment: Any) -> list[str]:
    return [event["timestamp"] for event in shipment["events"]]


class TestTheContract:
    def test_it_answers_with_a_shipment_and_a_correlation_id(self, hands: Hands) -> None:
        answer = hands.asks(HELD)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["content-language"] == "en"
        assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["correlation-id"])
        shipment = answer.json()["shipments"][0]
        assert (shipment["id"], shipment["service"]) == (HELD, "express")
        assert shipment["status"]["statusCode"] == "transit"

    def test_every_parcel_of_the_seed_keeps_to_the_words_of_the_contract(self, hands: Hands) -> None:
        for parcel in hands.partners.dhl.parcels:
            shipment = hands.shipment(parcel.number, service=parcel.service, recipientPostalCode="00001")
            assert shipment["service"] in SERVICES
            assert 2_592_000 <= shipment["@ttl"] <= 31_536_000
            for event in [shipment["status"], *shipment["events"]]:
                assert event["statusCode"] in CODES
                assert event["timestamp"]
            for part in ("receiver", "shipper"):
                person = shipment["details"].get(part, {"@type": "Person"})
                assert person["@type"] in {"Person", "Organization"}

    def test_its_events_are_newest_first_and_the_status_is_the_newest(self, hands: Hands) -> None:
        shipment = hands.shipment(HELD)
        assert times(shipment) == sorted(times(shipment), reverse=True)
        assert shipment["status"]["timestamp"] == times(shipment)[0]

    def test_what_customs_says_is_free_text_only(self, hands: Hands) -> None:
        status = hands.shipment(HELD)["status"]
        assert status["statusCode"] == "transit"
        assert "customs inspection" in status["remark"]

    def test_a_naive_time_is_the_time_of_the_place(self, hands: Hands) -> None:
        newest = times(hands.shipment(HELD))[0]
        assert newest == "2026-11-20T04:00:00"  # 09:00 UTC, in Cincinnati

    def test_times_come_zoned_in_utc_and_as_bare_dates_too(self, hands: Hands) -> None:
        assert times(hands.shipment("7777777770"))[0].endswith("-05:00")
        assert times(hands.shipment("00340434161094042557"))[0].endswith("Z")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", times(hands.shipment("6022103334"))[0])

    def test_a_status_may_contradict_its_code(self, hands: Hands) -> None:
        status = hands.shipment("6022103334")["status"]
        assert (status["statusCode"], status["status"]) == ("pre-transit", "DELIVERED")

    def test_an_id_may_be_a_bare_number_and_references_one_object(self, hands: Hands) -> None:
        assert hands.shipment("7777777770")["id"] == 7_777_777_770
        references = hands.shipment("00340434161094042557", recipientPostalCode="04435")["details"][
            "references"
        ]
        assert references["type"] == "customer-reference"
        assert isinstance(hands.shipment(HELD)["details"]["references"], list)

    def test_it_delivers_what_nobody_needs_about_people(self, hands: Hands) -> None:
        details = hands.shipment(HELD)["details"]
        assert details["receiver"]["name"] == "Sample Receiver-One"
        assert details["receiver"]["@policy"] == "postal-code"
        assert details["receiver"]["address"]["streetAddress"] == "1 Example Street"
        assert {one["@scope"] for one in details["references"]} == {"public", "secret"}

    def test_some_services_show_people_only_to_who_knows_the_postal_code(self, hands: Hands) -> None:
        assert "receiver" not in hands.shipment(GERMAN)["details"]
        details = hands.shipment(GERMAN, recipientPostalCode="00001")["details"]
        assert details["proofOfDelivery"]["signed"]["@type"] == "Person"

    def test_a_parcel_that_goes_back_is_marked(self, hands: Hands) -> None:
        assert hands.shipment("00340434161094042557")["returnFlag"] is True
        assert hands.shipment(HELD)["returnFlag"] is False

    def test_a_number_of_two_units_is_answered_by_one_that_names_the_other(self, hands: Hands) -> None:
        answer = hands.asks(TWO_UNITS).json()
        assert [one["service"] for one in answer["shipments"]] == ["express"]
        link = answer["possibleAdditionalShipmentsUrl"][0]
        assert link == f"/track/shipments?trackingNumber={TWO_UNITS}&service=freight"
        other = hands.http.get(f"/partners/dhl{link}", headers=KEY).json()
        assert [one["service"] for one in other["shipments"]] == ["freight"]

    def test_an_unknown_number_is_a_problem_with_its_own_media_type(self, hands: Hands) -> None:
        answer = hands.asks("1234567891")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["correlation-id"]
        assert answer.json() == {
            "title": "No result found",
            "detail": "No shipment with given tracking number found.",
            "status": 404,
            "instance": "/shipment/1234567891",
        }

    def test_a_known_number_of_another_service_is_unknown(self, hands: Hands) -> None:
        assert hands.asks(HELD, service="parcel-de").status_code == 404

    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Key": "no"},
            {"DHL-API-Key": "wrong"},
            {"DHL-API-Key": ""},
            {**KEY, "Authorization": "Bearer x"},
        ],
    )
    def test_a_wrong_key_is_unauthorised(self, hands: Hands, headers: dict[str, str]) -> None:
        answer = hands.asks(HELD, headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == 401

    @pytest.mark.parametrize(
        "query", [{"service": "pigeon"}, {"limit": "many"}, {"offset": "x"}, {"trackingNumber": ""}]
    )
    def test_a_question_it_cannot_read_is_a_bad_request(self, hands: Hands, query: dict[str, Any]) -> None:
        assert hands.asks(HELD, **query).status_code == 400

    def test_another_address_is_not_found(self, hands: Hands) -> None:
        assert hands.http.get("/partners/dhl/track/parcels", headers=KEY).status_code == 404


class TestItsLimits:
    def test_a_day_has_250_calls_and_starts_anew_at_midnight_gmt(self, hands: Hands) -> None:
        hands.turns("/limits", used=248)
        assert [hands.asks(HELD).status_code for _ in range(3)] == [200, 200, 429]
        hands.time = datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC).timestamp()
        assert hands.asks(HELD).status_code == 429
        hands.time += 1
        assert hands.asks(HELD).status_code == 200
        assert hands.state()["limits"]["left"] == 249

    def test_what_is_refused_for_its_key_costs_nothing(self, hands: Hands) -> None:
        hands.asks(HELD, {"DHL-API-Key": "wrong"})
        assert hands.state()["limits"]["used"] == 0

    def test_it_says_that_the_calls_are_used_up(self, hands: Hands) -> None:
        hands.turns("/limits", limit=0)
        answer = hands.asks(HELD)
        assert answer.status_code == 429
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == "Too Many Requests"
        assert "retry-after" not in answer.headers

    def test_calls_that_come_too_fast_are_refused(self, hands: Hands) -> None:
        hands.turns("/limits", calls=1, seconds=5)
        assert [hands.asks(HELD).status_code for _ in range(2)] == [200, 429]
        hands.time += 5
        assert hands.asks(HELD).status_code == 200

    def test_limits_can_be_lifted(self, hands: Hands) -> None:
        hands.turns("/limits", limit=0, calls=0, enabled=False)
        assert hands.asks(HELD).status_code == 200

    def test_it_tells_when_the_day_ends(self, hands: Hands) -> None:
        assert hands.state()["limits"]["resets_at"] == NOON + DAY / 2


class TestItsFaults:
    def test_the_quota_with_and_without_a_time_to_wait(self, hands: Hands) -> None:
        hands.turns("/switches", fault="quota", times=1)
        hands.turns("/switches", fault="quota", retry_after=60, times=1)
        first, second, third = (hands.asks(HELD) for _ in range(3))
        assert [one.status_code for one in (first, second, third)] == [429, 429, 200]
        assert "retry-after" not in first.headers
        assert second.headers["retry-after"] == "60"

    def test_a_key_that_is_no_longer_taken(self, hands: Hands) -> None:
        hands.turns("/switches", fault="bad_key")
        assert hands.asks(HELD).status_code == 401

    @pytest.mark.parametrize("status", [500, 502, 503])
    def test_an_error_of_the_server(self, hands: Hands, status: int) -> None:
        hands.turns("/switches", fault="server_error", status=status)
        answer = hands.asks(HELD)
        assert answer.status_code == answer.json()["status"] == status

    def test_an_answer_that_is_no_json(self, hands: Hands) -> None:
        hands.turns("/switches", fault="not_json")
        answer = hands.asks(HELD)
        assert answer.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            answer.json()

    def test_an_empty_answer(self, hands: Hands) -> None:
        hands.turns("/switches", fault="empty")
        assert hands.asks(HELD).content == b""

    def test_an_answer_that_does_not_come_in_time(self, hands: Hands) -> None:
        hands.turns("/switches", fault="slow", seconds=60, times=1)
        noticed = threading.Event()
        hands.partners.changed = lambda _: noticed.set()
        with pytest.raises(httpx.ReadTimeout):
            hands.http.get(
                "/partners/dhl/track/shipments", params={"trackingNumber": HELD}, headers=KEY, timeout=0.2
            )
        assert noticed.wait(5)
        assert [call["fault"] for call in hands.state()["calls"] if call["status"] is None] == ["slow"]

    def test_an_answer_that_comes_late_but_right(self, hands: Hands) -> None:
        hands.turns("/switches", fault="slow", seconds=0.05)
        assert hands.shipment(HELD)["id"] == HELD

    def test_a_connection_that_is_reset(self, hands: Hands) -> None:
        hands.turns("/switches", fault="reset", times=1)
        with pytest.raises(httpx.ReadError, match="reset"):
            hands.asks(HELD)
        assert hands.asks(HELD).status_code == 200

    def test_a_fault_for_one_parcel_alone(self, hands: Hands) -> None:
        hands.turns("/switches", fault="server_error", number=GERMAN)
        assert hands.asks(HELD).status_code == 200
        assert hands.asks(GERMAN).status_code == 500

    def test_a_fault_for_a_time(self, hands: Hands) -> None:
        hands.turns("/switches", fault="server_error", for_seconds=60)
        assert hands.asks(HELD).status_code == 500
        hands.time += 60
        assert hands.asks(HELD).status_code == 200
        assert hands.state()["switches"] == []

    def test_a_fault_turned_off(self, hands: Hands) -> None:
        switch = hands.turns("/switches", fault="quota")["switch"]
        hands.turns("/switches", fault="bad_key")
        hands.http.delete(f"/sandbox/partners/dhl/switches/{switch['id']}").raise_for_status()
        assert hands.asks(HELD).status_code == 401
        hands.http.delete("/sandbox/partners/dhl/switches").raise_for_status()
        assert hands.asks(HELD).status_code == 200


class TestItsControls:
    def test_a_parcel_moves_on_by_a_step(self, hands: Hands) -> None:
        before = hands.shipment(HELD)
        turned = hands.turns(f"/parcels/{HELD}/move", by="step")
        after = hands.shipment(HELD)
        assert turned["moved"] == 1
        assert after["events"][1:] == before["events"]
        assert after["status"]["status"] == "CLEARANCE EVENT"
        assert after["status"]["timestamp"] == "2026-11-20T07:00:00"

    def test_a_parcel_moves_on_by_a_day_and_changes_nothing_of_its_past(self, hands: Hands) -> None:
        before = hands.shipment("7777777770")
        assert hands.turns("/parcels/7777777770/move", by="day")["moved"] == 1
        assert hands.turns("/parcels/7777777770/move", by="day")["moved"] == 1
        assert hands.turns("/parcels/7777777770/move", by="day")["moved"] == 1
        after = hands.shipment("7777777770")
        assert after["status"]["statusCode"] == "delivered"
        assert after["events"][3:] == before["events"]
        assert len(set(times(after))) == len(times(after))

    def test_a_day_brings_all_that_is_due_in_it(self, hands: Hands) -> None:
        assert hands.turns("/parcels/JJD0099999999/move", by="day")["moved"] == 2

    def test_a_parcel_moves_to_its_end_and_no_further(self, hands: Hands) -> None:
        assert hands.turns(f"/parcels/{HELD}/move", by="end")["moved"] == 3
        parcel = hands.turns(f"/parcels/{HELD}/move", by="step")
        assert parcel["moved"] == 0
        assert parcel["parcel"]["next"] is None

    def test_something_unforeseen_happens_to_a_parcel(self, hands: Hands) -> None:
        remark = "Held <for> examination & release"
        hands.turns(f"/parcels/{HELD}/event", status="CLEARANCE EVENT", remark=remark)
        assert hands.shipment(HELD)["status"]["remark"] == remark
        assert hands.turns(f"/parcels/{HELD}/move")["parcel"]["happened"] == 7

    def test_a_parcel_is_made_like_another(self, hands: Hands) -> None:
        made = hands.turns("/parcels", number="1876543200", like="7777777770", happened=1, hours_ago=2)
        assert made["parcel"]["happened"] == 1
        assert hands.shipment("1876543200")["id"] == "1876543200"
        assert len(hands.shipment("1876543200")["events"]) == 1

    def test_a_parcel_is_forgotten(self, hands: Hands) -> None:
        hands.http.delete(f"/sandbox/partners/dhl/parcels/{HELD}").raise_for_status()
        assert hands.asks(HELD).status_code == 404

    def test_a_parcel_of_two_units_is_chosen_by_its_service(self, hands: Hands) -> None:
        hands.turns(f"/parcels/{TWO_UNITS}/move?service=freight")
        assert hands.shipment(TWO_UNITS, service="freight")["status"]["statusCode"] == "delivered"
        assert hands.shipment(TWO_UNITS)["status"]["status"] == "TRANSITED"

    def test_calls_are_remembered_with_what_was_asked(self, hands: Hands) -> None:
        correlation = hands.asks(HELD, service="express").headers["correlation-id"]
        call = hands.state()["calls"][-1]
        assert call["query"] == {"trackingNumber": HELD, "service": "express"}
        assert (call["status"], call["correlation_id"]) == (200, correlation)

    def test_who_listens_hears_of_every_change(self, hands: Hands) -> None:
        hands.turns(f"/parcels/{HELD}/move")
        assert hands.changes == ["dhl"]

    def test_it_is_reset_to_its_seed(self, hands: Hands) -> None:
        hands.turns(f"/parcels/{HELD}/move", by="end")
        hands.turns("/switches", fault="quota")
        hands.turns("/limits", used=100)
        hands.turns("/reset")
        assert hands.shipment(HELD)["status"]["statusCode"] == "transit"
        assert hands.state()["limits"]["used"] == 1

    def test_what_is_saved_comes_back(self, hands: Hands) -> None:
        hands.turns(f"/parcels/{HELD}/move")
        hands.turns("/limits", used=7)
        saved = json.loads(json.dumps(hands.partners.saved()))
        before = hands.state()
        other = Partners(now=lambda: NOON + 3600)
        other.restore(saved)
        after = other.dhl.shown()
        assert after["parcels"] == before["parcels"]
        assert after["limits"]["used"] == 7

    def test_the_partners_are_listed(self, hands: Hands) -> None:
        listed = hands.http.get("/sandbox/partners/").raise_for_status().json()
        assert [one["key"] for one in listed["partners"]] == ["dhl"]

    @pytest.mark.parametrize(
        ("path", "body", "says"),
        [
            ("/switches", {"fault": "fire"}, "must be one of these"),
            ("/switches", {"fault": "quota", "colour": "red"}, "has no colour"),
            ("/switches", {"fault": "slow", "seconds": "long"}, "`seconds` must be a number"),
            ("/switches", {"fault": "slow", "times": 0}, "`times` must be a number above 0"),
            ("/limits", {"left": 5}, "There is no left"),
            ("/limits", {"used": -1}, "`used` cannot be -1"),
            ("/limits", {"enabled": 1}, "`enabled` cannot be 1"),
            (f"/parcels/{HELD}/move", {"by": "week"}, "not 'week'"),
            (f"/parcels/{HELD}/event", {"remark": "x"}, "needs a status"),
            (f"/parcels/{HELD}/event", {"status": "X", "code": "seized"}, "code is one of"),
            (f"/parcels/{HELD}/event", {"status": "X", "colour": "red"}, "has no colour"),
            ("/parcels", {"number": "1876543200"}, "no parcel"),
            ("/parcels", {"number": "18 76", "like": HELD}, "digits and capital letters"),
            ("/parcels", {"number": HELD, "like": HELD}, "already has a parcel"),
            ("/parcels", {"number": "1876543200", "like": "0"}, "no parcel 0"),
            ("/parcels", {"number": "1876543200", "like": HELD, "happened": 99}, "steps"),
            ("/parcels", {"number": "1876543200", "like": HELD, "service": "pigeon"}, "no service 'pigeon'"),
            ("/parcels", {"number": "1876543200", "like": HELD, "origin": "moon"}, "no place 'moon'"),
        ],
    )
    def test_a_control_turned_wrongly_says_what_is_wrong(
        self, hands: Hands, path: str, body: Any, says: str
    ) -> None:
        answer = hands.http.post(f"/sandbox/partners/dhl{path}", json=body)
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")
        assert says in answer.json()["shown"]

    @pytest.mark.parametrize("body", [b"{", b"[]", b"7"])
    def test_a_control_wants_a_json_object(self, hands: Hands, body: bytes) -> None:
        assert hands.http.post("/sandbox/partners/dhl/limits", content=body).status_code == 400

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/parcels/0"),
            ("POST", "/parcels/0/move"),
            ("DELETE", "/parcels/0"),
            ("DELETE", "/switches/99"),
        ],
    )
    def test_what_is_not_there_cannot_be_turned(self, hands: Hands, method: str, path: str) -> None:
        answer = hands.http.request(method, f"/sandbox/partners/dhl{path}")
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_seed_brings_its_own_key_parcels_and_places() -> None:
    partners = Partners(
        {
            "dhl": {
                "key": "another",
                "limit": 5,
                "places": {"harbour": {"locality": "Harbour", "country": "NL", "zone": "Europe/Amsterdam"}},
                "parcels": [
                    {
                        "number": "2200140456",
                        "service": "express",
                        "product": "EXPRESS",
                        "origin": "harbour",
                        "destination": "cincinnati",
                        "shipper": "Nobody (not a company)",
                        "receiver": ["Sample", "Receiver"],
                        "steps": [{"at": "harbour", "code": "transit", "status": "PICKED UP"}],
                    }
                ],
            }
        },
        lambda: NOON,
    )
    answer = partners.dhl.track({"trackingNumber": "2200140456"}, {"dhl-api-key": "another"})
    assert answer.status == 200
    assert partners.dhl.shown()["limits"]["left"] == 4


def test_by_default_it_takes_one_call_a_second() -> None:
    partners = Partners(now=lambda: NOON)
    query, headers = {"trackingNumber": HELD}, {"dhl-api-key": "sandbox-dhl-key"}
    assert [partners.dhl.track(query, headers).status for _ in range(2)] == [200, 429]
