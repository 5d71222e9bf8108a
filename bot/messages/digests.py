"""The digest, as coordinators read it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.digests import DigestReport
from bot.domain.disclosures import line_of
from bot.domain.sharing import ASKED, CaseView
from bot.messages.blocks import (
    TEXT_LIMIT,
    Block,
    Message,
    ago,
    context,
    escape,
    header,
    length,
    section,
    sections,
    when,
)
from bot.messages.cases import subject_words
from bot.messages.facts import short_status

CASES_A_LIST = 40


def digest(report: DigestReport, updated_at: datetime | None = None) -> Message:
    """One digest as one message; silence is said aloud. Its lists hold as many cases as Slack takes in one message.

    ``updated_at``: when it was made anew, because something in it is not for everybody any more.
    """
    most = CASES_A_LIST
    made = _digest(report, updated_at, most)
    while most and length(made.blocks) > TEXT_LIMIT:
        most -= 1
        made = _digest(report, updated_at, most)
    return made


def _digest(report: DigestReport, updated_at: datetime | None, most: int) -> Message:
    title = f"{report.operation}: digest"
    counts = (
        f"*{len(report.opened)}* opened · *{len(report.closed)}* closed · "
        f"*{report.flags}* {'flag' if report.flags == 1 else 'flags'} · "
        f"*{len(report.unanswered)}* waiting for an answer"
    )
    quiet = not (report.opened or report.closed or report.flags)
    blocks: list[Block] = [
        context(f"*TLP:GREEN* · {_period(report)}"),
        header(title),
        section("Nothing new to report in this period.\n" + counts if quiet else counts),
        *_list("Waiting for an answer, the oldest first", report.unanswered, most, waiting=True),
        *_list("Opened", report.opened, most),
        *_list("Closed", report.closed, most),
        context(_footer(report, updated_at)),
    ]
    plain = counts.replace("*", "")
    listed = [*report.unanswered[:most], *report.opened[:most], *report.closed[:most]]
    shows = tuple({view.id: line_of(view) for view in listed}.values())
    return Message(f"TLP:GREEN {escape(title)}, {_period(report)}: {plain}", blocks, shows)


def _footer(report: DigestReport, updated_at: datetime | None) -> str:
    # Without its number: that counts what people have done of whom the reader may not know.
    trail = f" · audit trail {report.audit_head.entry_hash}" if report.audit_head else ""
    updated = f" · brought up to date {when(updated_at)}" if updated_at else ""
    return f"Digest “{escape(report.key)}”, run {report.run_id}{trail}{updated}"


def _period(report: DigestReport) -> str:
    """From and to, in the digest's own zone: everybody in the channel reads the same day."""
    zone = ZoneInfo(report.timezone)

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%a %d %b %H:%M}"

    return f"{local(report.period.start)} to {local(report.period.end)} ({escape(report.timezone)})"


def _list(title: str, views: Sequence[CaseView], most: int, *, waiting: bool = False) -> list[Block]:
    if not views:
        return []
    lines = [_line(view, waiting=waiting) for view in views[:most]]
    if len(views) > most:
        lines.append(f"and {len(views) - most} more")
    return sections([f"*{title}*", *lines])


def _line(view: CaseView, *, waiting: bool) -> str:
    name = f"• `{view.reference}` {subject_words(view)}"
    if waiting:
        missing = ", ".join(escape(line.name) for line in view.ledger if line.standing in ASKED)
        return f"{name} · opened {ago(view.opened_at)} · no answer from {missing}"
    if view.reason is not None:
        return f"{name} · {escape(view.owner_name)} · {view.reason.words}"
    return " · ".join(filter(None, (name, escape(view.owner_name), short_status(view))))


DIGEST_HELP = "Type `/digest now` to post the digest now."


def posting(channels: Sequence[str]) -> Message:
    """The answer to ``/digest now``."""
    places = ", ".join(f"<#{channel}>" for channel in dict.fromkeys(channels))
    text = f"The digest is on its way to {places}."
    return Message(text, [section(text)])
