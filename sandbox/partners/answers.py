"""A parcel as the carrier's API tells it (Shipment Tracking – Unified 1.5.8, schema TrackingShipment).

Made to be as awkward as the real one: naive timestamps in the time of the place, customs only in free text,
people's names and streets that the asker never wanted.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sandbox.partners.parcels import Json, Parcel, Place, Step, written

TIME_TO_LIVE: Final = 15_552_000
"""Seconds; the contract's default of ``@ttl``."""

PROVIDERS: Final = ("express", "freight", "parcel-de", "parcel-nl", "parcel-pl", "parcel-uk")
"""The services that the contract also knows as providers at the destination."""

GUARDED: Final = ("parcel-de", "parcel-nl")
"""Services that show people's data only to who knows the postal code of the recipient."""


def shipment(parcel: Parcel, places: Mapping[str, Place], postal_code: str | None = None) -> Json:
    """One entry of ``shipments``: events newest first, ``status`` being the newest of them."""
    events = [_event(parcel, step, moment, places) for step, moment in reversed(parcel.happened)]
    known = parcel.service not in GUARDED or postal_code == places[parcel.destination].postal
    found: Json = {
        "@ttl": TIME_TO_LIVE,
        "id": int(parcel.number) if parcel.bare_number else parcel.number,
        "service": parcel.service,
        "origin": {"address": _address(places[parcel.origin], with_street=False)},
        "destination": {"address": _address(places[parcel.destination], with_street=False)},
        "status": {name: value for name, value in events[0].items() if name != "pieceIds"},
        "serviceUrl": f"https://www.dhl.com/en/express/tracking.html?AWB={parcel.number}",
        "returnFlag": parcel.returned,
        "details": _details(parcel, places, with_people=known),
        "events": events,
    }
    return found


def _event(parcel: Parcel, step: Step, moment: datetime, places: Mapping[str, Place]) -> Json:
    place = places[step.at]
    event: Json = {
        "timestamp": written(moment, place, parcel.times),
        "statusCode": step.code,
        "status": step.status,
        "description": step.description,
        "remark": step.remark,
        "nextSteps": step.next_steps,
        "location": {"address": _address(place, with_street=False)},
    }
    if parcel.service == "express":
        event["pieceIds"] = list(_piece_ids(parcel))
    return {name: value for name, value in event.items() if value is not None}


def _piece_ids(parcel: Parcel) -> Iterator[str]:
    for piece in range(1, parcel.pieces + 1):
        yield f"JD01{parcel.number[-8:]:0>16}{piece:02d}"


def _address(place: Place, *, with_street: bool) -> Json:
    address = {
        "countryCode": place.country,
        "postalCode": place.postal,
        "addressLocality": place.locality,
        "addressLocalityServicing": place.servicing,
        "addressRegion": place.region,
        "streetAddress": place.street if with_street else None,
    }
    return {name: value for name, value in address.items() if value is not None}


def _details(parcel: Parcel, places: Mapping[str, Place], *, with_people: bool) -> Json:
    details: Json = {
        "product": {"productName": parcel.product},
        "proofOfDeliverySignedAvailable": False,
        "totalNumberOfPieces": parcel.pieces,
        "pieceIds": list(_piece_ids(parcel)),
        "weight": {"value": parcel.kilograms, "unitText": "kg"},
    }
    if parcel.service in PROVIDERS:
        details["provider"] = {"destinationProvider": parcel.service}
    references: Any = [
        {"number": number, "type": kind, "@scope": scope} for number, kind, scope in parcel.references
    ]
    if references:
        details["references"] = references[0] if parcel.one_reference else references
    if with_people:
        details |= _people(parcel, places)
    return details


def _people(parcel: Parcel, places: Mapping[str, Place]) -> Json:
    """What the carrier delivers about people, whether or not the asker wants it."""
    given, family = parcel.receiver
    receiver = {
        "@type": "Person",
        "@policy": "postal-code",
        "givenName": given,
        "familyName": family,
        "name": f"{given} {family}",
        "address": {
            **_address(places[parcel.destination], with_street=True),
            "@policy": "postal-code",
        },
    }
    shipper = {
        "@type": "Organization",
        "@policy": "none",
        "organizationName": parcel.shipper,
        "name": parcel.shipper,
        "address": {**_address(places[parcel.origin], with_street=True), "@policy": "none"},
    }
    people: Json = {"receiver": receiver, "shipper": shipper, "controlledDataCodes": ["consignee-city"]}
    last = parcel.happened[-1]
    if last[0].code == "delivered":
        people["proofOfDeliverySignedAvailable"] = True
        people["proofOfDelivery"] = {
            "timestamp": written(last[1], places[last[0].at], parcel.times),
            "documentUrl": f"https://proof-of-delivery.example/pod?token={parcel.number}",
            "signatureUrl": f"https://proof-of-delivery.example/signature?token={parcel.number}",
            "signed": {"@type": "Person", "@policy": "postal-code", "name": f"{given} {family}"},
        }
    return people
