"""The one-line flag: ``parcel 3318 8100 25 counterfeit earbuds --tlp amber --release dhl``."""

import re
from dataclasses import dataclass

from bot.domain.errors import InvalidIdentifier, InvalidInput
from bot.domain.flag_details import NOTHING_MORE, Confidence, Details, Reason, read_choice, read_name
from bot.domain.identifiers import Candidate, Check, Head, identify, read_head, tie, why_not
from bot.domain.markings import Marking, Pap, Tlp, read_pap, read_tlp
from bot.domain.subjects import SubjectKind
from bot.domain.text import plain_punctuation

OPTIONS = {
    "brand": "--brand Northwind",
    "reason": "--reason counterfeit_trademark",
    "confidence": "--confidence high",
    "tlp": "--tlp amber",
    "release": "--release dhl,cbp",
    "pap": "--pap red",
}
"""Each takes one value, ``--tlp amber`` or ``--tlp=amber``; with an example of it."""

URGENT = "urgent"
"""The option that takes none."""

LABELS = frozenset({"tlp", "release", "pap"})
"""Those that say how a flag is marked."""

# What --release names goes on behind each comma, with or without blanks around it: `--release dhl, cbp`.
_OPTION = re.compile(
    r"(?:^|\s)(?:--|—|–)(?P<name>(?P<list>(?i:release)(?![\w-]))|[A-Za-z][\w-]*)"
    r"(?:(?:\s*=\s*|\s+)(?P<value>[\"“”„][^\"“”„]*[\"“”„]|['‘’](?:\S|\s(?!--|—|–))*?['’](?!\S)"
    r"|(?!--|—|–)(?(list)[^\s,]+(?:\s*,\s*(?!--|—|–)[^\s,]+)*,?|\S+)))?"
)


_DASH = "[-‐-―−﹘﹣－]"
_ALMOST_AN_OPTION = re.compile(
    rf"(?:(?:(?:^|\s){_DASH}|{_DASH}{{2}}|[—–])\s*(?P<label>tlp|pap|release)"
    rf"|(?:^|\s){_DASH}+(?P<other>{'|'.join([*OPTIONS, URGENT])}))(?![\w-])",
    re.IGNORECASE,
)
"""What was meant as an option and is none: as mere words it would be flagged to everybody."""


@dataclass(frozen=True, slots=True)
class FlagLine:
    """What a line says: of which things, and the words about them."""

    things: tuple[tuple[Candidate, ...], ...]
    """Each thing it names, mostly one, with the readings that are as good as each other, mostly one."""
    words: str
    marking: Marking | None
    """None where the line says nothing of it."""
    pap: Pap = Pap.CLEAR
    details: Details = NOTHING_MORE

    @property
    def candidate(self) -> Candidate:
        """The first thing, as it is best read."""
        return self.things[0][0]

    @property
    def is_red(self) -> bool:
        """Whether what it says may stand in no message, its question neither."""
        return self.marking is not None and self.marking.tlp is Tlp.RED

    def one_thing(self) -> tuple[Candidate, ...]:
        """The readings of the one thing that it names. Raises :class:`InvalidInput` where it names several."""
        if len(self.things) > 1:
            raise InvalidInput(f"These are {len(self.things)} things. Flag each by itself with --tlp red.")
        return self.things[0]

    @property
    def is_clear(self) -> bool:
        """Whether there is nothing to ask its author: it is one thing, can be nothing else, and no digit speaks against it."""
        return len(self.things) == len(self.things[0]) == 1 and self.candidate.check is not Check.FAILED


def read_flag_line(text: str) -> FlagLine:
    """The line's meaning. Raises :class:`InvalidInput` with the sentence that helps."""
    options, rest = _take_options(text)
    _refuse_almost(_ALMOST_AN_OPTION.search(rest))
    first, rest_of_line = _first_word(rest)
    kind = _kind(first)
    if kind and not rest_of_line:
        raise InvalidInput(f"Which {kind}? Type its number or link after the word: {EXAMPLES[kind]}")
    head = _head(kind, rest_of_line if kind else rest)
    pap = read_pap(options["pap"]) if "pap" in options else Pap.CLEAR
    return FlagLine(tuple(map(tie, head.things)), head.words, _marking(options), pap, _details(options))


def read_labels(text: str) -> tuple[Marking | None, Pap, str]:
    """What options in a message say of who may know and what may be done, and the message without them.

    Whatever else looks like an option is a word there. Raises :class:`InvalidInput` with the sentence that helps.
    """
    options, rest = _take_options(text, LABELS)
    almost = _ALMOST_AN_OPTION.search(rest)
    _refuse_almost(almost if almost and almost["label"] else None)
    return _marking(options), read_pap(options["pap"]) if "pap" in options else Pap.CLEAR, rest


def _refuse_almost(almost: re.Match[str] | None) -> None:
    if almost:
        name = (almost["label"] or almost["other"]).lower()
        example = OPTIONS.get(name, f"--{name}")
        raise InvalidInput(
            f"“{almost[0].strip()}” looks like an option. Write it by itself, with two hyphens: {example}"
        )


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


def _take_options(text: str, only: frozenset[str] = frozenset()) -> tuple[dict[str, str], str]:
    """The options, and the text without them, otherwise to the letter; ``only``: the others stay words."""
    values: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        name = match["name"].lower()
        if only and name not in only:
            return match[0]
        if name not in OPTIONS and name != URGENT:
            known = ", ".join(f"--{option}" for option in (*OPTIONS, URGENT))
            raise InvalidInput(f"There is no option --{name[:30]}. The options are {known}.")
        if name in values:
            raise InvalidInput(f"--{name} stands there twice. Please say it once.")
        if name == URGENT:
            if "=" in match[0]:
                raise InvalidInput("--urgent takes no value: type --urgent alone, or leave it out.")
            values[name] = URGENT
            return match[0][match[0].lower().index(URGENT) + len(URGENT) :]  # the word after it is no value
        value = plain_punctuation(match["value"] or "").strip("\"'")
        if not value:
            raise InvalidInput(f"--{name} needs a value, such as {OPTIONS[name]}.")
        values[name] = value
        return ""

    return values, _OPTION.sub(take, text).strip()


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


def _details(options: dict[str, str]) -> Details:
    reason, confidence = options.get("reason"), options.get("confidence")
    return Details(
        brand=read_name(options.get("brand", ""), "brand"),
        reason=read_choice(tuple(Reason), reason, "reason") if reason else None,
        confidence=read_choice(tuple(Confidence), confidence, "confidence") if confidence else None,
        urgent=URGENT in options,
    )


def _head(kind: SubjectKind | None, text: str) -> Head:
    """The identifiers at the head of ``text``, which people write in groups and side by side, and the words after them."""
    head = read_head(text, kind)
    if head.things:
        return head
    if kind is not None:
        identify(kind, head.typed)  # raises with the sentence that helps
    hint = f"Say what it is first: {EXAMPLES[SubjectKind.PARCEL]}"
    raise InvalidIdentifier(why_not(head.typed, hint))
