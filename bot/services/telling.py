"""Having those who were told of a case hear of its next change; used by every use case that changes one."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.alerts import DeliveryKind
from bot.domain.audit import AuditEntry
from bot.domain.cases import Case, Change, CloseReason
from bot.domain.flags import CorrectReason
from bot.domain.markings import Marking
from bot.domain.news import NEWS_OF, News
from bot.domain.people import Person
from bot.domain.roles import Actor
from bot.domain.sharing import CaseView, Reader, may_see, reader_for, view_of
from storage.cases import CaseHead
from storage.database import Transaction


async def seen_by(
    tx: Transaction, actor: Actor, case_id: int, now: datetime | None = None
) -> tuple[Case, CaseView | None]:
    """The case, and what the actor may see of it, and do about it ``now``."""
    return (await all_seen_by(tx, actor, [case_id], now))[0]


async def all_seen_by(
    tx: Transaction, actor: Actor, case_ids: Sequence[int], now: datetime | None = None
) -> list[tuple[Case, CaseView | None]]:
    """Cases, and what the actor may see of each; as few queries as for one."""
    names, reader = await tx.members.names(), reader_for(actor)
    return [(case, view_of(case, names, reader, now)) for case in await tx.cases.get_many(case_ids)]


async def record(
    tx: Transaction,
    head: CaseHead,
    change: Change,
    actor: Actor,
    now: datetime,
    *,
    words: str = "",
    marking: Marking | None = None,
    reason: CloseReason | CorrectReason | None = None,
    flag_id: int | None = None,
) -> int:
    """A change, on the case's timeline and in the audit trail, and news to flaggers; returns the timeline's entry."""
    entry = await tx.cases.record(
        head, change, actor, now, words=words, marking=marking, reason=reason, flag_id=flag_id
    )
    if change in NEWS_OF and not head.is_new:
        await _tell_flaggers(tx, head, entry, NEWS_OF[change], actor, marking, now)
    marked = marking or head.marking
    detail = {
        "entry": entry,
        "tlp": marked.tlp.value,
        "release": sorted(marked.releases),
        "people": sorted(person.key for person in marked.people),
        "pap": head.pap.value,
        "reason": reason and reason.value,
    }
    await tx.audit.write(AuditEntry.by(actor, f"case.{change}", head.reference, now, **detail))
    return entry


async def _tell_flaggers(
    tx: Transaction,
    head: CaseHead,
    entry: int,
    news: News,
    actor: Actor,
    marking: Marking | None,
    now: datetime,
) -> None:
    """Everybody whose flag stands and who may see the entry, but who made it.

    What somebody may not see leaves no row of theirs: when the next one is sent would tell of it.
    """
    author = Person(actor.slack_team, actor.slack_user)
    to = frozenset(
        person
        for organisation, person in await tx.news.flaggers(head.id)
        if person != author
        and not person.is_api_key  # it asks by itself
        and (
            marking is None
            or may_see(marking, actor.organisation, author, Reader(frozenset({organisation}), person))
        )
    )
    if to:
        await tx.news.tell(head.id, entry, news, to, now)


async def tell_others(tx: Transaction, case: Case, entry: int, actor: Actor, now: datetime) -> None:
    """One line below the alert of each organisation that was told, but the actor's own."""
    others = [told.organisation for told in case.told if told.organisation != actor.organisation]
    await tx.outbox.note(case.id, entry, others, now)


async def redraw(tx: Transaction, case_id: int, actor: Actor, response_url: str, now: datetime) -> None:
    """Have every alert and card of the case drawn anew, and the card the actor has just used."""
    await tx.outbox.refresh([case_id], now)
    if response_url:
        person = Person(actor.slack_team, actor.slack_user)
        await tx.outbox.show(DeliveryKind.CARD, case_id, person, response_url, now)
