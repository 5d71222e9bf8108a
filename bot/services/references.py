"""References: for new cases, and in what somebody types."""

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.domain.errors import InvalidInput
from bot.domain.references import begins_like_one, new_reference, read_reference
from storage.members import Lists


def references(lists: Lists, now: datetime) -> Callable[[], str]:
    """Draws references as the operation calls its cases, until one is free."""
    return lambda: new_reference(lists.case_prefix, now.year, secrets.choice)


def references_in(text: str, prefix: str, now: datetime) -> list[str]:
    """What ``text`` may name: without its year a case of this one, or of the last. Raises :class:`InvalidInput` for a
    mistyped one.
    """
    named = filter(None, (read_reference(text, prefix, year) for year in (now.year, now.year - 1)))
    found = list(dict.fromkeys(named))
    for reference in found:
        if not reference.check_passed:
            raise InvalidInput(
                f"{reference.text} is mistyped: its last character does not fit the others. Please compare it."
            )
    return [reference.text for reference in found]


def refuse_broken_one(text: str, prefix: str, now: datetime) -> None:
    """Raise :class:`InvalidInput` where ``text``, which names nothing, begins like a reference."""
    if begins_like_one(text, prefix):
        raise InvalidInput(
            f"This is no whole reference. One looks like {prefix}-{now.year}-7K3QX4: after the year come six "
            "digits or letters, and never a U. Please compare it."
        )
