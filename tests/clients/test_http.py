"""Asking a partner over HTTP: what each answer means."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.clients.http import get_json, retry_after
from bot.domain.errors import ClientError
from bot.domain.facts import Outcome

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


async def asked(answer: Callable[[httpx.Request], httpx.Response]) -> tuple[int, object]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        return await get_json(client, "https://partner.example/x", params={"n": "1"}, headers={"K": "key"})


async def refused(answer: Callable[[httpx.Request], httpx.Response]) -> ClientError:
    with pytest.raises(ClientError) as told:
        await asked(answer)
    return told.value


async def test_an_answer_comes_parsed() -> None:
    assert await asked(lambda _: httpx.Response(200, json={"a": 1})) == (200, {"a": 1})


async def test_not_found_is_an_answer_whoever_says_it() -> None:
    assert await asked(lambda _: httpx.Response(404, json={"title": "gone"})) == (404, {"title": "gone"})
    assert await asked(lambda _: httpx.Response(404, text="<html>")) == (404, None)


@pytest.mark.parametrize(
    ("status", "outcome", "permanent"),
    [
        (400, Outcome.PARTNER_ERROR, True),
        (401, Outcome.BAD_KEY, True),
        (403, Outcome.BAD_KEY, True),
        (429, Outcome.QUOTA, False),
        (500, Outcome.PARTNER_ERROR, False),
        (502, Outcome.PARTNER_ERROR, False),
        (503, Outcome.PARTNER_ERROR, False),
        (302, Outcome.PARTNER_ERROR, True),
    ],
)
async def test_every_other_status_says_what_is_wrong(
    status: int, outcome: Outcome, *, permanent: bool
) -> None:
    error = await refused(lambda _: httpx.Response(status, json={}))
    assert (error.outcome, error.permanent) == (outcome, permanent)


async def test_an_answer_that_comes_byte_by_byte_is_not_waited_for() -> None:
    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=drops()))
    async with httpx.AsyncClient(transport=transport) as client:
        with pytest.raises(ClientError) as told:
            await get_json(client, "https://partner.example/x", params={}, headers={}, within=0.1)
    assert told.value.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Bad Gateway</html>",
        b"",
        b"\xff\xfe",
        b'{"a": ',
        b"NaN?",
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
async def test_what_is_not_json_cannot_be_read(body: bytes) -> None:
    assert (await refused(lambda _: httpx.Response(200, content=body))).outcome is Outcome.UNREADABLE


@pytest.mark.parametrize(
    "trouble",
    [httpx.ConnectTimeout, httpx.ReadTimeout, httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError],
)
async def test_a_partner_that_does_not_answer_is_unreachable(trouble: type[httpx.TransportError]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise trouble("secret-number", request=request)

    error = await refused(fail)
    assert (error.outcome, error.permanent) == (Outcome.UNREACHABLE, False)
    assert error.detail == trouble.__name__


async def test_nobody_is_followed_to_another_address() -> None:
    asked_at: list[str] = []

    def move(request: httpx.Request) -> httpx.Response:
        asked_at.append(str(request.url.host))
        return httpx.Response(302, headers={"Location": "https://evil.example/"})

    await refused(move)
    assert asked_at == ["partner.example"]


async def test_a_429_says_how_long_to_wait() -> None:
    error = await refused(lambda _: httpx.Response(429, headers={"Retry-After": "90"}))
    assert error.retry_after == 90


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("90", 90.0),
        (" 5 ", 5.0),
        ("0", 0.0),
        ("Mon, 05 Jan 2026 12:01:30 GMT", 90.0),
        ("Mon, 05 Jan 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5e3", None),
    ],
)
def test_the_wait_is_read_in_both_its_forms_and_never_guessed(header: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": header}, NOW) == seconds


def test_without_the_header_nothing_is_known_of_the_wait() -> None:
    assert retry_after({}, NOW) is None


def test_a_date_that_names_no_zone_is_gmt() -> None:
    assert retry_after({"Retry-After": "Mon, 05 Jan 2026 12:01:30 -0000"}, NOW) == 90


@given(st.text())
@example("²")
def test_no_header_can_break_the_reading(header: str) -> None:
    seconds = retry_after({"Retry-After": header}, NOW)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize("header", ["9" * 30, "Mon, 05 Jan 2099 12:00:00 GMT"])
def test_a_wait_beyond_all_reason_is_cut_to_a_day(header: str) -> None:
    seconds = retry_after({"Retry-After": header}, NOW)
    assert seconds is None or seconds <= 86_400
