"""DHL Shipment Tracking – Unified 1.5.8 (developer.dhl.com): where a parcel is, in the carrier's words.

Names, addresses, signatures and references of people are in its answers; nothing of them is kept.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import httpx

from bot.clients.http import get_json
from bot.domain.errors import ClientError
from bot.domain.facts import Fact, Happening, Outcome, ParcelStatus, Partner
from bot.domain.subjects import Subject

SERVICES = {"dhl-express": "express"}
"""Which business unit to ask, by the number's scheme: without it a number can be another unit's parcel."""

CUSTOMS_WORDS = re.compile(r"customs|clearance|inspect|\bheld\b|seiz|confiscat", re.IGNORECASE)

LONGEST_WORDS = 500


class Dhl:
    """Asks DHL, one number a call, as the contract has it."""

    partner = Partner.DHL

    def __init__(self, client: httpx.AsyncClient, base_url: str, api_key: str) -> None:
        self._client = client
        self._url = base_url.rstrip("/") + "/shipments"
        self._key = api_key

    async def look_up(self, subject: Subject, now: datetime) -> Fact:
        """What DHL says of the parcel; "not found" is a fact too. Raises :class:`ClientError` where it says nothing."""
        params = {"trackingNumber": subject.number}
        if subject.scheme in SERVICES:
            params["service"] = SERVICES[subject.scheme]
        headers = {"DHL-API-Key": self._key, "Accept": "application/json"}
        status, body = await get_json(self._client, self._url, params=params, headers=headers)
        if status == 404:
            if not _is_problem(body):
                raise ClientError(Outcome.PARTNER_ERROR, "a 404 that is not DHL’s", permanent=True)
            return Fact(Partner.DHL, Outcome.NOT_FOUND, now)
        return read_shipments(body, subject.number, now)


def _is_problem(body: Any) -> bool:
    """Whether a 404 is DHL's word on a parcel: a gateway, or another site at a wrong address, says it in another shape."""
    return isinstance(body, dict) and all(isinstance(body.get(name), str) for name in ("title", "detail"))


def read_shipments(body: Any, number: str, now: datetime) -> Fact:
    """A 200 answer's body as a fact. The contract requires hardly any field, so none is relied on."""
    shipments = body.get("shipments") if isinstance(body, dict) else None
    if not isinstance(shipments, list) or not all(isinstance(shipment, dict) for shipment in shipments):
        raise ClientError(Outcome.UNREADABLE, "no shipments in the answer", permanent=False)
    if not shipments:
        return Fact(Partner.DHL, Outcome.NOT_FOUND, now)
    # An id may be a bare JSON number.
    shipment = next((entry for entry in shipments if str(entry.get("id")) == number), shipments[0])
    status = _dict(shipment.get("status"))
    return Fact(
        partner=Partner.DHL,
        outcome=Outcome.FOUND,
        told_at=now,
        latest=_happening(status),
        origin=_place(shipment.get("origin")),
        destination=_place(shipment.get("destination")),
        service=_text(shipment.get("service")),
        returning=shipment.get("returnFlag") is True,
        customs_hint=any(CUSTOMS_WORDS.search(words) for words in _free_text(status)),
    )


def _happening(status: dict[str, Any]) -> Happening:
    code = _text(status.get("statusCode"))
    words = dict.fromkeys(_free_text(status))  # DHL often says the same thing twice
    return Happening(
        status=ParcelStatus(code) if code in set(ParcelStatus) else ParcelStatus.UNKNOWN,
        words=" · ".join(words)[:LONGEST_WORDS],
        place=_place(status.get("location")),
        time=_text(status.get("timestamp")),
    )


def _free_text(status: dict[str, Any]) -> Iterable[str]:
    return filter(None, (_text(status.get(key)) for key in ("status", "description", "remark", "nextSteps")))


def _place(place: Any) -> str:
    """Town and country only: a street or a name is somebody's."""
    address = _dict(_dict(place).get("address"))
    return ", ".join(filter(None, (_text(address.get("addressLocality")), _text(address.get("countryCode")))))


def _text(value: Any) -> str:
    return str(value).strip()[:LONGEST_WORDS] if isinstance(value, str | int | float) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
