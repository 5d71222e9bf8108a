"""Asking to be put on a list, and deciding it."""

from bot.domain.errors import NotFound
from bot.domain.people import Person
from bot.messages.access_requests import (
    ADMIT,
    ADMIT_FORM,
    REFUSE,
    REQUEST_ACCESS,
    REQUESTED,
    admit_form,
    decided,
    decided_meanwhile,
    on_a_list,
)
from bot.messages.members import members_added, read_member_form
from bot.services.all import Services
from handlers.slack.asked import Answer, Asked, RedrawForm, Reply, ShowForm


async def request_access(services: Services, person: Person) -> Answer:
    """*Request access*, by somebody on no list; the same answer whatever comes of it."""
    await services.access_requests.ask(person)
    return Reply(REQUESTED)


async def on_a_list_already(asked: Asked) -> Answer:
    """The same button, by somebody who has been put on a list meanwhile."""
    return Reply(on_a_list(asked.actor.organisation_name))


async def ask_where(asked: Asked) -> Answer:
    """*Add…*: on which list, and as what."""
    question = await asked.services.access_requests.question(asked.actor, _id(asked.value))
    if question.request.outcome is not None:
        return Reply(decided(question.request))
    return ShowForm(admit_form(question.request, question.organisations, question.roles))


async def admit(asked: Asked) -> Answer:
    """The form for it, submitted."""
    draft = read_member_form(asked.view)
    request_id = _id(asked.view.get("private_metadata") or "")
    request, organisation = await asked.services.access_requests.admit(
        asked.actor, request_id, draft, received=asked.received
    )
    if organisation is None:
        return RedrawForm(decided_meanwhile(request))
    return RedrawForm(members_added([request.person], organisation.name, draft.roles))


async def refuse(asked: Asked) -> Answer:
    """*Refuse*: the message says so from now on."""
    request = await asked.services.access_requests.refuse(
        asked.actor, _id(asked.value), received=asked.received
    )
    return Reply(decided(request))


def _id(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise NotFound("There is no such request.")
    return int(value)


ACTIONS = {REQUEST_ACCESS: on_a_list_already, ADMIT: ask_where, REFUSE: refuse}
FORMS = {ADMIT_FORM: admit}
IN_PLACE = frozenset({REQUEST_ACCESS, ADMIT, REFUSE})
FOR_STRANGERS = {REQUEST_ACCESS: request_access}
