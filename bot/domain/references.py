"""Case references: ``OFA-2026-7K3QX4``.

Five random characters, so that the numbers tell nobody how many cases they may not see, and a check character
(ISO 7064, the hybrid system of ``mod_37_36`` over our 32 characters), so that a mistyped reference is told from
an unknown one.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from stdnum.iso7064 import mod_37_36

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""

RANDOM_CHARACTERS = 5

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SHAPE = re.compile(r"([A-Z0-9]+)[\s\-–—_]*([0-9]{4})[\s\-–—_]*([A-Z0-9]{6})")


@dataclass(frozen=True, slots=True)
class ReadReference:
    """A reference as somebody typed it, in its canonical spelling."""

    text: str
    check_passed: bool


def characters(number: int, choose: Callable[[str], str]) -> str:
    """So many random ones; ``choose`` picks one of an alphabet (``secrets.choice``)."""
    return "".join(choose(ALPHABET) for _ in range(number))


def check_character(random: str) -> str:
    """The character that ends a reference whose random part is ``random``."""
    return str(mod_37_36.calc_check_digit(random, alphabet=ALPHABET))


def new_error_reference(choose: Callable[[str], str]) -> str:
    """What names an error to whoever met it and in the log."""
    return characters(8, choose)


def new_reference(prefix: str, year: int, choose: Callable[[str], str]) -> str:
    """A fresh reference."""
    random = characters(RANDOM_CHARACTERS, choose)
    return f"{prefix}-{year}-{random}{check_character(random)}"


def read_reference(text: str, prefix: str) -> ReadReference | None:
    """What ``text`` names, read leniently (lower case, O for 0, I or L for 1); None where it is no reference at all."""
    match = _SHAPE.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    if match is None or match[1] != prefix.upper():
        return None
    ending = match[3].translate(_READ_AS)
    if any(character not in ALPHABET for character in ending):
        return None
    passed = check_character(ending[:-1]) == ending[-1]
    return ReadReference(f"{prefix}-{match[2]}-{ending}", passed)
