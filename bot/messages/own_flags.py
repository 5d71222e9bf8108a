"""One's own flags: the list of them, the forms that correct and withdraw one, and the question about a closed case."""

import json
from dataclasses import dataclass

from bot.domain.disclosures import Shown, line_of, name_of
from bot.domain.errors import InvalidInput
from bot.domain.flag_details import Details
from bot.domain.flags import CorrectReason, WithdrawReason
from bot.domain.markings import Tlp, read_tlp
from bot.domain.sharing import CaseView, FlagView, OwnFlag
from bot.domain.text import in_parts
from bot.messages.blocks import (
    Block,
    Message,
    actions,
    button,
    field_input,
    field_value,
    header,
    modal,
    option,
    plain,
    quoted,
    section,
    when,
)
from bot.messages.cases import OPEN, SHEET, status_line, subject_words
from bot.messages.flag_form import LONGEST_WORDS, FlagForm, detail_fields, read_flag_form

FLAG_AGAIN = "flag.again"
FLAG_AGAIN_FORM = "flag.again.form"
MORE_OF_MINE = "flags.more"
CORRECT_FORM = "flag.correct.form"
WITHDRAW_FORM = "flag.withdraw.form"

UNDO_IS_OVER = "The ten minutes for *Undo* are over. You can still withdraw your flag, with a reason:"


# -- a case that was closed -----------------------------------------------------------------------------------------


def again_question(view: CaseView, draft_id: str) -> Message:
    """The case is closed so that whoever flags it anew should know; nothing is stored yet."""
    text = _ended(view)
    opens = SHEET if view.tlp is Tlp.RED else OPEN
    buttons = [
        button("Flag it again", FLAG_AGAIN, draft_id, style="primary"),
        button("Open", opens, view.reference),
    ]
    return Message(
        _spoken(text), [section(f"{text}\nNothing is stored yet."), *actions(buttons)], shows_closed(view)
    )


def again_form(view: CaseView, draft_id: str, response_url: str) -> tuple[Block, tuple[Shown, ...]]:
    """The same question in place of a form, with what it shows of the case."""
    metadata = json.dumps({"draft": draft_id, "response_url": response_url})
    text = f"{_ended(view)}\nNothing is stored yet."
    made = modal(
        FLAG_AGAIN_FORM, "Flag it again?", [section(text)], submit="Flag it again", metadata=metadata
    )
    return made, shows_closed(view)


def read_again_form(view: Block) -> tuple[str, str]:
    """The draft, and where its card is shown."""
    metadata = json.loads(view["private_metadata"])
    return str(metadata.get("draft") or ""), str(metadata.get("response_url") or "")


def one_is_closed(view: CaseView) -> Message:
    """Of several that were to be flagged at once: it is asked about where it is flagged alone."""
    text = f"{_closed(view)} Flag it by itself, and the others without it. Nothing is stored yet."
    return Message(_spoken(text), [section(text)], shows_closed(view))


def _ended(view: CaseView) -> str:
    return f"{_closed(view)} Flag it again?"


def _closed(view: CaseView) -> str:
    if view.tlp is Tlp.RED:
        return f"*You know this already*, as {view.reference}, which is marked TLP:RED and closed."
    reason = f" as “{view.reason.words}”" if view.reason else ""
    at = f" {when(view.closed_at)}" if view.closed_at else ""
    return f"*This was closed*{reason}{at} ({view.reference})."


def shows_closed(view: CaseView) -> tuple[Shown, ...]:
    """What is said of a case by telling how it was closed."""
    return (name_of(view) if view.tlp is Tlp.RED else line_of(view),)


def _spoken(text: str) -> str:
    return text.replace("*", "")


# -- the list -------------------------------------------------------------------------------------------------------


def my_flags(flags: list[tuple[CaseView, FlagView]], more: str) -> Message:
    """What I flagged and where it stands, a line and a button each; ``more`` names the last, where there are more."""
    if not flags:
        text = "You have flagged nothing yet that you may still see. `/flag help` says how it is done."
        return Message(_spoken(text), [section(text)])
    blocks: list[Block] = [header("My flags")]
    for view, flag in flags:
        if view.tlp is Tlp.RED:
            line = section(f"*{view.reference}* · *TLP:RED*")
            blocks.append(line | {"accessory": button("Open", SHEET, view.reference, about=view.reference)})
            continue
        gone = "" if flag.stands else " · *withdrawn*"
        said = "" if flag.tlp is Tlp.RED or not flag.words else f"\n{quoted(flag.words, 200)}"
        line = section(
            f"*{view.reference}* · {subject_words(view)}\n{status_line(view)}\n"
            f"You flagged it {when(flag.raised_at)}{gone}{said}"
        )
        blocks.append(line | {"accessory": button("Open", OPEN, view.reference, about=view.reference)})
    blocks += actions([button("More", MORE_OF_MINE, more)] if more else [])
    said = "; ".join(
        view.reference if view.tlp is Tlp.RED else f"{view.reference}, {subject_words(view)}, {view.status}"
        for view, _ in flags
    )
    return Message(f"My flags: {said}", blocks, tuple(_shown(view, flag) for view, flag in flags))


def _shown(view: CaseView, flag: FlagView) -> Shown:
    if view.tlp is Tlp.RED:
        return name_of(view)
    return Shown(view.id, view.version, ("subject", "status", "owner", f"flag {flag.id}"))


# -- the forms ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """Whose form it is: a flag by its case and its number among one's own, and the card to bring up to date."""

    reference: str
    number: int | None
    response_url: str


def read_name(value: str) -> tuple[str, int | None]:
    """What a button names: ``OFA-2026-7K3QX4 2``, or a reference alone for the latest of one's own there."""
    reference, _, number = value.rpartition(" ")
    if number.isascii() and number.isdecimal() and len(number) < 10 and reference:
        return reference, int(number)
    return value, None


def correct_form(view: CaseView, own: OwnFlag, response_url: str) -> Block:
    """The words and the marking as they are, to be changed, and why: mostly there is more to say."""
    markings = [option(tlp.label, tlp.value) for tlp in Tlp]
    marked = next(each for each in markings if each["value"] == own.tlp.value)
    select = {"type": "static_select", "options": markings, "initial_option": marked}
    reasons = [option(each.words, each.value) for each in CorrectReason]
    why = {"type": "static_select", "options": reasons, "initial_option": reasons[0]}
    return modal(
        CORRECT_FORM,
        "My flag",
        [
            section(
                f"*{view.reference}* · everyone who was told hears of it, and why; what it said before stays in the timeline. "
                "A wrong number or link is not corrected but withdrawn."
            ),
            *_word_fields(own.words),
            *detail_fields(FlagForm.of(view.subject.kind, own.details)),
            field_input("tlp", "Who may know?", select),
            field_input("why", "Why do you change it?", why),
        ],
        submit="Save",
        metadata=_metadata(view, own, response_url),
    )


def _word_fields(words: str) -> list[Block]:
    """The words in as many fields as hold them all: what a form does not show, it would take away when it is saved."""
    fields = []
    for number, part in enumerate(in_parts(words, LONGEST_WORDS) or [""], start=1):
        typed: Block = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_WORDS}
        name, label = ("words", "What looks wrong?") if number == 1 else (f"words {number}", "and further")
        given = {"initial_value": part} if part else {}
        fields.append(field_input(name, label, typed | given, optional=True))
    return fields


def _words_in(view: Block) -> str:
    """The same, put together again."""
    names = [name for name in view["state"]["values"] if name.partition(" ")[0] == "words"]
    return "".join(field_value(view, name) or "" for name in sorted(names, key=_number)).strip()


def _number(name: str) -> int:
    number = name.partition(" ")[2]
    return int(number) if number.isascii() and number.isdecimal() else 1


def read_correct_form(view: Block) -> tuple[Named, str, Details, Tlp, CorrectReason]:
    """The submitted form: which flag, what it says, its marking, and why."""
    chosen = field_value(view, "tlp")
    if chosen is None:
        raise InvalidInput("Choose a marking.", "tlp")
    form, why = read_flag_form(view), field_value(view, "why")
    if why not in set(CorrectReason):
        raise InvalidInput("Choose a reason.", "why")
    return _named(view), _words_in(view), form.said(), read_tlp(chosen), CorrectReason(why)


def withdraw_form(view: CaseView, own: OwnFlag, response_url: str, lead: str = "") -> Block:
    """Why a flag is withdrawn."""
    options = [option(reason.words, reason.value) for reason in WithdrawReason]
    reasons = {"type": "static_select", "options": options, "placeholder": plain("Choose a reason", 150)}
    words = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_WORDS}
    said = f"\n{quoted(own.words, 200)}" if own.words else ""
    text = (
        f"*{view.reference}* · everyone who was told hears that you withdraw your flag, and why. "
        f"If no other flag stands, the case is closed.{said}"
    )
    return modal(
        WITHDRAW_FORM,
        "Withdraw my flag",
        [
            *([section(lead)] if lead else []),
            section(text),
            field_input("reason", "Reason", reasons),
            field_input("words", "In your words", words, optional=True),
        ],
        submit="Withdraw it",
        metadata=_metadata(view, own, response_url),
    )


def read_withdraw_form(view: Block) -> tuple[Named, str]:
    """The submitted form: which flag, and why in one text."""
    chosen = field_value(view, "reason")
    if chosen not in set(WithdrawReason):
        raise InvalidInput("Choose a reason.", "reason")
    reason, words = WithdrawReason(chosen), (field_value(view, "words") or "").strip()
    if reason is WithdrawReason.OTHER and not words:
        raise InvalidInput("Say in a few words why.", "words")
    if reason is WithdrawReason.OTHER:
        return _named(view), words
    return _named(view), f"{reason.words}. {words}".strip()


def shows_own(view: CaseView, own: OwnFlag) -> tuple[Shown, ...]:
    """What either form shows."""
    return (Shown(view.id, view.version, ("reference", f"flag {own.flag_id}")),)


def _metadata(view: CaseView, own: OwnFlag, response_url: str) -> str:
    return json.dumps({"reference": view.reference, "number": own.number, "response_url": response_url})


def _named(view: Block) -> Named:
    metadata = json.loads(view["private_metadata"])
    number = metadata.get("number")
    return Named(
        str(metadata.get("reference") or ""),
        number if isinstance(number, int) else None,
        str(metadata.get("response_url") or ""),
    )
