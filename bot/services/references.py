"""References for new cases."""

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.domain.references import new_reference
from storage.members import Lists


def references(lists: Lists, now: datetime) -> Callable[[], str]:
    """Draws references as the operation calls its cases, until one is free."""
    return lambda: new_reference(lists.case_prefix, now.year, secrets.choice)
