"""Looking a case up, and what can be done from its card and its alert."""

from bot.domain.cases import Change
from bot.domain.disclosures import all_of
from bot.domain.errors import NotFound
from bot.messages.case_forms import (
    CLOSE_FORM,
    MARK_FORM,
    NOTE_FORM,
    close_form,
    mark_form,
    note_form,
    read_close_form,
    read_mark_form,
    read_note_form,
)
from bot.messages.cases import (
    ACKNOWLEDGE,
    CASE_HELP,
    CLOSE,
    MARK,
    MORE,
    NO_CASES,
    NOTE,
    NOTHING_FOUND,
    OPEN,
    SHEET,
    SHEET_FORM,
    case_card,
    case_list,
    case_sheet,
)
from bot.messages.disclosures import disclosures
from handlers.slack.asked import Answer, Asked, RedrawForm, Reply, ShowForm


async def case(asked: Asked) -> Answer:
    """``/case`` and a reference, a number, an id or a link."""
    if not asked.text or asked.text.lower() == "help":
        return Reply(CASE_HELP)
    name, _, word = asked.text.rpartition(" ")
    if word.lower() == "disclosures":
        return await _disclosures(asked, name)
    views = await asked.services.cases.find(asked.actor, asked.text, asked.response_url)
    if not views:
        return Reply(NOTHING_FOUND)
    return Reply(case_card(views[0]) if len(views) == 1 else case_list(views))


async def _disclosures(asked: Asked, reference: str) -> Answer:
    """``/case REF disclosures``: who was shown what, for the owner's coordinators."""
    try:
        view, shown, names = await asked.services.disclosures.of(asked.actor, reference)
    except NotFound:
        return Reply(NOTHING_FOUND)
    return Reply(disclosures(view, shown, names))


async def open_case(asked: Asked) -> Answer:
    """From an alert or a list: the card, for this person alone."""
    return Reply(case_card(await asked.services.cases.one(asked.actor, asked.value)))


async def acknowledge(asked: Asked) -> Answer:
    """Every copy of the alert shows it a moment later."""
    await asked.services.cases.acknowledge(
        asked.actor, asked.value, received=asked.received, response_url=asked.card_url
    )
    return await sheet_again(asked, asked.value)


async def sheet_again(asked: Asked, reference: str) -> Answer:
    """Where a case was open over Slack when something was done to it: the same as it is now."""
    if asked.view.get("callback_id") != SHEET_FORM:
        return None
    view = await asked.services.cases.one(asked.actor, reference)
    return RedrawForm(case_sheet(view), (all_of(view),))


async def ask_to_close(asked: Asked) -> Answer:
    """Why, and once more."""
    await asked.services.cases.before(asked.actor, asked.value, Change.CLOSED)
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


async def cases(asked: Asked) -> Answer:
    """``/cases``: what I may see, the newest first."""
    page = await asked.services.cases.newest(asked.actor)
    return Reply(case_list(page.views, page.more) if page.views else NO_CASES)


async def more_cases(asked: Asked) -> Answer:
    """The next page of the list."""
    page = await asked.services.cases.newest(asked.actor, asked.value)
    return Reply(case_list(page.views, page.more) if page.views else NO_CASES)


async def open_sheet(asked: Asked) -> Answer:
    """The whole case in a modal, what never stands in a message included."""
    view = await asked.services.cases.one(asked.actor, asked.value)
    return ShowForm(case_sheet(view), (all_of(view),))


async def ask_for_note(asked: Asked) -> Answer:
    """The form for a note."""
    await asked.services.cases.before(asked.actor, asked.value, Change.NOTED)
    return ShowForm(note_form(asked.value, asked.card_url))


async def note(asked: Asked) -> Answer:
    """The form for a note, submitted."""
    draft = read_note_form(asked.view)
    await asked.services.cases.note(
        asked.actor,
        draft.reference,
        draft.words,
        draft.tlp,
        received=asked.received,
        response_url=draft.response_url,
    )
    return None


async def ask_for_marking(asked: Asked) -> Answer:
    """The form for a case's marking."""
    await asked.services.cases.before(asked.actor, asked.value, Change.MARKED)
    return ShowForm(mark_form(asked.value, await asked.services.markings.others(asked.actor), asked.card_url))


async def mark(asked: Asked) -> Answer:
    """The form for a case's marking, submitted."""
    draft = read_mark_form(asked.view)
    await asked.services.markings.mark(
        asked.actor,
        draft.reference,
        draft.tlp,
        draft.releases,
        draft.users,
        received=asked.received,
        response_url=draft.response_url,
    )
    return None


COMMANDS = {"/case": case, "/cases": cases}
ACTIONS = {
    OPEN: open_case,
    SHEET: open_sheet,
    MORE: more_cases,
    ACKNOWLEDGE: acknowledge,
    CLOSE: ask_to_close,
    NOTE: ask_for_note,
    MARK: ask_for_marking,
}
FORMS = {CLOSE_FORM: close, NOTE_FORM: note, MARK_FORM: mark}
