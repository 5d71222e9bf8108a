"""How people write what they flag, and what it means: pure rules, no look-ups, no links opened."""

from bot.domain.identifiers.detect import candidates, find_identifiers, identify
from bot.domain.identifiers.ranking import Candidate, Check, tie

__all__ = ["Candidate", "Check", "candidates", "find_identifiers", "identify", "tie"]
