"""How people write what they flag, and what it means: pure rules, no look-ups, no links opened."""

from bot.domain.identifiers.detect import candidates, find_identifiers, identify, split_identifier
from bot.domain.identifiers.links import defanged, looks_like_a_link
from bot.domain.identifiers.ranking import Candidate, Check, tie

__all__ = [
    "Candidate",
    "Check",
    "candidates",
    "defanged",
    "find_identifiers",
    "identify",
    "looks_like_a_link",
    "split_identifier",
    "tie",
]
