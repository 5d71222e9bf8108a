"""``/op``: the operation's lists, and for admins what can be done about them."""

from bot.domain.errors import InvalidInput
from bot.messages.blocks import mention
from bot.messages.lists import start_of_page
from bot.messages.members import (
    MEMBER_ADD,
    MEMBER_ADD_FORM,
    MEMBER_CHANGE,
    MEMBER_CHANGE_FORM,
    MEMBER_REMOVE,
    MEMBERS_NEXT,
    MEMBERS_PREVIOUS,
    OP_HELP,
    member_add_form,
    member_change_form,
    member_changed,
    member_list,
    members_added,
    person_of_key,
    read_member_form,
)
from handlers.slack.api_keys import keys
from handlers.slack.asked import Answer, Asked, RedrawForm, Reply, ShowForm
from handlers.slack.organisations import organisations


async def op(asked: Asked) -> Answer:
    """``/op members``, ``/op organisations``, ``/op keys``; alone it says what there is."""
    match asked.text.lower():
        case "" | "help":
            return Reply(OP_HELP)
        case "members" | "member":
            return Reply(member_list(await asked.services.members.page(asked.actor)))
        case "organisations" | "organisation" | "organizations" | "organization":
            return await organisations(asked)
        case "keys" | "key":
            return await keys(asked)
    raise InvalidInput("I know /op members, /op organisations and /op keys.")


async def turn(asked: Asked) -> Answer:
    """Another page of the list, in place of this one."""
    page = await asked.services.members.page(asked.actor, start_of_page(asked.value))
    return Reply(member_list(page))


async def ask_to_add(asked: Asked) -> Answer:
    """Who, on which list, and as what."""
    return ShowForm(member_add_form(await asked.services.members.organisations(asked.actor)))


async def add(asked: Asked) -> Answer:
    """The form for adding, submitted."""
    draft = read_member_form(asked.view)
    if not draft.users:
        raise InvalidInput("Choose at least one person.", "people")
    people, organisation = await asked.services.members.add(asked.actor, draft, received=asked.received)
    return RedrawForm(members_added(people, organisation.name, draft.roles))


async def ask_to_change(asked: Asked) -> Answer:
    """The form with what somebody is now."""
    member = await asked.services.members.one(asked.actor, person_of_key(asked.value))
    return ShowForm(member_change_form(member, await asked.services.members.organisations(asked.actor)))


async def change(asked: Asked) -> Answer:
    """The form for changing, submitted."""
    person = person_of_key(asked.view.get("private_metadata") or "")
    draft = read_member_form(asked.view)
    name = await asked.services.members.change(asked.actor, person, draft, received=asked.received)
    return RedrawForm(member_changed(person, name, draft.roles))


async def remove(asked: Asked) -> Answer:
    """The button asked once more already; the list is shown anew."""
    start, _, key = asked.value.partition(" ")
    person = person_of_key(key)
    await asked.services.members.remove(asked.actor, person, received=asked.received)
    page = await asked.services.members.page(asked.actor, start_of_page(start))
    return Reply(member_list(page, f"{mention(person)} is off the list."))


COMMANDS = {"/op": op}
ACTIONS = {
    MEMBERS_PREVIOUS: turn,
    MEMBERS_NEXT: turn,
    MEMBER_ADD: ask_to_add,
    MEMBER_CHANGE: ask_to_change,
    MEMBER_REMOVE: remove,
}
FORMS = {MEMBER_ADD_FORM: add, MEMBER_CHANGE_FORM: change}
IN_PLACE = frozenset({MEMBERS_PREVIOUS, MEMBERS_NEXT, MEMBER_REMOVE})
