"""Looking a case up, and what can be done from its card and its alert."""

from bot.messages.cases import (
    ACKNOWLEDGE,
    CASE_HELP,
    CLOSE,
    CLOSE_FORM,
    NOTHING_FOUND,
    OPEN,
    WITHDRAW,
    case_card,
    case_list,
    close_form,
    read_close_form,
)
from handlers.slack.asked import Answer, Asked, Reply, ShowForm


async def case(asked: Asked) -> Answer:
    """``/case`` and a reference, a number, an id or a link."""
    if not asked.text or asked.text.lower() == "help":
        return Reply(CASE_HELP)
    views = await asked.services.cases.find(asked.actor, asked.text, asked.response_url)
    if not views:
        return Reply(NOTHING_FOUND)
    return Reply(case_card(views[0]) if len(views) == 1 else case_list(views))


async def open_case(asked: Asked) -> Answer:
    """From an alert or a list: the card, for this person alone."""
    return Reply(case_card(await asked.services.cases.one(asked.actor, asked.value)))


async def acknowledge(asked: Asked) -> Answer:
    """Every copy of the alert shows it a moment later."""
    await asked.services.cases.acknowledge(
        asked.actor, asked.value, received=asked.received, response_url=asked.card_url
    )
    return None


async def ask_to_close(asked: Asked) -> Answer:
    """Why, and once more."""
    return ShowForm(close_form(asked.value, asked.card_url))


async def close(asked: Asked) -> Answer:
    """The form for closing, submitted."""
    draft = read_close_form(asked.view)
    await asked.services.cases.close(
        asked.actor,
        draft.reference,
        draft.reason,
        draft.words,
        received=asked.received,
        response_url=draft.response_url,
    )
    return None


async def withdraw(asked: Asked) -> Answer:
    """The button asked once more already."""
    reference, flag_id = asked.reference_and_id()
    await asked.services.flags.withdraw(
        asked.actor, reference, flag_id, received=asked.received, response_url=asked.card_url
    )
    return None


COMMANDS = {"/case": case}
ACTIONS = {OPEN: open_case, ACKNOWLEDGE: acknowledge, CLOSE: ask_to_close, WITHDRAW: withdraw}
FORMS = {CLOSE_FORM: close}
