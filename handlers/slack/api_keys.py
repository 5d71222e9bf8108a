"""``/op keys``: the API keys of partners' own systems, for admins to make and revoke."""

from bot.messages.api_keys import (
    KEY_MAKE,
    KEY_MAKE_FORM,
    KEY_REVOKE,
    KEYS_NEXT,
    KEYS_PREVIOUS,
    key_list,
    key_made,
    key_make_form,
    read_key_form,
    revoked_lead,
)
from bot.messages.lists import start_of_page
from handlers.slack.asked import Answer, Asked, RedrawForm, Reply, ShowForm


async def keys(asked: Asked) -> Answer:
    """``/op keys``."""
    return Reply(key_list(await asked.services.api_keys.page(asked.actor)))


async def turn(asked: Asked) -> Answer:
    """Another page of the list, in place of this one."""
    return Reply(key_list(await asked.services.api_keys.page(asked.actor, start_of_page(asked.value))))


async def ask_to_make(asked: Asked) -> Answer:
    """For whom, and what it is called."""
    return ShowForm(key_make_form(await asked.services.api_keys.organisations(asked.actor)))


async def make(asked: Asked) -> Answer:
    """The form, submitted: the key takes its place, and is in no message."""
    organisation, name = read_key_form(asked.view)
    made = await asked.services.api_keys.make(asked.actor, organisation, name, received=asked.received)
    return RedrawForm(key_made(made.key, made.token))


async def revoke(asked: Asked) -> Answer:
    """The button asked once more already; the list is shown anew."""
    start, _, name = asked.value.partition(" ")
    key = await asked.services.api_keys.revoke(asked.actor, name, received=asked.received)
    page = await asked.services.api_keys.page(asked.actor, start_of_page(start))
    return Reply(key_list(page, revoked_lead(key)))


ACTIONS = {KEYS_PREVIOUS: turn, KEYS_NEXT: turn, KEY_MAKE: ask_to_make, KEY_REVOKE: revoke}
FORMS = {KEY_MAKE_FORM: make}
IN_PLACE = frozenset({KEYS_PREVIOUS, KEYS_NEXT, KEY_REVOKE})
