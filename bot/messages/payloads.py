"""A flag and its case as partners' own systems read them: JSON, times in UTC.

People of other organisations are not named in it, nor is anything of a case's timeline.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.cases import CloseReason, Status
from bot.domain.facts import Outcome, ParcelStatus, PartnerView
from bot.domain.flag_details import Category, Confidence, Reason, Wish
from bot.domain.markings import Pap, Tlp
from bot.domain.sharing import CaseView, FlagView, Standing
from bot.domain.subjects import Subject, SubjectKind


class Payload(BaseModel):
    """Whatever is answered."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class SubjectPayload(Payload):
    """The thing flagged, in its canonical form."""

    kind: SubjectKind
    scheme: Annotated[
        str, Field(description="The rule by which the number is read.", examples=["dhl-express"])
    ]
    number: Annotated[str, Field(examples=["3318810025"])]
    platform: Annotated[str | None, Field(description="The marketplace; null for what travels.")]


class FlagPayload(Payload):
    """One organisation's word that the subject looks wrong."""

    organisation: Annotated[str, Field(examples=["dhl"])]
    words: str
    brand: str
    reason: Reason | None
    confidence: Confidence | None
    category: Category | None
    wish: Annotated[Wish | None, Field(description="What its author asks those who can to do.")]
    port: str
    urgent: bool
    tlp: Tlp
    raised_at: datetime
    withdrawn: bool


class StandingPayload(Payload):
    """Where an organisation stands on the case."""

    organisation: str
    standing: Standing
    at: Annotated[datetime | None, Field(description="Since when; null where it has yet to answer.")]


class FactPayload(Payload):
    """What a partner's API says of the subject. None of it is a legal status."""

    partner: Annotated[str, Field(examples=["DHL"])]
    outcome: Outcome
    status: ParcelStatus | None
    words: Annotated[str, Field(description="The carrier's own words.")]
    place: str
    told_at: Annotated[datetime, Field(description="When the partner said so.")]


class CasePayload(Payload):
    """The flag's case, as far as the organisation that asks may see it."""

    reference: Annotated[str, Field(examples=["OFA-2026-7K3QX4"])]
    status: Status
    reason: Annotated[CloseReason | None, Field(description="Why it was closed.")]
    tlp: Tlp
    pap: Pap
    owner: Annotated[str, Field(description="Name of the organisation whose case it is.")]
    opened_at: datetime
    closed_at: datetime | None
    flags: tuple[FlagPayload, ...]
    organisations: tuple[StandingPayload, ...]
    facts: tuple[FactPayload, ...]


class FlagState(FlagPayload):
    """A flag that came over HTTP, and its case."""

    id: Annotated[str, Field(examples=["flag_0q7zk3vx9m2c4t8w"])]
    subject: SubjectPayload
    case: CasePayload


class RaisedFlag(FlagState):
    """The answer to a new flag."""

    already_known: Annotated[bool, Field(description="The case was there before: others look at it already.")]


def flag_state(name: str, flag: FlagView, view: CaseView) -> FlagState:
    """The flag of that name, as somebody may see it now."""
    return FlagState(id=name, subject=_subject(view.subject), case=_case(view), **_flag(flag).model_dump())


def raised_flag(name: str, flag: FlagView, view: CaseView, *, already_known: bool) -> RaisedFlag:
    """The flag of that name, raised a moment ago."""
    return RaisedFlag(**dict(flag_state(name, flag, view)), already_known=already_known)


def _subject(subject: Subject) -> SubjectPayload:
    return SubjectPayload(
        kind=subject.kind, scheme=subject.scheme, number=subject.number, platform=subject.platform
    )


def _flag(flag: FlagView) -> FlagPayload:
    said = flag.details
    return FlagPayload(
        organisation=flag.organisation,
        words=flag.words,
        brand=said.brand,
        reason=said.reason,
        confidence=said.confidence,
        category=said.category,
        wish=said.wish,
        port=said.port,
        urgent=said.urgent,
        tlp=flag.tlp,
        raised_at=flag.raised_at,
        withdrawn=not flag.stands,
    )


def _case(view: CaseView) -> CasePayload:
    return CasePayload(
        reference=view.reference,
        status=view.status,
        reason=view.reason,
        tlp=view.tlp,
        pap=view.pap,
        owner=view.owner_name,
        opened_at=view.opened_at,
        closed_at=view.closed_at,
        flags=tuple(map(_flag, view.flags)),
        organisations=tuple(
            StandingPayload(organisation=line.organisation, standing=line.standing, at=line.at)
            for line in view.ledger
        ),
        facts=tuple(fact for known in view.partners for fact in _facts(known)),
    )


def _facts(known: PartnerView) -> list[FactPayload]:
    if known.fact is None:
        return []
    latest = known.fact.latest
    return [
        FactPayload(
            partner=known.partner.value,
            outcome=known.fact.outcome,
            status=latest.status if latest else None,
            words=latest.words if latest else "",
            place=latest.place if latest else "",
            told_at=known.fact.told_at,
        )
    ]
