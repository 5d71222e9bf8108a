"""Errors as people read them: known ones in their own words, unknown ones by a reference that the log has too."""

import logging
import secrets

from bot.domain.errors import BotError, InvalidInput, NotAMember
from bot.domain.people import Person
from bot.domain.references import new_error_reference
from bot.messages.access_requests import no_member_words, not_on_a_list
from bot.messages.blocks import Block, Message, escape, notice, section
from handlers.slack.asked import FieldErrors, RedrawForm

log = logging.getLogger(__name__)


def sentence(error: Exception, place: str) -> str:
    """What to tell the person; ``place`` says in the log what they were doing."""
    if isinstance(error, BotError):
        return error.sentence
    reference = new_error_reference(secrets.choice)
    log.error("error %s in %s", reference, place, exc_info=error)
    return (
        f"Something went wrong on our side, and it may not have been done. "
        f"Please try again; if it happens again, give your coordinator this reference: {reference}"
    )


def message(text: str) -> Message:
    """A sentence as an answer. Our own sentences may quote what somebody typed, hence the escaping."""
    safe = escape(text)
    return Message(safe, [section(safe)])


def answer(error: Exception, place: str) -> Message:
    """What the person is told."""
    text = sentence(error, place)
    if isinstance(error, NotAMember):  # its mentions are ours
        return not_on_a_list(text)
    return message(text)


def on_form(error: Exception, view: Block, place: str) -> FieldErrors | RedrawForm:
    """Beside the field where it belongs to one; else in place of the form."""
    text = sentence(error, place)
    fields = view.get("state", {}).get("values", {})
    if isinstance(error, InvalidInput) and error.field in fields:
        return FieldErrors({str(error.field): text})
    # A sentence stands there, and no button.
    said = f"{text} Or type `/op`, and request access." if isinstance(error, NotAMember) else escape(text)
    return RedrawForm(notice("Not done", [section(said)]))


def stranger(whom_to_ask: list[Person]) -> NotAMember:
    """For somebody on no list; :func:`answer` adds the button to ask with."""
    return NotAMember(no_member_words(whom_to_ask))
