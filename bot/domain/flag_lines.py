"""The one-line flag: ``parcel 3318 8100 25 counterfeit earbuds --tlp amber --release dhl``."""

import re
from dataclasses import dataclass

from bot.domain.errors import InvalidIdentifier, InvalidInput
from bot.domain.identifiers import Candidate, candidates, identify, split_identifier
from bot.domain.markings import Marking, Pap, Tlp, read_pap, read_tlp
from bot.domain.subjects import SubjectKind
from bot.domain.text import plain_punctuation

OPTIONS = ("tlp", "release", "pap")
"""Each takes one value: ``--tlp amber`` or ``--tlp=amber``."""

_OPTION = re.compile(
    r"(?:^|\s+)(?:--|—|–)(?P<name>[A-Za-z][\w-]*)(?:\s*=\s*|\s+)?"
    r"(?P<value>(?<=[=\s])[\"“”„][^\"“”„]*[\"“”„]|(?<=[=\s])(?!--|—|–)\S+)?"
)


@dataclass(frozen=True, slots=True)
class FlagLine:
    """What a line says: one thing, as it was best read, and the words about it."""

    candidate: Candidate
    words: str
    marking: Marking | None
    """None where the line says nothing of it."""
    pap: Pap = Pap.CLEAR


def read_flag_line(text: str) -> FlagLine:
    """The line's meaning. Raises :class:`InvalidInput` with the sentence that helps."""
    options, rest = _take_options(text)
    first, rest_of_line = _first_word(rest)
    kind = _kind(first)
    if kind is None:
        candidate, words = _split(None, rest)
    elif not rest_of_line:
        raise InvalidInput(f"Which {kind}? Type its number or link after the word: {EXAMPLES[kind]}")
    else:
        candidate, words = _split(kind, rest_of_line)
    pap = read_pap(options["pap"]) if "pap" in options else Pap.CLEAR
    return FlagLine(candidate, words, _marking(options), pap)


EXAMPLES = {
    SubjectKind.PARCEL: "`/flag parcel 3318810025 counterfeit earbuds`",
    SubjectKind.SELLER: "`/flag seller A2L77EE7U53NWQ fake chargers`",
    SubjectKind.LISTING: "`/flag listing B0EXAMPL34 copied photos`",
    SubjectKind.CONTAINER: "`/flag container CSQU3054383 undeclared handbags`",
    SubjectKind.ORDER: "`/flag order 111-2223334-4445556 test buy`",
}


def _kind(word: str) -> SubjectKind | None:
    name = word.lower().rstrip(":s")
    return SubjectKind(name) if name in set(SubjectKind) else None


def _first_word(text: str) -> tuple[str, str]:
    parts = text.strip().split(maxsplit=1)
    return (parts[0] if parts else ""), (parts[1] if len(parts) > 1 else "")


def _take_options(text: str) -> tuple[dict[str, str], str]:
    """The options, and the text without them, otherwise to the letter."""
    values: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        name = match["name"].lower()
        if name not in OPTIONS:
            known = ", ".join(f"--{option}" for option in OPTIONS)
            raise InvalidInput(f"There is no option --{name[:30]}. The options are {known}.")
        if name in values:
            raise InvalidInput(f"--{name} stands there twice. Please say it once.")
        value = plain_punctuation(match["value"] or "").strip("\"'")
        if not value:
            raise InvalidInput(f"--{name} needs a value, such as {_VALUES[name]}.")
        values[name] = value
        return ""

    return values, _OPTION.sub(take, text).strip()


_VALUES = {"tlp": "--tlp amber", "release": "--release dhl,cbp", "pap": "--pap red"}


def _marking(options: dict[str, str]) -> Marking | None:
    releases = frozenset(key.strip().lower() for key in options.get("release", "").split(",") if key.strip())
    if "tlp" not in options and not releases:
        return None
    tlp = read_tlp(options["tlp"]) if "tlp" in options else Tlp.AMBER
    if releases and tlp is not Tlp.AMBER:
        raise InvalidInput(
            f"--release goes with --tlp amber; {tlp.label} is not released to single organisations."
        )
    return Marking(tlp, releases)


def _split(kind: SubjectKind | None, text: str) -> tuple[Candidate, str]:
    """The identifier at the head of ``text``, which people write in groups, and the words after it."""
    typed, words = split_identifier(text)
    if kind is not None:
        return identify(kind, typed), words
    found = candidates(typed)
    if not found:
        raise InvalidIdentifier(
            f"“{typed[:60]}” is no number or link I know. Say what it is first: {EXAMPLES[SubjectKind.PARCEL]}"
        )
    return found[0], words
