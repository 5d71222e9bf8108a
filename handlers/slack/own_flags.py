"""What somebody does about flags of their own, and the question whether a closed case is meant."""

import json
from collections.abc import Awaitable

from bot.domain.alerts import DeliveryKind
from bot.domain.flags import FlagDraft
from bot.messages.blocks import Block
from bot.messages.cases import CORRECT, UNDO, WITHDRAW
from bot.messages.own_flags import (
    CORRECT_FORM,
    FLAG_AGAIN,
    FLAG_AGAIN_FORM,
    MORE_OF_MINE,
    UNDO_IS_OVER,
    WITHDRAW_FORM,
    again_form,
    again_question,
    correct_form,
    my_flags,
    read_again_form,
    read_correct_form,
    read_name,
    read_withdraw_form,
    shows_own,
    withdraw_form,
)
from bot.services.amendments import UndoIsOver
from bot.services.flags import ClosedBefore
from handlers.slack.asked import Answer, Asked, RedrawForm, Reply, ShowForm
from handlers.slack.cases import sheet_again


async def mine(asked: Asked) -> Answer:
    """``/flag mine``, and the list's further pages."""
    page = await asked.services.flags.mine(asked.actor, asked.value)
    return Reply(my_flags([(each.view, each.flag) for each in page.flags], page.more))


# -- a case that was closed -----------------------------------------------------------------------------------------


async def raise_or_ask(asked: Asked, draft: FlagDraft, raising: Awaitable[Answer]) -> Answer:
    """What raising a flag is answered with; the question, where its case was closed in a way to know of."""
    try:
        return await raising
    except ClosedBefore as before:
        draft_id = await asked.services.flags.keep(asked.actor, draft)
        if not asked.view:
            return Reply(again_question(before.view, draft_id))
        return RedrawForm(*again_form(before.view, draft_id, _response_url(asked.view)))


def _response_url(view: Block) -> str:
    return str(json.loads(view.get("private_metadata") or "{}").get("response_url") or "")


async def flag_again(asked: Asked) -> Answer:
    """*Flag it again*, on the question."""
    await _again(asked, asked.value, asked.card_url, DeliveryKind.CARD)
    return None


async def flag_again_form(asked: Asked) -> Answer:
    """The same, asked in place of a form."""
    draft_id, response_url = read_again_form(asked.view)
    await _again(asked, draft_id, response_url, DeliveryKind.NEW_CARD)
    return None


async def _again(asked: Asked, draft_id: str, response_url: str, show: DeliveryKind) -> None:
    draft = await asked.services.flags.kept(asked.actor, draft_id)
    await asked.services.flags.raise_flag(
        asked.actor, draft, received=asked.received, response_url=response_url, show=show, again=True
    )


# -- undo, correct, withdraw ----------------------------------------------------------------------------------------


async def undo(asked: Asked) -> Answer:
    """*Undo my flag*; clicked too late, the form for withdrawing opens and says so."""
    reference, number = read_name(asked.value)
    try:
        await asked.services.amendments.undo(
            asked.actor, reference, number, received=asked.received, response_url=asked.card_url
        )
    except UndoIsOver:
        return await _ask_to_withdraw(asked, UNDO_IS_OVER)
    return await sheet_again(asked, reference)


async def ask_to_withdraw(asked: Asked) -> Answer:
    """Why, and thereby once more."""
    return await _ask_to_withdraw(asked, "")


async def _ask_to_withdraw(asked: Asked, lead: str) -> Answer:
    view, own = await asked.services.amendments.own(asked.actor, *read_name(asked.value))
    return ShowForm(withdraw_form(view, own, asked.card_url, lead), shows_own(view, own))


async def withdraw(asked: Asked) -> Answer:
    """The form for withdrawing, submitted."""
    named, words = read_withdraw_form(asked.view)
    await asked.services.amendments.withdraw(
        asked.actor,
        named.reference,
        named.number,
        words,
        received=asked.received,
        response_url=named.response_url,
    )
    return None


async def ask_to_correct(asked: Asked) -> Answer:
    """The words and the marking as they are."""
    view, own = await asked.services.amendments.own(asked.actor, *read_name(asked.value))
    return ShowForm(correct_form(view, own, asked.card_url), shows_own(view, own))


async def correct(asked: Asked) -> Answer:
    """The form for correcting, submitted."""
    named, words, details, tlp, reason = read_correct_form(asked.view)
    await asked.services.amendments.correct(
        asked.actor,
        named.reference,
        named.number,
        words,
        tlp,
        details=details,
        reason=reason,
        received=asked.received,
        response_url=named.response_url,
    )
    return None


ACTIONS = {
    MORE_OF_MINE: mine,
    FLAG_AGAIN: flag_again,
    UNDO: undo,
    CORRECT: ask_to_correct,
    WITHDRAW: ask_to_withdraw,
}
FORMS = {FLAG_AGAIN_FORM: flag_again_form, CORRECT_FORM: correct, WITHDRAW_FORM: withdraw}
