"""What becomes of somebody's flag, told to them in a direct message."""

from collections import Counter
from collections.abc import Sequence

from bot.domain.disclosures import Shown
from bot.domain.markings import Tlp, strictest
from bot.domain.news import News
from bot.domain.sharing import CaseView, EntryView, Fate
from bot.messages.blocks import Message, actions, button, context, escape, section
from bot.messages.cases import OPEN, SHEET, red_pointer, subject_words

NAMED = 6
"""Organisations that are named; the others are counted."""


def flag_news(view: CaseView, news: News, entries: Sequence[EntryView]) -> Message:
    """What has happened, in a line that a notification can show whole; what is TLP:RED is pointed to."""
    told = [entry for entry in entries if entry.tlp is not Tlp.RED]
    if view.tlp is Tlp.RED or not told:
        return _pointer(view)
    line = _LINES[news](told)
    what = f"{view.reference}, {subject_words(view)}"
    label = strictest(view.tlp, *(entry.tlp for entry in told)).label
    blocks = [
        context(f"*{label}* · about your flag"),
        section(f"{line}\n*{view.reference}* · {subject_words(view)}"),
        *actions([button("Open case", OPEN, view.reference)]),
    ]
    shows = Shown(view.id, view.version, ("subject", *(f"entry {entry.id}" for entry in told)))
    return Message(f"{line.replace('*', '')} ({what})", blocks, (shows,))


def _pointer(view: CaseView) -> Message:
    if view.tlp is Tlp.RED:
        return red_pointer(view, "There is news of your flag.")
    text = f"There is news of your flag on {view.reference}, marked TLP:RED, which never stands in a message."
    shows = Shown(view.id, view.version, ("reference",))
    return Message(text, [section(text), *actions([button("Open", SHEET, view.reference)])], (shows,))


def _joined(entries: Sequence[EntryView]) -> str:
    standing = [entry for entry in entries if entry.fate is not Fate.WITHDRAWN]
    if not standing:
        return f"↩️ {_who(entries)} flagged it too, and withdrew that."
    return f"🚩 {_who(standing)} flagged it too."


def _acknowledged(entries: Sequence[EntryView]) -> str:
    return f"✅ {_who(entries)} acknowledged it."


def _closed(entries: Sequence[EntryView]) -> str:
    last = entries[-1]
    reason = f": {last.reason.words}" if last.reason else ""
    words = f" – {escape(last.words, 200)}" if last.words else ""
    return f"🔒 {_who([last])} closed the case{reason}{words}"


_LINES = {News.JOINED: _joined, News.ACKNOWLEDGED: _acknowledged, News.CLOSED: _closed}


def _who(entries: Sequence[EntryView]) -> str:
    """Organisations, those who did it more than once with how often."""
    times = Counter(entry.name for entry in entries)
    names = [
        f"*{escape(name, 80)}*" + (f" ({count} times)" if count > 1 else "") for name, count in times.items()
    ]
    shown, others = names[:NAMED], len(names) - NAMED
    if others > 0:
        shown.append(f"{others} more")
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
