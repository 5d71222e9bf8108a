"""What coordinators and admins read of records that their people may not see."""

from collections.abc import Sequence

from bot.domain.deconfliction import Meeting, Outcome
from bot.domain.disclosures import name_of
from bot.domain.people import Person
from bot.domain.sharing import CaseView
from bot.messages.blocks import Message, context, escape, mention, section

CONTACTS = 5


def related_record(partner: str, own: CaseView | None, contacts: Sequence[Person]) -> Message:
    """To a coordinator: that a partner holds a related record, and whom to contact. Nothing else is known to anybody
    who reads this. ``own``: the record of their own, where they may see it.
    """
    mine = f" ({own.reference})" if own else ""
    whom = (
        " or ".join(mention(person) for person in contacts[:CONTACTS]) or "an admin: they have no coordinator"
    )
    text = f"*{escape(partner)}* holds a record related to one of yours{mine}. Contact {whom}."
    return Message(
        text.replace("*", ""),
        [
            section(f"🤝 {text}"),
            context(
                "Neither of you has been shown the other’s, and nobody who flagged has been told. "
                "What you tell each other is for you two to decide."
            ),
        ],
        (name_of(own),) if own else (),
    )


_WHY = {
    Outcome.PERSON: "has met records hidden from them unusually often",
    Outcome.ORGANISATION: "and colleagues have met records hidden from them unusually often",
    Outcome.PACE: "flags faster than people do, and has met a record hidden from them",
    Outcome.TOLD: "has met a record hidden from them",
}


def probing(meeting: Meeting, organisation: str) -> Message:
    """To an admin: somebody may be trying numbers to find out what others know. Nothing of any record."""
    text = (
        f"{mention(meeting.person)} of {escape(organisation)} {_WHY[meeting.outcome]}. "
        "They have not been told, and no coordinator hears of more of it for a day. "
        "Please look at what they flag, and speak with them."
    )
    return Message(text, [section(f"⚠️ {text}")])
