"""What a partner's API says of a subject, and how old that is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.subjects import Subject, SubjectKind


class Partner(StrEnum):
    """Whom we ask. The value is the name people read."""

    DHL = "DHL"


class Outcome(StrEnum):
    """How asking a partner went."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    QUOTA = "quota"
    BAD_KEY = "bad_key"
    PARTNER_ERROR = "partner_error"
    UNREADABLE = "unreadable"
    UNREACHABLE = "unreachable"


NO_QUESTIONS = frozenset({Outcome.BAD_KEY, Outcome.QUOTA})
"""What is wrong whatever the partner is asked: it is asked nothing for a while."""


class ParcelStatus(StrEnum):
    """DHL's five status codes (Shipment Tracking – Unified 1.5.8). None of them says anything of customs."""

    PRE_TRANSIT = "pre-transit"
    TRANSIT = "transit"
    DELIVERED = "delivered"
    FAILURE = "failure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a parcel's journey, in the carrier's own words. Holds no name, address or signature of a person."""

    status: ParcelStatus
    words: str
    """The carrier's free text, as it came: short status, description and remark."""
    place: str
    time: str
    """The carrier's own time, as it came: zoned, a local time of the place without zone, or a date alone."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer of a partner, kept with the moment it was given."""

    partner: Partner
    outcome: Outcome
    """``FOUND`` or ``NOT_FOUND``: everything else is no fact but trouble."""
    told_at: datetime
    latest: Happening | None = None
    origin: str = ""
    destination: str = ""
    service: str = ""
    returning: bool = False
    customs_hint: bool = False
    """The free text mentions customs, clearance or an inspection: a hint to look, never a legal status."""


@dataclass(frozen=True, slots=True)
class PartnerView:
    """What is known of a subject from one partner: the latest fact, and the trouble since, if there is any."""

    partner: Partner
    fact: Fact | None
    asking: bool
    """A question is on its way."""
    trouble: Outcome | None
    trouble_since: datetime | None


FRESH_FOR: Mapping[ParcelStatus, timedelta] = {
    ParcelStatus.DELIVERED: timedelta(days=1),
    ParcelStatus.FAILURE: timedelta(hours=1),
}
"""How long an answer is good before the partner is asked again; what is not listed holds for half an hour."""

FRESH_BY_DEFAULT = timedelta(minutes=30)


def partner_for(subject: Subject) -> Partner | None:
    """Whose API knows of this subject. No public API answers for a third party's seller account."""
    if subject.kind is SubjectKind.PARCEL and subject.carrier == "DHL":
        return Partner.DHL
    return None


def is_fresh(fact: Fact, now: datetime) -> bool:
    """Whether the fact is young enough not to spend a call of the partner's quota on a new one."""
    status = fact.latest.status if fact.latest else ParcelStatus.UNKNOWN
    return now - fact.told_at < FRESH_FOR.get(status, FRESH_BY_DEFAULT)


def needs_asking(views: tuple[PartnerView, ...], partner: Partner, now: datetime) -> bool:
    """Whether what is known from the partner is missing or old, and no question is on its way."""
    known = next((view for view in views if view.partner is partner), None)
    if known is None:
        return True
    return not known.asking and not (known.fact and is_fresh(known.fact, now))


def asking(views: tuple[PartnerView, ...], partner: Partner) -> tuple[PartnerView, ...]:
    """What is known, once the partner is being asked."""
    others = tuple(view for view in views if view.partner is not partner)
    known = next((view for view in views if view.partner is partner), None)
    asked = PartnerView(partner, None, asking=True, trouble=None, trouble_since=None)
    return (*others, replace(known, asking=True) if known else asked)


def known_to(
    shared: tuple[PartnerView, ...], own: tuple[PartnerView, ...], opened_at: datetime
) -> tuple[PartnerView, ...]:
    """What a case knows from partners: what was asked for all to know, and what its own circle asked.

    Of its own circle's, only what was asked since the case was opened: who may see this case, by a release, need
    not have been allowed to see the one before. What other circles ask, nobody in this one learns of.
    """
    views = {view.partner: view for view in shared}
    for view in own:
        recent = _since(view, opened_at)
        if recent is not None:
            known = views.get(view.partner)
            views[view.partner] = recent if known is None else _together(known, recent)
    return tuple(views.values())


def _since(view: PartnerView, opened_at: datetime) -> PartnerView | None:
    fact = view.fact if view.fact and view.fact.told_at >= opened_at else None
    if not (fact or view.asking or view.trouble):
        return None
    return replace(view, fact=fact, trouble_since=view.trouble_since and max(view.trouble_since, opened_at))


def _together(one: PartnerView, other: PartnerView) -> PartnerView:
    facts = [view.fact for view in (one, other) if view.fact]
    troubled = other if other.trouble else one
    return PartnerView(
        one.partner,
        max(facts, key=lambda fact: fact.told_at, default=None),
        one.asking or other.asking,
        troubled.trouble,
        troubled.trouble_since,
    )
