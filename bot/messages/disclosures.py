"""Who was shown what of a case, as its owner's coordinators read it."""

from collections.abc import Mapping, Sequence

from bot.domain.disclosures import Disclosure
from bot.domain.sharing import CaseView
from bot.messages.blocks import Message, context, escape, header, mention, sections, when


def disclosures(view: CaseView, shown: Sequence[Disclosure], names: Mapping[str, str]) -> Message:
    """The latest showings, the newest first: when, to whom, through what, of which version, which fields."""
    known = _known(view)
    lines = [_line(entry, names, view, parts) for entry in shown if (parts := _parts(entry, known))]
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
    return Message(title, blocks)


def _known(view: CaseView) -> frozenset[str]:
    """The parts that the asking coordinator may know of themselves."""
    return frozenset(
        [*(f"flag {flag.id}" for flag in view.flags), *(f"entry {entry.id}" for entry in view.timeline)]
    )


def _parts(entry: Disclosure, known: frozenset[str]) -> str:
    """What was shown of what the coordinator may know; empty where that is nothing: the line would tell of the rest."""
    return ", ".join(
        field for field in entry.shown.fields if field.split()[0] not in ("flag", "entry") or field in known
    )


def _line(entry: Disclosure, names: Mapping[str, str], view: CaseView, parts: str) -> str:
    organisations = ", ".join(escape(names.get(key, key)) for key in sorted(entry.organisations))
    to = f"{mention(entry.person)} of {organisations}" if entry.person else organisations
    where = f" in <#{entry.channel}>" if entry.channel else ""
    # Counted by the changes that the coordinator knows: the stored version counts hidden ones too.
    version = sum(change.at <= entry.at for change in view.timeline)
    return f"{when(entry.at)} *{to}*{where} · {escape(entry.through)} · version {version} · {escape(parts)}"
