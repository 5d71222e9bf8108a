"""Having those who were told of a case hear of its next change; used by every use case that changes one."""

from datetime import datetime

from bot.domain.alerts import DeliveryKind
from bot.domain.cases import Case
from bot.domain.people import Person
from bot.domain.roles import Actor
from bot.domain.sharing import CaseView, reader_for, view_of
from storage.database import Transaction


async def seen_by(tx: Transaction, actor: Actor, case_id: int) -> tuple[Case, CaseView | None]:
    """The case, and what the actor may see of it."""
    case = await tx.cases.get(case_id)
    return case, view_of(case, await tx.members.names(), reader_for(actor))


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
