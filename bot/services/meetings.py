"""What coordinators and admins are told of meetings, read at the moment it is sent."""

from bot.domain.alerts import Delivery
from bot.domain.people import Person
from bot.domain.roles import Action, Actor, Role, may
from bot.domain.sharing import reader_for, view_of
from bot.messages.deconfliction import probing, related_record
from bot.services.rendered import NotForThem, NothingToTell, Rendered
from storage.database import Transaction


async def meeting(tx: Transaction, delivery: Delivery, actor: Actor) -> Rendered:
    """For a coordinator of one side, while both sides want it; of their own record no more than they may see."""
    met = await tx.meetings.get(int(delivery.about))
    sides = {
        met.organisation: (met.case_id, met.other_organisation),
        met.other_organisation: (met.other_case_id, met.organisation),
    }
    willing = {each.key: each for each in await tx.members.organisations() if each.deconfliction}
    if not may(actor, Action.DECONFLICT) or actor.organisation != delivery.organisation:
        raise NotForThem("the reader is no coordinator of theirs any more")
    if not set(sides) <= set(willing):
        raise NothingToTell("a side has switched it off")
    case_id, partner = sides[actor.organisation]
    reader = reader_for(actor)
    own = view_of(await tx.cases.get(case_id), await tx.members.names(), reader)
    if own is not None and not any(flag.organisation == actor.organisation for flag in own.flags):
        own = None
    contacts = [
        Person(member.slack_team, member.slack_user)
        for member in await tx.members.with_role([Role.COORDINATOR], partner)
    ]
    return Rendered(related_record(willing[partner].name, own, contacts), reader)


async def report(tx: Transaction, delivery: Delivery, actor: Actor) -> Rendered:
    """For an admin: who may be trying what others know."""
    if not may(actor, Action.MANAGE):
        raise NotForThem("the reader is no admin any more")
    met = await tx.meetings.get(int(delivery.about))
    names = await tx.members.names()
    return Rendered(probing(met, names.get(met.organisation, met.organisation)), reader_for(actor))
