"""Cases as people read them: the card, the list, and the forms on it."""

from collections.abc import Sequence

from bot.domain.cases import Change, Status
from bot.domain.disclosures import all_of, card_of, line_of, name_of
from bot.domain.flag_details import Details
from bot.domain.flags import FlagOutcome
from bot.domain.markings import Pap, Tlp, strictest
from bot.domain.sharing import CaseView, EntryView, Fate, FlagView, LedgerLine, Standing
from bot.messages.blocks import (
    SECTION_LIMIT,
    Block,
    Message,
    actions,
    ago,
    button,
    context,
    escape,
    header,
    mention,
    modal,
    quoted,
    quoted_in_full,
    section,
    sections,
    when,
)
from bot.messages.facts import partner_lines, short_status

ACKNOWLEDGE = "case.acknowledge"
OPEN = "case.open"
CLOSE = "case.close"
NOTE = "case.note"
MARK = "case.mark"
SHEET = "case.sheet"
SHEET_FORM = SHEET
"""What the modal is called that the button opens."""
MORE = "cases.more"
WITHDRAW = "case.withdraw"
UNDO = "flag.undo"
CORRECT = "flag.correct"

ENTRIES_ON_A_CARD = 12
FLAGS_ON_A_CARD = 6
ROOM_FOR_TITLES = 50
WORDS_ON_A_CARD = 600
WORDS_ON_A_LINE = 200
WORDS_OF_A_NOTE = 300
WORDS_IN_FULL = 6_000
NOTE_IN_FULL = 3_000
NOTES_IN_FULL = 6
"""In a modal: with as many flags as are shown, what Slack takes in one (250 kB) in any alphabet."""


def case_card(view: CaseView, lead: str = "") -> Message:
    """Everything one person may see of a case in a message, and what they may do about it."""
    return _card(view, lead, undo=True)


def lasting_card(view: CaseView) -> Message:
    """The card without its lead and **Undo**, which end by themselves: the same as long as nothing has happened."""
    return _card(view, "", undo=False)


def _card(view: CaseView, lead: str, *, undo: bool) -> Message:
    if view.tlp is Tlp.RED:
        return red_pointer(view, lead)
    blocks = [
        context(f"{labels_of(view, view.timeline)}{_limits(view)} · only you see this"),
        header(f"{view.reference} · {view.subject.label}"),
        *([section(lead)] if lead else []),
        section(status_line(view)),
        *flag_blocks(view),
        *fact_blocks(view),
        section("*Who knows*\n" + ledger(view)),
        section("*Timeline*\n" + timeline(view.timeline)),
        *actions([*_buttons(view, undo=undo), *_reads_on(view)]),
    ]
    return Message(" ".join(filter(None, (lead.replace("*", ""), summary(view)))), blocks, (card_of(view),))


def case_news(view: CaseView) -> Message:
    """What a partner has answered, below the card that somebody got before the answer was there."""
    if view.tlp is Tlp.RED:
        return red_pointer(view, "There is news.")
    return Message(
        f"News of {summary(view)}",
        [
            context(f"*{view.tlp.label}* · only you see this"),
            section(f"*{view.reference}* · {subject_words(view)}"),
            *fact_blocks(view),
            section("*Who knows*\n" + ledger(view)),
            *actions([button("Open case", OPEN, view.reference)]),
        ],
        (all_of(view),),
    )


def red_pointer(view: CaseView, lead: str = "") -> Message:
    """What stands in a message of a TLP:RED case: its reference. The rest opens over Slack, after a check."""
    text = " ".join(
        filter(None, (lead, f"{view.reference} is marked TLP:RED: it never stands in a message."))
    )
    blocks = [
        context(f"*{view.tlp.label}* · only you see this"),
        section(text),
        *actions([button("Open", SHEET, view.reference, style="primary")]),
    ]
    return Message(f"{view.tlp.label} {view.reference}", blocks, (name_of(view),))


def red_part_pointer(view: CaseView) -> Message:
    """Word to one who is named in a TLP:RED part of a case that others see without it."""
    text = (
        f"You are named in a part of {view.reference} that is marked TLP:RED: it never stands in a message."
    )
    blocks = [
        context(f"*{Tlp.RED.label}* · only you see this"),
        section(text),
        *actions([button("Open", SHEET, view.reference, style="primary")]),
    ]
    return Message(f"{Tlp.RED.label} {view.reference}", blocks, (name_of(view),))


NAMED = "You are named in a case."
"""The lead of the pointer that comes to somebody by itself."""


def case_sheet(view: CaseView) -> Block:
    """The whole case in a modal, its TLP:RED parts included: it is gone when it is closed."""
    blocks = [
        context(f"{labels_of(view, view.timeline, red=True)}{_limits(view)} · for your eyes"),
        header(f"{view.reference} · {view.subject.label}"),
        section(status_line(view)),
        *flag_blocks(view, red=True, whole=True),
        *fact_blocks(view),
        section("*Who knows*\n" + ledger(view)),
        section("*Timeline*\n" + timeline(view.timeline, red=True)),
        *_in_full(view.timeline),
        *actions(_buttons(view)),
    ]
    return modal(SHEET_FORM, view.reference[:24], blocks)


def label_of(view: CaseView, entries: Sequence[EntryView] = (), *, red: bool = False) -> str:
    """The label of what shows the case with its flags, and these entries: as strict as the strictest of them.

    ``red``: for a modal, where TLP:RED parts stand too (first.org/tlp).
    """
    shown = [entry for entry in entries if red or entry.tlp is not Tlp.RED]
    flags = _shown_flags(view, red=red)
    return strictest(view.tlp, *(flag.tlp for flag in flags), *(entry.tlp for entry in shown)).label


def labels_of(view: CaseView, entries: Sequence[EntryView] = (), *, red: bool = False) -> str:
    """The same for the top of a message, with the case's own label where it is another."""
    label = label_of(view, entries, red=red)
    own = "" if label == view.tlp.label else f" · the case itself: {view.tlp.label}"
    return f"*{label}*{own}"


def _shown_flags(view: CaseView, *, red: bool) -> Sequence[FlagView]:
    """Those that stand, or all where none does any more."""
    shown = [flag for flag in view.flags if red or flag.tlp is not Tlp.RED]
    return [flag for flag in shown if flag.stands] or shown


def _limits(view: CaseView) -> str:
    """What else a case's labels say: whom it is released to, and what may not be done."""
    released = f" · released to {escape(', '.join(view.released_to))}" if view.released_to else ""
    pap = f" · {view.pap.label}" if view.pap is not Pap.CLEAR else ""
    return released + pap


def summary(view: CaseView) -> str:
    """The case in one sentence, for notifications and screen readers."""
    words = next((flag.words for flag in view.flags if flag.stands and flag.tlp is not Tlp.RED), "")
    said = f": {escape(words)}" if words else ""
    return _named(view, label_of(view)) + said


def named(view: CaseView) -> str:
    """The case and where it stands, without anybody's words."""
    return _named(view, view.tlp.label)


def _named(view: CaseView, label: str) -> str:
    return f"{label} {view.reference}, {subject_words(view)}, {view.status}"


def subject_words(view: CaseView) -> str:
    """What the case is about, escaped and short enough for a line."""
    return escape(view.subject.label, 80)


def status_line(view: CaseView) -> str:
    """Where the case stands, since when, and whose it is."""
    owner = escape(view.owner_name)
    if view.status is Status.CLOSED:
        reason = view.reason.words if view.reason else "Closed"
        since = f" {when(view.closed_at)}" if view.closed_at else ""
        return f"*Closed*{since} · {reason} · case of {owner}"
    return f"*Open* since {when(view.opened_at)} · case of {owner}"


def flag_blocks(view: CaseView, *, red: bool = False, whole: bool = False) -> list[Block]:
    """Who flagged it, and in which words; ``red``: TLP:RED parts too, ``whole``: long words in full, both for modals alone."""
    standing = _shown_flags(view, red=red)
    blocks = []
    for flag in standing[:FLAGS_ON_A_CARD]:
        gone = "" if flag.stands else " · withdrawn"
        gone += f" · {flag.tlp.label}" if flag.tlp is not view.tlp else ""
        line = f"*Flagged by {escape(flag.name)}* ({mention(flag.person)}) {when(flag.raised_at)}{gone}"
        said = quoted_in_full(flag.words, WORDS_IN_FULL) if whole else [quoted(flag.words, WORDS_ON_A_CARD)]
        blocks += sections(filter(None, (line, detail_line(flag.details), *said)))
    if len(standing) > FLAGS_ON_A_CARD:
        blocks.append(context(f"and {len(standing) - FLAGS_ON_A_CARD} more flags"))
    if not red and has_red_parts(view):
        hidden = section("There is a *TLP:RED* part for you, which never stands in a message.")
        blocks.append(hidden | {"accessory": button("Open", SHEET, view.reference)})
    return blocks


def detail_line(details: Details) -> str:
    """What a flag says beside its words, on one line. A reason is a suspicion, and named as one."""
    parts = [
        "🔴 *Urgent*" if details.urgent else "",
        f"Brand: {escape(details.brand)}" if details.brand else "",
        f"Suspected: {details.reason.label}" if details.reason else "",
        f"Sure: {details.confidence.label.lower()}" if details.confidence else "",
        f"Asked for: {details.wish.label.lower()}" if details.wish else "",
        f"Product: {details.category.label.lower()}" if details.category else "",
        f"Port: {escape(details.port)}" if details.port else "",
        f"<{details.source}|Message>" if details.source else "",
    ]
    return " · ".join(filter(None, parts))


def is_urgent(view: CaseView) -> bool:
    """Whether a flag that stands says so; a TLP:RED one never shows in a message."""
    return any(flag.stands and flag.details.urgent and flag.tlp is not Tlp.RED for flag in view.flags)


def has_red_parts(view: CaseView) -> bool:
    """Whether something of the case opens only over Slack, after a check."""
    return any(flag.tlp is Tlp.RED for flag in view.flags) or any(
        entry.tlp is Tlp.RED for entry in view.timeline
    )


def fact_blocks(view: CaseView) -> list[Block]:
    """What partners say of the subject, each with its age."""
    lines = partner_lines(view)
    return [section("\n".join(lines))] if lines else []


def ledger(view: CaseView) -> str:
    """One line for each organisation: flagged, acknowledged, or not yet."""
    return "\n".join(ledger_line(line) for line in view.ledger) or "Nobody else has been told."


def ledger_line(line: LedgerLine) -> str:
    name = f"*{escape(line.name)}*"
    by = f" ({mention(line.person)})" if line.person else ""
    at = f" {when(line.at)}" if line.at else ""
    match line.standing:
        case Standing.FLAGGED:
            return f"🚩 {name} flagged it{at}{by}"
        case Standing.ACKNOWLEDGED:
            return f"✅ {name} acknowledged{at}{by}"
        case Standing.WAITING:
            return f"⏳ {name} was told, has not acknowledged yet"
        case Standing.BEING_TOLD:
            return f"⏳ {name} is being told now"
        case Standing.NOT_REACHED:
            return f"⚠️ {name} could not be reached; those who can mend it are told"
        case Standing.UNANSWERED:
            return f"▫️ {name} had not acknowledged"


def timeline(entries: Sequence[EntryView], *, red: bool = False) -> str:
    """What happened, the newest last: as much of it, from the newest back, as one section holds."""
    told = [entry for entry in entries if red or entry.tlp is not Tlp.RED]
    lines: list[str] = []
    room = SECTION_LIMIT - ROOM_FOR_TITLES
    for entry in reversed(told[-ENTRIES_ON_A_CARD:]):
        line = f"{when(entry.at)} {entry_line(entry)}"
        room -= len(line) + 1
        if room < 0:
            break
        lines.insert(0, line)
    earlier = len(told) - len(lines)
    return "\n".join([f"_{earlier} earlier_", *lines] if earlier else lines)


def entry_line(entry: EntryView) -> str:
    """One change in a sentence."""
    who = f"*{escape(entry.name)}* ({mention(entry.person)})"
    match entry.change:
        case Change.FLAGGED:
            return f"{who} flagged it{_fate(entry)}"
        case Change.ACKNOWLEDGED:
            return f"{who} acknowledged"
        case Change.WITHDRAWN:
            why = f": {escape(entry.words, WORDS_ON_A_LINE)}" if entry.words else ""
            return f"{who} withdrew their flag{why}"
        case Change.CORRECTED:
            why = f": {entry.correction.words.lower()}" if entry.correction else ""
            return f"{who} corrected their flag{why}{_fate(entry)}"
        case Change.NOTED:
            return f"{who}: {escape(entry.words, WORDS_OF_A_NOTE)}"
        case Change.MARKED:
            return f"{who} marked the case {escape(entry.words)}"
        case Change.CLOSED:
            reason = f": {entry.reason.words}" if entry.reason else ""
            words = f" – {escape(entry.words, WORDS_ON_A_LINE)}" if entry.words else ""
            return f"{who} closed the case{reason}{words}"
        case Change.CLOSED_AGAIN:
            reason = f": {entry.reason.words}" if entry.reason else ""
            return f"The case is closed again, as it was before{reason}"


def _fate(entry: EntryView) -> str:
    """Whether what was said with it still holds; what was said before a correction stays readable."""
    match entry.fate:
        case Fate.WITHDRAWN:
            return " (withdrawn)"
        case Fate.CORRECTED:
            return (
                f"; it said before a correction: {escape(entry.words, WORDS_ON_A_LINE)}"
                if entry.words
                else " (corrected)"
            )
        case Fate.STANDS:
            return ""


def _is_cut(entry: EntryView) -> bool:
    """Whether its line in the timeline has less than its words; what a flag says now stands with the flag."""
    shown = entry.change not in (Change.FLAGGED, Change.CORRECTED) or entry.fate is Fate.CORRECTED
    room = WORDS_OF_A_NOTE if entry.change is Change.NOTED else WORDS_ON_A_LINE
    return shown and len(escape(entry.words)) > room


def _in_full(entries: Sequence[EntryView]) -> list[Block]:
    """What the timeline has cut, for a modal."""
    lines: list[str] = []
    for entry in [entry for entry in entries if _is_cut(entry)][-NOTES_IN_FULL:]:
        lines += [
            f"*In full*, {escape(entry.name)} {when(entry.at)}",
            *quoted_in_full(entry.words, NOTE_IN_FULL),
        ]
    return sections(lines)


def _reads_on(view: CaseView) -> list[Block]:
    """The way to what a message has cut."""
    flags = (flag for flag in view.flags if flag.tlp is not Tlp.RED)
    entries = (entry for entry in view.timeline if entry.tlp is not Tlp.RED)
    is_long = any(len(escape(flag.words)) > WORDS_ON_A_CARD for flag in flags) or any(
        _is_cut(entry) for entry in entries
    )
    return [button("Read it all", SHEET, view.reference)] if is_long else []


def _buttons(view: CaseView, *, undo: bool = True) -> list[Block]:
    buttons = []
    if view.may_acknowledge:
        buttons.append(button("Acknowledge", ACKNOWLEDGE, view.reference, style="primary"))
    if view.may_close:
        buttons.append(button("Close", CLOSE, view.reference))
    if view.may_note:
        buttons.append(button("Add note", NOTE, view.reference))
    if view.may_mark:
        buttons.append(button("Marking", MARK, view.reference))
    for own in view.own_flags[-1:]:
        name = f"{view.reference} {own.number}"
        if own.may_undo and undo:
            buttons.append(button("Undo my flag", UNDO, name))
        buttons.append(button("Add details or correct", CORRECT, name))
        buttons.append(button("Withdraw my flag", WITHDRAW, name, style="danger"))
    return buttons


def case_list(views: Sequence[CaseView], more: str | None = None) -> Message:
    """Several cases, a line and a button each; ``more`` is the last one's reference, where there is a next page."""
    blocks: list[Block] = [header("Cases")]
    for view in views:
        if view.tlp is Tlp.RED:
            pointer = section(f"*{view.reference}* · *TLP:RED*")
            blocks.append(
                pointer | {"accessory": button("Open", SHEET, view.reference, about=view.reference)}
            )
            continue
        carrier = short_status(view)
        line = f"*{view.reference}* · {subject_words(view)}\n{status_line(view)}"
        block = section(f"{line}\n{carrier}" if carrier else line)
        blocks.append(block | {"accessory": button("Open", OPEN, view.reference, about=view.reference)})
    blocks += actions([button("More", MORE, more)] if more is not None else [])
    said = (view.reference if view.tlp is Tlp.RED else named(view) for view in views)
    shows = tuple(name_of(view) if view.tlp is Tlp.RED else line_of(view) for view in views)
    return Message("; ".join(said), blocks, shows)


NO_CASES = Message("There are no cases for you yet.", [section("There are no cases for you yet.")])


NOTHING_FOUND = Message(
    "Nothing found. Look up a case by its reference (OFA-2026-7K3QX4), a tracking number (3318810025), "
    "or a seller’s id or link (A2L77EE7U53NWQ).",
    [
        section("*Nothing found.*"),
        section(
            "You can look up\n• a case by its reference: `OFA-2026-7K3QX4`\n"
            "• a parcel by its tracking number: `3318810025`\n"
            "• a seller by id or link: `A2L77EE7U53NWQ`"
        ),
    ],
)
"""The same answer, to the letter, whether there is nothing or nothing for this reader."""

CASE_HELP = Message(
    "Type /case and a reference, a tracking number, or a seller’s id or link.",
    [
        section(
            "Type `/case` and a reference, a tracking number, or a seller’s id or link: `/case 3318810025`"
        )
    ],
)


def told_lead(view: CaseView, outcome: FlagOutcome) -> str:
    """What to say first to somebody who has just flagged."""
    match outcome:
        case FlagOutcome.NEW:
            return f"*Flagged.* {_hear_of_it(view)}".strip()
        case FlagOutcome.WIDENED:
            return f"*You have flagged this in these words already;* what is new is how the case is marked. {_hear_of_it(view)}".strip()
        case FlagOutcome.SAME:
            return (
                "*You have flagged this in these words already.* Nothing was added, and nobody is told again."
            )
        case FlagOutcome.JOINED:
            known = f"*Already known:* the case was opened {ago(view.opened_at)}."
        case FlagOutcome.REOPENED:
            known = f"*Opened again:* the case was closed{_how_it_was_closed(view)}."
    return f"{known} Your flag is added. {_hear_of_it(view)}".strip()


def _how_it_was_closed(view: CaseView) -> str:
    closing = view.latest_closing
    if closing is None:
        return ""
    reason = f" ({closing.reason.words.lower()})" if closing.reason else ""
    return f" {ago(closing.at)}{reason}"


def _how_narrow(mine: Tlp, view: CaseView) -> str:
    if mine is view.tlp:
        return "It is for fewer than the case"
    return f"It is marked {mine.label}, stricter than the case"


def _is_wider(mine: Tlp, case: Tlp) -> bool:
    """Whether somebody has marked a flag for more people than may see its case."""
    return not case.is_shared and strictest(mine, case) is not mine


def _hear_of_it(view: CaseView) -> str:
    """How many others are told; of a part stricter than its case, it is not those who know of the case."""
    if view.own_flags and not view.own_flags[-1].is_for_all:
        return f"{_how_narrow(view.own_flags[-1].tlp, view)}: only those who may know of it hear of it."
    if view.own_flags and _is_wider(view.own_flags[-1].tlp, view.tlp):
        return f"The case is marked {view.tlp.label}, and that decides."
    own = {flag.flag_id for flag in view.own_flags}
    home = {flag.organisation for flag in view.flags if flag.id in own}
    others = [line for line in view.ledger if line.organisation not in home]
    if not others:
        return ""
    return f"{len(others)} {'organisation hears' if len(others) == 1 else 'organisations hear'} of it."
