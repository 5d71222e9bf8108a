"""The organisations, for admins to add, change and remove."""

from bot.domain.roles import Action
from bot.messages.blocks import escape
from bot.messages.lists import start_of_page
from bot.messages.organisations import (
    ORGANISATION_ADD,
    ORGANISATION_ADD_FORM,
    ORGANISATION_CHANGE,
    ORGANISATION_CHANGE_FORM,
    ORGANISATION_REMOVE,
    ORGANISATIONS_NEXT,
    ORGANISATIONS_PREVIOUS,
    organisation_add_form,
    organisation_change_form,
    organisation_done,
    organisation_list,
    read_organisation_form,
)
from bot.services.access import require
from handlers.slack.asked import Answer, Asked, RedrawForm, Reply, ShowForm


async def organisations(asked: Asked) -> Answer:
    """``/op organisations``."""
    return Reply(organisation_list(await asked.services.organisations.page(asked.actor)))


async def turn(asked: Asked) -> Answer:
    """Another page of the list, in place of this one."""
    page = await asked.services.organisations.page(asked.actor, start_of_page(asked.value))
    return Reply(organisation_list(page))


async def ask_to_add(asked: Asked) -> Answer:
    """The empty form."""
    require(asked.actor, Action.MANAGE)
    return ShowForm(organisation_add_form())


async def add(asked: Asked) -> Answer:
    """The form for adding, submitted."""
    organisation = read_organisation_form(asked.view)
    await asked.services.organisations.add(asked.actor, organisation, received=asked.received)
    return RedrawForm(organisation_done(organisation, added=True, new_channel=True))


async def ask_to_change(asked: Asked) -> Answer:
    """The form with what an organisation is now."""
    organisation = await asked.services.organisations.one(asked.actor, asked.value)
    return ShowForm(organisation_change_form(organisation))


async def change(asked: Asked) -> Answer:
    """The form for changing, submitted."""
    organisation = read_organisation_form(asked.view)
    moved = await asked.services.organisations.change(asked.actor, organisation, received=asked.received)
    return RedrawForm(organisation_done(organisation, added=False, new_channel=moved))


async def remove(asked: Asked) -> Answer:
    """The button asked once more already; the list is shown anew."""
    start, _, key = asked.value.partition(" ")
    gone = await asked.services.organisations.remove(asked.actor, key, received=asked.received)
    page = await asked.services.organisations.page(asked.actor, start_of_page(start))
    return Reply(organisation_list(page, f"*{escape(gone.name)}* is removed." if gone else ""))


ACTIONS = {
    ORGANISATIONS_PREVIOUS: turn,
    ORGANISATIONS_NEXT: turn,
    ORGANISATION_ADD: ask_to_add,
    ORGANISATION_CHANGE: ask_to_change,
    ORGANISATION_REMOVE: remove,
}
FORMS = {ORGANISATION_ADD_FORM: add, ORGANISATION_CHANGE_FORM: change}
IN_PLACE = frozenset({ORGANISATIONS_PREVIOUS, ORGANISATIONS_NEXT, ORGANISATION_REMOVE})
