"""Flagging: the command, its form, and the question about a check digit."""

from bot.domain.alerts import DeliveryKind
from bot.domain.flag_lines import read_flag_line
from bot.domain.flags import FlagDraft
from bot.messages.flags import (
    FLAG_ANYWAY,
    FLAG_FORM,
    FLAG_HELP,
    anyway_question,
    flag_form,
    flagged_card,
    is_doubtful,
    read_flag_form,
)
from handlers.slack.asked import Answer, Asked, RedrawForm, Reply, ShowForm


async def flag(asked: Asked) -> Answer:
    """``/flag parcel 3318810025 counterfeit earbuds``; alone it opens the form."""
    if asked.text.lower() == "help":
        return Reply(FLAG_HELP)
    if not asked.text:
        return ShowForm(flag_form(asked.response_url))
    line = read_flag_line(asked.text)
    draft = FlagDraft(line.candidate.subject, line.words, line.marking, line.pap)
    if is_doubtful(line.candidate):
        return Reply(anyway_question(line.candidate, await asked.services.flags.keep(asked.actor, draft)))
    return await _raise(asked, draft)


async def flag_anyway(asked: Asked) -> Answer:
    """The number stands on the label as it was typed, says who typed it."""
    draft = await asked.services.flags.kept(asked.actor, asked.value)
    await asked.services.flags.raise_flag(
        asked.actor, draft, received=asked.received, response_url=asked.card_url, show=DeliveryKind.CARD
    )
    return None


async def form_submitted(asked: Asked) -> Answer:
    """The form; its card appears where the form was opened."""
    form = read_flag_form(asked.view)
    if is_doubtful(form.candidate) and not form.confirmed:
        return RedrawForm(flag_form(form.response_url, doubt=form.candidate.why))
    draft = FlagDraft(form.candidate.subject, form.words, form.marking)
    await asked.services.flags.raise_flag(
        asked.actor,
        draft,
        received=asked.received,
        response_url=form.response_url,
        show=DeliveryKind.NEW_CARD,
    )
    return None


async def _raise(asked: Asked, draft: FlagDraft) -> Answer:
    flagged = await asked.services.flags.raise_flag(
        asked.actor, draft, received=asked.received, response_url=asked.response_url
    )
    return Reply(flagged_card(flagged.view, joined=flagged.joined))


COMMANDS = {"/flag": flag}
ACTIONS = {FLAG_ANYWAY: flag_anyway}
FORMS = {FLAG_FORM: form_submitted}
