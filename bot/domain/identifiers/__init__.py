"""How people write what they flag, and what it means: pure rules, no look-ups, no links opened."""

from bot.domain.identifiers.detect import (
    Head,
    candidates,
    find_identifiers,
    identify,
    read_head,
    read_one,
    split_identifier,
    things_in,
    why_not,
)
from bot.domain.identifiers.links import defanged, defanged_in, looks_like_a_link
from bot.domain.identifiers.marketplaces import to_type
from bot.domain.identifiers.ranking import Candidate, Check, tie
from bot.domain.identifiers.refusals import names_several

__all__ = [
    "Candidate",
    "Check",
    "Head",
    "candidates",
    "defanged",
    "defanged_in",
    "find_identifiers",
    "identify",
    "looks_like_a_link",
    "names_several",
    "read_head",
    "read_one",
    "split_identifier",
    "things_in",
    "tie",
    "to_type",
    "why_not",
]
