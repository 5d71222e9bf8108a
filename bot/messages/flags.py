"""What is asked and answered around flagging."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.flag_lines import EXAMPLES
from bot.domain.flags import FlagOutcome
from bot.domain.identifiers import Candidate, Check
from bot.domain.sharing import CaseView
from bot.messages.blocks import Block, Message, actions, button, escape, section
from bot.messages.cases import case_card, told_lead

FLAG_ANYWAY = "flag.anyway"
FLAG_ONE = "flag.one"
FLAG_ALL = "flag.all"

MOST_ASKED = 20
"""Things in one question: with what each may be, they fill a message."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that was recognised, read one way, and the id of the draft by which it can be flagged so."""

    draft_id: str
    label: str
    name: str
    """What people call such a number."""
    why: str
    is_doubtful: bool = False
    """Its check digit speaks against it."""

    @classmethod
    def of(cls, candidate: Candidate, draft_id: str) -> "Choice":
        """The choice of a reading."""
        doubtful = candidate.check is Check.FAILED
        return cls(draft_id, candidate.subject.label, candidate.name, candidate.why, doubtful)


Thing = Sequence[Choice]
"""What one thing may be, mostly one choice."""


def flagged_card(view: CaseView, outcome: FlagOutcome) -> Message:
    """The answer to a flag: the case's card, with what has just happened on top."""
    return case_card(view, told_lead(view, outcome))


def question(things: Sequence[Thing], more: int = 0) -> Message:
    """What is asked back before a flag is stored; ``more``: how many things are left out here."""
    if len(things) > 1:
        return several_question(things, more)
    if len(things[0]) > 1:
        return which_question(things[0])
    return anyway_question(things[0][0])


def anyway_question(choice: Choice) -> Message:
    """A check digit that does not fit is a reason to look again, not to refuse: labels vary."""
    text = f"*Please compare {escape(choice.label)} once more.* {escape(choice.why)}"
    return Message(
        text.replace("*", ""),
        [
            section(f"{text}\nNothing is stored yet. If the label really says so, flag it anyway."),
            *actions([button("Flag anyway", FLAG_ANYWAY, choice.draft_id, style="primary")]),
        ],
    )


def which_question(choices: Thing) -> Message:
    """Where a number may be two things just as well, a person says which."""
    lead = "*It may be either of these.* Nothing is stored yet: which one do you mean?"
    return Message(
        f"Is it {_either(choices)}? Nothing is stored yet.", [section(lead), *_rows(choices, FLAG_ANYWAY)]
    )


def several_question(things: Sequence[Thing], more: int = 0) -> Message:
    """Where several things were named at once: each by itself, or all that leave nothing to ask."""
    lead = f"*These are {len(things) + more} things.* Nothing is stored yet: flag each by itself, or all at once."
    labels = ", ".join(_either(thing) for thing in things)
    said = f"These are {len(things) + more} things: {labels}. Nothing is stored yet."
    return Message(said, [section(lead), *thing_blocks(things, more)])


def thing_blocks(things: Sequence[Thing], more: int = 0) -> list[Block]:
    """A button for each thing, which leaves the others standing where there are some, and one for all."""
    action = FLAG_ONE if len(things) > 1 else FLAG_ANYWAY
    clear = [thing[0] for thing in things if len(thing) == 1 and not thing[0].is_doubtful]
    label = f"Flag all {len(clear)}" if len(clear) == len(things) else f"Flag the {len(clear)} clear ones"
    ids = " ".join(choice.draft_id for choice in clear)
    left = f"{more} more stand there. I ask about {len(things)} at a time: give me the others after these."
    return [
        *(row for thing in things for row in _rows(thing, action)),
        *actions([button(label, FLAG_ALL, ids)] if len(clear) > 1 else []),
        *([section(left)] if more else []),
    ]


def _rows(choices: Thing, action: str) -> list[Block]:
    tied = len(choices) > 1
    return [
        section(
            f"{('Either ' if place == 0 else 'or ') if tied else ''}*{escape(choice.label, 200)}* · {escape(choice.name)}\n"
            f"{escape(choice.why, 300)}"
        )
        | {
            "accessory": button(
                "Flag anyway" if choice.is_doubtful else "Flag this",
                action,
                choice.draft_id,
                about=choice.label if len(choices) == 1 else f"{choice.label} ({choice.name})",
            )
        }
        for place, choice in enumerate(choices)
    ]


def _either(choices: Thing) -> str:
    labels = (
        f"{escape(choice.label, 80)} ({escape(choice.name)})"
        if len(choices) > 1
        else escape(choice.label, 80)
        for choice in choices
    )
    return " or ".join(labels)


_LINES = "\n".join(f"• {example}" for example in EXAMPLES.values())

FLAG_HELP = Message(
    "Type /flag, what it is, its number or link, and a few words. /flag alone opens a form.",
    [
        section(f"*Flag something in one line:* what it is, its number or link, and a few words.\n{_LINES}"),
        section(
            "`/flag` alone opens a form; `/flag` and a number finds out what it is; of several numbers you are asked.\n"
            "*Options:* `--brand Northwind` · `--reason counterfeit` · `--confidence high` · `--urgent`\n"
            "*Who may know:* `--tlp green` every organisation · `--tlp amber --release dhl,cbp` those you name · "
            "`--tlp amber+strict` your own · `--tlp red` you alone. `--pap red`: no partner is asked. Without a marking your organisation’s usual marking holds."
        ),
        section("`/flag mine` lists what you flagged and where it stands."),
        section("`/case` and a reference or number shows where something stands."),
    ],
)
