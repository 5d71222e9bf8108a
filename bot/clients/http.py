"""Asking a partner over HTTP: one timeout, one way to say what went wrong."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.domain.errors import ClientError
from bot.domain.facts import Outcome

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
"""Seconds. Nobody waits for it: partners are asked by the worker."""

LONGEST_ANSWER = 15.0
"""Seconds from the question to the answer's last byte: the timeouts above begin anew with each byte that comes."""

LONGEST_WAIT = 86_400.0
"""Seconds: whatever a partner asks for, it is tried again the next day."""


async def get_json(
    client: httpx.AsyncClient,
    url: str,
    *,
    params: Mapping[str, str],
    headers: Mapping[str, str],
    within: float = LONGEST_ANSWER,
) -> tuple[int, Any]:
    """Status and parsed body of an answer that says something: 2xx or 404.

    A 404 may come from whatever else answers at a wrong address, so it need not be JSON: its body is None then.

    Raises :class:`ClientError` for everything else: no connection, too slow, quota, refused, broken, not JSON.
    """
    try:
        async with asyncio.timeout(within):
            answer = await client.get(url, params=params, headers=headers, timeout=TIMEOUT)
    except (httpx.HTTPError, TimeoutError) as error:
        raise ClientError(Outcome.UNREACHABLE, type(error).__name__, permanent=False) from error
    status = answer.status_code
    if status == 429:
        raise ClientError(Outcome.QUOTA, "429", permanent=False, retry_after=retry_after(answer.headers))
    if status in (401, 403):
        raise ClientError(Outcome.BAD_KEY, str(status), permanent=True)
    if status != 404 and not 200 <= status < 300:
        raise ClientError(Outcome.PARTNER_ERROR, str(status), permanent=status < 500)
    try:
        return status, answer.json()
    except (ValueError, RecursionError) as error:
        if status == 404:
            return status, None
        raise ClientError(Outcome.UNREADABLE, "not JSON", permanent=False) from error


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait, from a Retry-After header in either of its two forms (RFC 9110, 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    # "-0000" is read as a time without a zone; HTTP knows no other than GMT.
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - (now or datetime.now(UTC))).total_seconds()), LONGEST_WAIT)
