"""Case references: ``OFA-2026-7K3QX4``.

Five random characters, so that the numbers tell nobody how many cases they may not see, and a check character
(ISO 7064, the hybrid system of ``mod_37_36`` over our 32 characters), so that a mistyped reference is told from
an unknown one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum.iso7064 import mod_37_36

from bot.domain.identifiers.cleaning import plain, unwrapped

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""

RANDOM_CHARACTERS = 5

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = r"[\s\-_]*"
_WHOLE = re.compile(r"([A-Z0-9]{2,8})[\s\-_]+([0-9]{4})[\s\-_]+([A-Z0-9]{6})")


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


def read_reference(text: str, prefix: str, year: int | None = None) -> ReadReference | None:
    """What ``text`` names, read leniently; None where it is no reference at all.

    Lower case, O for 0, I or L for 1, quotes or a full stop around it; the prefix may be missing, and with ``year`` the
    year. What is not whole has to fit its check character: a number or a word is easily taken for half a reference.
    """
    shape = f"(?:({re.escape(prefix.upper())}){_BETWEEN})?(?:([0-9]{{4}}){_BETWEEN})?([A-Z0-9]{{6}})"
    typed = unwrapped(plain(text)).upper()
    match = re.fullmatch(shape, typed)
    if match is None:
        return _of_another_name(typed)
    if not (match[2] or year):
        return None
    ending = match[3].translate(_READ_AS)
    if any(character not in ALPHABET for character in ending):
        return None
    passed = check_character(ending[:-1]) == ending[-1]
    if not passed and not (match[1] and match[2]):
        return None
    return ReadReference(f"{prefix}-{match[2] or year}-{ending}", passed)


def begins_like_one(text: str, prefix: str) -> bool:
    """Whether ``text`` begins as the operation's references do, whatever follows."""
    return re.match(rf"{re.escape(prefix.upper())}[\s\-_0-9]", unwrapped(plain(text)).upper()) is not None


def _of_another_name(typed: str) -> ReadReference | None:
    """A whole reference with another prefix: what the operation calls its cases may have been changed since."""
    match = _WHOLE.fullmatch(typed)
    ending = match[3].translate(_READ_AS) if match else ""
    fits = set(ending) <= set(ALPHABET) and check_character(ending[:-1]) == ending[-1:]
    return ReadReference(f"{match[1]}-{match[2]}-{ending}", check_passed=True) if match and fits else None
