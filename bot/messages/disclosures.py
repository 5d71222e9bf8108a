"""Who was shown what of a case, as its owner's coordinators read it.

The register also holds showings of what the coordinator may not know of. So a line says no more than that a card was
read, by whatever deed it came to be read; parts are numbered as the coordinator counts them; and a channel's message
that was sent again for a hidden change is no line.
"""

from collections.abc import Mapping, Sequence

from bot.domain.alerts import DeliveryKind
from bot.domain.disclosures import Disclosure, name_of
from bot.domain.sharing import CaseView
from bot.messages.blocks import Message, context, escape, header, mention, sections, when

LATEST = 40

MEANS = {
    DeliveryKind.ALERT: "alert",
    DeliveryKind.NOTE: "reply below the alert",
    DeliveryKind.DIGEST: "digest",
    DeliveryKind.FLAG_NEWS: "direct message",
    DeliveryKind.POINTER: "direct message",
    DeliveryKind.CARD_BY_MESSAGE: "direct message",
    "API": "API",
}
"""Through what something was shown; whatever is not here was a card or a form for one person alone."""

HINTS = frozenset({DeliveryKind.POINTER, DeliveryKind.MEETING, DeliveryKind.FLAG_NEWS})
"""What may have come because of hidden parts alone: that it came would tell of them."""

NOTHING_OF_IT = frozenset({"reference", "subject"})
"""That there is the case, and what it is about."""


def disclosures(view: CaseView, shown: Sequence[Disclosure], names: Mapping[str, str]) -> Message:
    """The latest showings, the newest first: when, to whom, through what, of which version, which fields."""
    lines = _lines(view, shown, names)[:LATEST]
    title = (
        f"{view.reference}: the latest {len(lines)} times it was shown"
        if lines
        else f"{view.reference} was shown to nobody"
    )
    blocks = [
        context(f"*{view.tlp.label}* · only you see this"),
        header(title),
        *sections(lines),
    ]
    return Message(title, blocks, (name_of(view),))


def _lines(view: CaseView, shown: Sequence[Disclosure], names: Mapping[str, str]) -> list[str]:
    numbers = _numbers(view)
    lines: list[str] = []
    told: set[tuple[object, ...]] = set()
    for entry in reversed(shown):  # the oldest first: of the same in a channel, the first time counts
        fields = [numbers.get(field, field) for field in entry.shown.fields if _is_known(field, numbers)]
        hidden = len(fields) < len(entry.shown.fields) or entry.through in HINTS
        says_nothing = hidden and set(fields) <= NOTHING_OF_IT
        if not fields or says_nothing or _tells_of_a_flag(entry, view):
            continue
        # Counted by the changes that the coordinator knows: the stored version counts hidden ones too.
        version = sum(change.at <= entry.at for change in view.timeline)
        same = (entry.organisations, entry.channel, entry.through, version, tuple(fields))
        if entry.person is None and same in told:
            continue
        told.add(same)
        lines.append(_line(entry, names, version, ", ".join(fields)))
    return lines[::-1]


def _tells_of_a_flag(entry: Disclosure, view: CaseView) -> bool:
    """News come to those who have flagged: of one whose flag the coordinator may not know of, they would tell."""
    is_news = entry.through == DeliveryKind.FLAG_NEWS
    return is_news and entry.person not in {flag.person for flag in view.flags}


def _numbers(view: CaseView) -> dict[str, str]:
    """The parts that the coordinator may know of, by what they are called in the register: their own numbers for them."""
    flags = {f"flag {flag.id}": f"flag {place}" for place, flag in enumerate(view.flags, 1)}
    return flags | {f"entry {entry.id}": f"change {place}" for place, entry in enumerate(view.timeline, 1)}


def _is_known(field: str, numbers: Mapping[str, str]) -> bool:
    return field.split(maxsplit=1)[0] not in ("flag", "entry") or field in numbers


def _line(entry: Disclosure, names: Mapping[str, str], version: int, fields: str) -> str:
    organisations = ", ".join(escape(names.get(key, key)) for key in sorted(entry.organisations))
    to = f"{mention(entry.person)} of {organisations}" if entry.person else organisations
    where = f" in <#{entry.channel}>" if entry.channel else ""
    means = MEANS.get(entry.through, "card")
    return f"{when(entry.at)} *{to}*{where} · {means} · version {version} · {escape(fields)}"
