"""What is asked and answered around flagging."""

from collections.abc import Sequence

from bot.domain.flag_lines import EXAMPLES
from bot.domain.identifiers import Candidate
from bot.domain.sharing import CaseView
from bot.messages.blocks import Message, actions, button, escape, section
from bot.messages.cases import case_card, told_lead

FLAG_ANYWAY = "flag.anyway"


def flagged_card(view: CaseView, *, joined: bool) -> Message:
    """The answer to a flag: the case's card, with what has just happened on top."""
    return case_card(view, told_lead(view, known=joined))


def anyway_question(candidate: Candidate, draft_id: str) -> Message:
    """A check digit that does not fit is a reason to look again, not to refuse: labels vary."""
    text = f"*Please compare {escape(candidate.subject.label)} once more.* {escape(candidate.why)}"
    return Message(
        text.replace("*", ""),
        [
            section(f"{text}\nNothing is stored yet. If the label really says so, flag it anyway."),
            *actions([button("Flag anyway", FLAG_ANYWAY, draft_id, style="primary")]),
        ],
    )


def which_question(choices: Sequence[tuple[Candidate, str]]) -> Message:
    """Where a number may be two things just as well, a person says which; each choice with its draft's id."""
    lead = "*It may be either of these.* Nothing is stored yet: which one do you mean?"
    rows = [
        section(f"{escape(candidate.subject.label)}\n{escape(candidate.why)}")
        | {"accessory": button("Flag this", FLAG_ANYWAY, draft_id)}
        for candidate, draft_id in choices
    ]
    labels = " or ".join(escape(candidate.subject.label) for candidate, _ in choices)
    return Message(f"Is it {labels}? Nothing is stored yet.", [section(lead), *rows])


_LINES = "\n".join(f"• {example}" for example in EXAMPLES.values())

FLAG_HELP = Message(
    "Type /flag, what it is, its number or link, and a few words. /flag alone opens a form.",
    [
        section(f"*Flag something in one line:* what it is, its number or link, and a few words.\n{_LINES}"),
        section(
            "`/flag` alone opens a form; `/flag` and a number finds out what it is.\n"
            "*Options:* `--brand Northwind` · `--reason counterfeit` · `--confidence high` · `--urgent`\n"
            "*Who may know:* `--tlp green` every organisation · `--tlp amber --release dhl,cbp` those you name · "
            "`--tlp amber+strict` your own · `--tlp red` you alone. `--pap red`: no partner is asked. Without a marking your organisation’s usual marking holds."
        ),
        section("`/flag mine` lists what you flagged and where it stands."),
        section("`/case` and a reference or number shows where something stands."),
    ],
)
