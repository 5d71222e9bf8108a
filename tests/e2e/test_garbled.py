"""Requests that carry Slack's signature and are garbled all the same: by a proxy, by a defect, or by a leaked secret."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.bots import BotThread
from tests.e2e.conftest import ON_SQLITE
from tests.e2e.records import Records
from tests.e2e.requests import TELL_TALE, Request
from tests.e2e.watching import reference_in

PARCEL = "3318810025"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

Path = tuple[str | int, ...]

ANYTHING: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        7,
        -1.5,
        10**30,
        "",
        TELL_TALE,
        "\ud800",
        "x" * 5_000,
        [],
        {},
        [[]],
        [None],
        {"id": None},
        {"a": TELL_TALE},
    ]
)
TAKEN_OUT = object()
ERROR_WITH_REFERENCE = re.compile(r"^error [0-9A-Z]{8} in ")
"""Of an unknown error, of which the person is told the reference."""
BYTES = st.binary(max_size=200) | st.text(max_size=200).map(str.encode)


@pytest.fixture
def genuine(bot: BotThread, sandbox: Sandbox, marketplace: Persona) -> list[tuple[str, Any]]:
    """What Slack has sent in a few minutes of work: kind and payload, of each name the first."""
    card = marketplace.types(f"/flag parcel {PARCEL} earbuds", channel="C0AMAZON").messages[0]
    assert reference_in(card)
    marketplace.clicks("Add details or correct", on=card)
    marketplace.sees_modal("Why do you change it?")
    marketplace.chooses("Why do you change it?", "Something in it was wrong")
    marketplace.submits()
    marketplace.types("/flag")
    marketplace.sees_modal("Brand")
    marketplace.is_offered("Brand", "a")
    marketplace.closes()
    marketplace.clicks("Close", on=card)
    marketplace.sees_modal("Close the case?")
    marketplace.closes()
    marketplace.says(f"seen {PARCEL}", channel=marketplace.converses_with("U0OFABOT"))
    sandbox.awaits_traffic("message.im")
    kept: dict[str, tuple[str, Any]] = {}
    for record in sandbox.traffic():
        if record["direction"] == "to_bot":
            kept.setdefault(record["name"], (record["kind"], payload_of(record)))
    return list(kept.values())


def payload_of(record: Any) -> Any:
    parsed = record["request"]["json"]
    return parsed.get("payload", parsed) if record["kind"] not in ("command", "event") else parsed


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON, the whole first."""
    yield here
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in inside:
        yield from paths(held, (*here, key))


def with_one_changed(payload: Any, path: Path, to: Any) -> Any:
    if not path:
        return {} if to is TAKEN_OUT else to
    changed = copy.deepcopy(payload)
    held = changed
    for key in path[:-1]:
        held = held[key]
    if to is TAKEN_OUT:
        del held[path[-1]]
    else:
        held[path[-1]] = to
    return changed


def request_of(kind: str, payload: Any) -> Request:
    if kind == "event":
        return Request(json.dumps(payload).encode(), JSON)
    if kind == "command" and isinstance(payload, dict):
        return Request(urlencode(payload, errors="surrogatepass").encode(), FORM)
    return Request(urlencode({"payload": json.dumps(payload)}).encode(), FORM)


def refused_in_one_line(answer: httpx.Response, bot: BotThread) -> None:
    assert answer.status_code in (400, 413), answer.text
    refused = [line for line in bot.log.lines if line.startswith("refused a request")]
    assert len(refused) == 1, bot.log.lines
    assert str(answer.status_code) in refused[0]


@ON_SQLITE
class TestGarbled:
    def test_bytes_at_random_are_refused_in_one_line_or_do_nothing(
        self, bot: BotThread, records: Records
    ) -> None:
        @given(BYTES, st.sampled_from([FORM, JSON, ""]))
        @settings(max_examples=150)
        def any_bytes(body: bytes, content_type: str) -> None:
            bot.log.lines.clear()
            answer = Request(body, content_type).sent(bot.url)
            if answer.status_code >= 400 and answer.status_code != 404:
                refused_in_one_line(answer, bot)

        any_bytes()
        assert records.count_of_flags() == 0

    @pytest.mark.parametrize(
        "body",
        [
            b"[" * 900_000,
            b'{"event":' * 100_000,
            b"payload=" + b"[" * 900_000,
            b'{"n":' + b"9" * 5_000 + b"}",
        ],
        ids=["a deep list", "a deep object", "a deep form", "a number without end"],
    )
    def test_what_breaks_readers_is_refused_in_one_line(self, bot: BotThread, body: bytes) -> None:
        answer = Request(body, FORM if body.startswith(b"payload") else JSON).sent(bot.url)

        refused_in_one_line(answer, bot)

    @pytest.mark.long
    def test_with_any_part_of_it_changed_a_request_does_no_harm_and_its_words_reach_no_log(
        self, bot: BotThread, sandbox: Sandbox, records: Records, genuine: list[tuple[str, Any]]
    ) -> None:
        sandbox.without_limits()
        for door in ("*", "response_url"):  # what the bot says in answer is not looked at here
            sandbox.switch(door, "html")
        flags = records.count_of_flags()

        @given(st.data())
        @settings(max_examples=300)
        def changed(data: st.DataObject) -> None:
            kind, payload = data.draw(st.sampled_from(genuine))
            path = data.draw(st.sampled_from(list(paths(payload))))
            to = data.draw(ANYTHING | st.just(TAKEN_OUT))
            bot.log.lines.clear()

            answer = request_of(kind, with_one_changed(payload, path, to)).sent(bot.url)

            assert answer.status_code < 500, (path, to, answer.text, bot.log.lines)
            if answer.status_code in (400, 401):
                refused_in_one_line(answer, bot)
            assert TELL_TALE not in "".join(bot.log.lines)
            assert all(ERROR_WITH_REFERENCE.search(line) for line in bot.log.errors), bot.log.errors
            bot.log.errors.clear()

        changed()
        assert records.count_of_flags() <= flags + 1
