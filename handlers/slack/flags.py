"""Flagging: the command, its form, the shortcut on a message, and what is asked back."""

from collections.abc import Sequence

from bot.domain.alerts import DeliveryKind
from bot.domain.flag_lines import FlagLine, read_flag_line
from bot.domain.flags import FlagDraft
from bot.domain.identifiers import Candidate
from bot.domain.offered_names import Field
from bot.messages.blocks import Block
from bot.messages.flag_form import (
    BRAND,
    FLAG_FORM,
    KIND,
    PORT,
    SELLER,
    FlagForm,
    flag_form,
    read_flag_form,
    seller_meant,
    seller_options,
    typed_options,
)
from bot.messages.flags import (
    FLAG_ALL,
    FLAG_ANYWAY,
    FLAG_HELP,
    FLAG_ONE,
    MOST_ASKED,
    Choice,
    flagged_card,
    question,
)
from bot.messages.found import (
    FLAG_MESSAGE,
    FOUND,
    FOUND_FORM,
    NOTHING_FOUND_IN_IT,
    found_form,
    identifiers_in,
    read_found_form,
)
from bot.messages.own_flags import one_is_closed, shows_closed
from bot.services.flags import ClosedBefore
from handlers.slack.asked import Answer, Asked, FieldErrors, Options, RedrawForm, Reply, ShowForm
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
    if not line.is_clear:
        return await _ask(asked, line)
    return await raise_or_ask(asked, _draft(line), _raise(asked, _draft(line)))


async def flag_anyway(asked: Asked) -> Answer:
    """What was asked back is answered: it is this one, or the number stands on the label as it was typed."""
    draft = await asked.services.flags.kept(asked.actor, asked.value)
    show = DeliveryKind.CARD if asked.card_url else DeliveryKind.NEW_CARD
    return await raise_or_ask(asked, draft, _shown_later(asked, draft, asked.response_url, show))


async def flag_one(asked: Asked) -> Answer:
    """One of several is flagged; the question stays, for the others."""
    draft = await asked.services.flags.kept(asked.actor, asked.value)
    shown = _shown_later(asked, draft, asked.response_url, DeliveryKind.NEW_CARD)
    return await raise_or_ask(asked, draft, shown)


async def flag_all(asked: Asked) -> Answer:
    """All of several that leave nothing to ask, at once or none."""
    drafts = await asked.services.flags.kept_all(asked.actor, asked.value.split())
    try:
        await _raise_several(asked, drafts, asked.response_url)
    except ClosedBefore as before:
        return Reply(one_is_closed(before.view))
    return None


async def kind_chosen(asked: Asked) -> Answer:
    """The rest of the form follows from what it is."""
    return RedrawForm(await _form(asked, read_flag_form(asked.view)))


async def form_submitted(asked: Asked) -> Answer:
    """The form; its card appears where the form was opened."""
    form = read_flag_form(asked.view)
    draft = form.draft()
    if asks := form.asks():
        return RedrawForm(await _form(asked, form, asks))
    shown = _shown_later(asked, draft, form.response_url, DeliveryKind.NEW_CARD)
    return await raise_or_ask(asked, draft, shown)


async def flag_message(asked: Asked) -> Answer:
    """The shortcut on a message: a form with everything in it that can be flagged."""
    found = identifiers_in(asked.message)
    if not found:
        return Reply(NOTHING_FOUND_IN_IT)
    return ShowForm(found_form(found, asked.message, asked.response_url))


async def found_submitted(asked: Asked) -> Answer:
    """What was ticked; a card for each appears below the message."""
    form = read_found_form(asked.view)
    try:
        await _raise_several(asked, form.drafts(), form.response_url)
    except ClosedBefore as before:
        said = f"{before.sentence} Untick it here, and flag it by itself."
        return FieldErrors({FOUND: said}, shows_closed(before.view))
    return None


async def brands(asked: Asked) -> Answer:
    """Brands in what the person may see."""
    known = await asked.services.suggestions.names(asked.actor, Field.BRAND, asked.value)
    return Options(typed_options(asked.value, known))


async def ports(asked: Asked) -> Answer:
    """Ports in what the person may see."""
    known = await asked.services.suggestions.names(asked.actor, Field.PORT, asked.value)
    return Options(typed_options(asked.value, known))


async def sellers(asked: Asked) -> Answer:
    """Sellers in what the person may see."""
    known = await asked.services.suggestions.names(asked.actor, Field.SELLER, seller_meant(asked.value))
    return Options(seller_options(asked.value, known))


async def _ask(asked: Asked, line: FlagLine) -> Answer:
    """Keep what cannot be flagged without a word more, and ask for it; what is TLP:RED in the form, and in no message."""
    if line.is_red:
        return ShowForm(await _form(asked, FlagForm.of_line(line, asked.response_url), line.one_thing()))
    things = line.things[:MOST_ASKED]
    drafts = [_draft(line, each) for thing in things for each in thing]
    ids = iter(await asked.services.flags.keep_all(asked.actor, drafts))
    choices = [[Choice.of(each, next(ids)) for each in thing] for thing in things]
    return Reply(question(choices, len(line.things) - len(things)))


async def _form(asked: Asked, form: FlagForm, asks: Sequence[Candidate] = ()) -> Block:
    others = await asked.services.markings.others(asked.actor)
    return flag_form(form, others, asks)


def _draft(line: FlagLine, candidate: Candidate | None = None) -> FlagDraft:
    chosen = candidate or line.candidate
    return FlagDraft(chosen.subject, line.words, line.marking, line.pap, line.details)


async def _raise(asked: Asked, draft: FlagDraft) -> Answer:
    flagged = await asked.services.flags.raise_flag(
        asked.actor,
        draft,
        received=asked.received,
        response_url=asked.response_url,
        answered_through=asked.through,
    )
    return Reply(flagged_card(flagged.view, flagged.outcome), flagged.recorded)


async def _shown_later(asked: Asked, draft: FlagDraft, response_url: str, show: DeliveryKind) -> Answer:
    await asked.services.flags.raise_flag(
        asked.actor, draft, received=asked.received, response_url=response_url, show=show
    )
    return None


async def _raise_several(asked: Asked, drafts: Sequence[FlagDraft], response_url: str) -> None:
    await asked.services.flags.raise_several(
        asked.actor, drafts, received=asked.received, response_url=response_url
    )


COMMANDS = {"/flag": flag}
ACTIONS = {FLAG_ANYWAY: flag_anyway, FLAG_ONE: flag_one, FLAG_ALL: flag_all, KIND: kind_chosen}
FORMS = {FLAG_FORM: form_submitted, FOUND_FORM: found_submitted}
SHORTCUTS = {FLAG_MESSAGE: flag_message}
OPTIONS = {BRAND: brands, PORT: ports, SELLER: sellers}
