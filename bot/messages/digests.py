"""The digest, as coordinators read it."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.digests import DigestReport
from bot.domain.disclosures import line_of
from bot.domain.sharing import ASKED, CaseView
from bot.messages.blocks import Block, Message, ago, context, escape, header, section, sections
from bot.messages.cases import subject_words
from bot.messages.facts import short_status

CASES_A_LIST = 40


def digest(report: DigestReport) -> Message:
    """One digest as one message; silence is said aloud."""
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
        *_list("Waiting for an answer, the oldest first", report.unanswered, waiting=True),
        *_list("Opened", report.opened),
        *_list("Closed", report.closed),
        context(_footer(report)),
    ]
    plain = counts.replace("*", "")
    listed = [*report.unanswered[:CASES_A_LIST], *report.opened[:CASES_A_LIST], *report.closed[:CASES_A_LIST]]
    shows = tuple({view.id: line_of(view) for view in listed}.values())
    return Message(f"TLP:GREEN {escape(title)}, {_period(report)}: {plain}", blocks, shows)


def _footer(report: DigestReport) -> str:
    trail = f" · audit trail {report.audit_head}" if report.audit_head else ""
    return f"Digest “{escape(report.key)}”, run {report.run_id}{trail}"


def _period(report: DigestReport) -> str:
    """From and to, in the digest's own zone: everybody in the channel reads the same day."""
    zone = ZoneInfo(report.timezone)

    def local(moment: datetime) -> str:
        return f"{moment.astimezone(zone):%a %d %b %H:%M}"

    return f"{local(report.period.start)} to {local(report.period.end)} ({escape(report.timezone)})"


def _list(title: str, views: Sequence[CaseView], *, waiting: bool = False) -> list[Block]:
    if not views:
        return []
    lines = [_line(view, waiting=waiting) for view in views[:CASES_A_LIST]]
    if len(views) > CASES_A_LIST:
        lines.append(f"and {len(views) - CASES_A_LIST} more")
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
    places = ", ".join(f"<#{channel}>" for channel in channels)
    text = f"The digest is on its way to {places}."
    return Message(text, [section(text)])
