"""Values to test with: people, subjects and cases of the example operation, each with only what matters said."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.audit import SEGMENT_CLOSED, AuditEntry, Head
from bot.domain.cases import SHARED_CIRCLE, Acknowledgement, Case, Change, Entry, Reached, Status, Told
from bot.domain.facts import Fact, Happening, Outcome, ParcelStatus, Partner, PartnerView
from bot.domain.flags import Flag
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.people import Person
from bot.domain.roles import Action, Actor, Role
from bot.domain.sharing import CaseView, Reader, view_of
from bot.domain.subjects import Subject, SubjectKind
from storage.audit import AuditStore

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
TEAM = "T0OPS"

NAMES = {
    "amazon": "Amazon Counterfeit Crimes Unit",
    "dhl": "DHL",
    "cbp": "US Customs and Border Protection",
    "iprc": "National IPR Coordination Center",
}

PARCEL = Subject(SubjectKind.PARCEL, "dhl-express", "3318810025")
SELLER = Subject(SubjectKind.SELLER, "amazon-seller", "A2L77EE7U53NWQ", "amazon")

GREEN = Marking(Tlp.GREEN)


def person(user: str, team: str = TEAM) -> Person:
    return Person(team, user)


def actor(organisation: str, *roles: Role, user: str = "") -> Actor:
    """Somebody of an organisation; without roles an analyst, without a user id its first: ``U0DHL1``."""
    user = user or f"U0{organisation.upper()}1"
    return Actor(TEAM, user, organisation, NAMES[organisation], frozenset(roles or [Role.ANALYST]))


def channel_of(*organisations: str) -> Reader:
    """Everybody in a channel of these organisations."""
    return Reader(frozenset(organisations))


def somebody(organisation: str, user: str = "", *rights: Action) -> Reader:
    """One person who reads for themselves."""
    return Reader(frozenset({organisation}), person(user or f"U0{organisation.upper()}1"), frozenset(rights))


def flag(organisation: str = "amazon", words: str = "counterfeit earbuds", **more: Any) -> Flag:
    made = Flag(
        id=1,
        organisation=organisation,
        slack_team=TEAM,
        slack_user=f"U0{organisation.upper()}1",
        words=words,
        marking=GREEN,
        raised_at=NOON,
    )
    return replace(made, **more)


def entry(change: Change = Change.FLAGGED, organisation: str = "amazon", **more: Any) -> Entry:
    made = Entry(
        id=1,
        at=NOON,
        change=change,
        organisation=organisation,
        slack_team=TEAM,
        slack_user=f"U0{organisation.upper()}1",
        words="",
        marking=GREEN,
    )
    return replace(made, **more)


def acknowledgement(organisation: str) -> Acknowledgement:
    return Acknowledgement(organisation, TEAM, f"U0{organisation.upper()}1", NOON)


def told(organisations: Iterable[str] = NAMES, reached: Reached = Reached.TOLD) -> tuple[Told, ...]:
    return tuple(Told(organisation, reached) for organisation in organisations)


def case(**more: Any) -> Case:
    """Amazon's open, shared case about a parcel, flagged once, of which all four organisations have been told."""
    made = Case(
        id=1,
        reference="OFA-2026-7K3QX4",
        subject_id=1,
        subject=PARCEL,
        circle=SHARED_CIRCLE,
        owner="amazon",
        opener=person("U0AMAZON1"),
        marking=GREEN,
        pap=Pap.CLEAR,
        status=Status.OPEN,
        reason=None,
        version=1,
        opened_at=NOON,
        closed_at=None,
        flags=(flag(),),
        acknowledgements=(),
        told=told(),
        timeline=(entry(),),
        partners=(),
    )
    return replace(made, **more)


def view(reader: Reader | None = None, **more: Any) -> CaseView:
    """What a reader (else DHL's channel) sees of such a case."""
    seen = view_of(case(**more), NAMES, reader or channel_of("dhl"))
    assert seen is not None, "this reader may not see this case"
    return seen


IN_CUSTOMS = Fact(
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
    customs_hint=True,
)


def known(fact: Fact | None = IN_CUSTOMS, **more: Any) -> PartnerView:
    """What is known from DHL."""
    return replace(PartnerView(Partner.DHL, fact, asking=False, trouble=None, trouble_since=None), **more)


async def tell_of_closing(store: AuditStore, first_seq: int, last: Head) -> None:
    """The entry without which no segment of the audit trail can be closed, chained."""
    detail = {
        "file_sha256": "0" * 64,
        "first_seq": first_seq,
        "last_hash": last.entry_hash,
        "last_seq": last.seq,
    }
    await store.write(AuditEntry(NOON, SEGMENT_CLOSED, "audit", detail=detail))
    await store.chain(10)
