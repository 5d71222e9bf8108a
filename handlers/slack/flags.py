"""Flagging: the command, its form, the shortcut on a message, and what is asked back."""

from bot.domain.alerts import DeliveryKind
from bot.domain.flag_lines import FlagLine, read_flag_line
from bot.domain.flags import FlagDraft
from bot.domain.identifiers import Candidate
from bot.messages.blocks import Block
from bot.messages.flag_form import (
    BRAND,
    FLAG_FORM,
    KIND,
    PORT,
    SELLER,
    FlagForm,
    flag_form,
    is_doubtful,
    read_flag_form,
    typed_options,
)
from bot.messages.flags import FLAG_ANYWAY, FLAG_HELP, anyway_question, flagged_card, which_question
from bot.messages.found import (
    FLAG_MESSAGE,
    FOUND_FORM,
    NOTHING_FOUND_IN_IT,
    found_form,
    identifiers_in,
    read_found_form,
)
from handlers.slack.asked import Answer, Asked, Options, RedrawForm, Reply, ShowForm
from handlers.slack.own_flags import mine, raise_or_ask


async def flag(asked: Asked) -> Answer:
    """``/flag parcel 3318810025 counterfeit earbuds``; alone it opens the form."""
    if asked.text.lower() == "help":
        return Reply(FLAG_HELP)
    if asked.text.lower() == "mine":
        return await mine(asked)
    if not asked.text:
        return ShowForm(await _form(asked, FlagForm(response_url=asked.response_url)))
    line = read_flag_line(asked.text)
    if line.others or is_doubtful(line.candidate):
        return await _ask(asked, line)
    return await raise_or_ask(asked, _draft(line), _raise(asked, _draft(line)))


async def flag_anyway(asked: Asked) -> Answer:
    """What was asked back is answered: it is this one, or the number stands on the label as it was typed."""
    draft = await asked.services.flags.kept(asked.actor, asked.value)
    show = DeliveryKind.CARD if asked.card_url else DeliveryKind.NEW_CARD
    return await raise_or_ask(asked, draft, _shown_later(asked, draft, asked.response_url, show))


async def kind_chosen(asked: Asked) -> Answer:
    """The rest of the form follows from what it is."""
    return RedrawForm(await _form(asked, read_flag_form(asked.view)))


async def form_submitted(asked: Asked) -> Answer:
    """The form; its card appears where the form was opened."""
    form = read_flag_form(asked.view)
    candidate, draft = form.candidate(), form.draft()
    if is_doubtful(candidate) and not form.confirmed:
        return RedrawForm(await _form(asked, form, candidate.why))
    shown = _shown_later(asked, draft, form.response_url, DeliveryKind.NEW_CARD)
    return await raise_or_ask(asked, draft, shown)


async def flag_message(asked: Asked) -> Answer:
    """The shortcut on a message: a form with everything in it that can be flagged."""
    found = identifiers_in(asked.message)
    if not found:
        return Reply(NOTHING_FOUND_IN_IT)
    keep = asked.services.flags.keep
    choices = [(each, await keep(asked.actor, FlagDraft(each.subject, ""))) for each in found]
    return ShowForm(found_form(choices, asked.message, asked.response_url))


async def found_submitted(asked: Asked) -> Answer:
    """What was ticked; a card for each appears below the message."""
    form = read_found_form(asked.view)
    kept = [await asked.services.flags.kept(asked.actor, draft_id) for draft_id in form.draft_ids]
    await asked.services.flags.raise_several(
        asked.actor,
        [form.completed(draft) for draft in kept],
        received=asked.received,
        response_url=form.response_url,
    )
    return None


async def brands(asked: Asked) -> Answer:
    """Brands in what the person may see."""
    return Options(typed_options(asked.value, (await asked.services.suggestions.names(asked.actor)).brands))


async def ports(asked: Asked) -> Answer:
    """Ports in what the person may see."""
    return Options(typed_options(asked.value, (await asked.services.suggestions.names(asked.actor)).ports))


async def sellers(asked: Asked) -> Answer:
    """Sellers in what the person may see."""
    return Options(typed_options(asked.value, (await asked.services.suggestions.names(asked.actor)).sellers))


async def _ask(asked: Asked, line: FlagLine) -> Answer:
    """Keep what cannot be flagged without a word more, and ask for it."""
    candidates = (line.candidate, *line.others)
    keep = asked.services.flags.keep
    choices = [(each, await keep(asked.actor, _draft(line, each))) for each in candidates]
    return Reply(which_question(choices) if line.others else anyway_question(*choices[0]))


async def _form(asked: Asked, form: FlagForm, doubt: str = "") -> Block:
    others = await asked.services.markings.others(asked.actor)
    return flag_form(form, others, doubt)


def _draft(line: FlagLine, candidate: Candidate | None = None) -> FlagDraft:
    chosen = candidate or line.candidate
    return FlagDraft(chosen.subject, line.words, line.marking, line.pap, line.details)


async def _raise(asked: Asked, draft: FlagDraft) -> Answer:
    flagged = await asked.services.flags.raise_flag(
        asked.actor, draft, received=asked.received, response_url=asked.response_url
    )
    return Reply(flagged_card(flagged.view, joined=flagged.joined))


async def _shown_later(asked: Asked, draft: FlagDraft, response_url: str, show: DeliveryKind) -> Answer:
    await asked.services.flags.raise_flag(
        asked.actor, draft, received=asked.received, response_url=response_url, show=show
    )
    return None


COMMANDS = {"/flag": flag}
ACTIONS = {FLAG_ANYWAY: flag_anyway, KIND: kind_chosen}
FORMS = {FLAG_FORM: form_submitted, FOUND_FORM: found_submitted}
SHORTCUTS = {FLAG_MESSAGE: flag_message}
OPTIONS = {BRAND: brands, PORT: ports, SELLER: sellers}
