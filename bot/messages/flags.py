"""The form for a flag and its reader, and what is asked and answered around flagging."""

import json
from dataclasses import dataclass

from bot.domain.errors import InvalidInput
from bot.domain.flag_lines import EXAMPLES
from bot.domain.identifiers import Candidate, Check, identify
from bot.domain.markings import Marking, Tlp, read_tlp
from bot.domain.sharing import CaseView
from bot.domain.subjects import SubjectKind
from bot.messages.blocks import (
    Block,
    Message,
    actions,
    button,
    escape,
    field_input,
    field_value,
    modal,
    option,
    section,
)
from bot.messages.cases import case_card, told_lead

FLAG_FORM = "flag.form"
FLAG_ANYWAY = "flag.anyway"
LONGEST_WORDS = 3000

KIND_LABELS = {
    SubjectKind.PARCEL: "Parcel",
    SubjectKind.SELLER: "Seller",
    SubjectKind.LISTING: "Listing",
    SubjectKind.CONTAINER: "Container",
    SubjectKind.ORDER: "Order (test buy)",
}

BY_DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class FormFlag:
    """A flag as the form says it."""

    candidate: Candidate
    words: str
    marking: Marking | None
    response_url: str
    confirmed: bool
    """Its author has seen that the check digit does not fit, and means it."""


def flag_form(response_url: str, *, doubt: str = "") -> Block:
    """The form; ``doubt`` is what the check digit says against the number, and asks for a tick."""
    kinds = [option(label, kind.value) for kind, label in KIND_LABELS.items()]
    markings = [option("As my organisation usually does", BY_DEFAULT)]
    markings += [option(tlp.label, tlp.value) for tlp in Tlp]
    blocks = [
        field_input(
            "kind", "What is it?", {"type": "static_select", "options": kinds, "initial_option": kinds[0]}
        ),
        field_input(
            "identifier",
            "Number, id or link",
            {"type": "plain_text_input", "max_length": 500},
            hint="A tracking number such as 3318810025, a seller’s id or link such as A2L77EE7U53NWQ",
        ),
        field_input(
            "words",
            "What looks wrong?",
            {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_WORDS},
            optional=True,
        ),
        field_input(
            "tlp",
            "Who may know?",
            {"type": "static_select", "options": markings, "initial_option": markings[0]},
            hint="GREEN and CLEAR: every organisation of the operation. AMBER: yours alone.",
        ),
    ]
    if doubt:
        tick = {"type": "checkboxes", "options": [option("Flag it anyway", "anyway")]}
        blocks.insert(
            2, field_input("anyway", "Is the number right?", tick, optional=True, hint=doubt[:2000])
        )
    return modal(
        FLAG_FORM, "Flag", blocks, submit="Flag", metadata=json.dumps({"response_url": response_url})
    )


def read_flag_form(view: Block) -> FormFlag:
    """The submitted form. Raises :class:`InvalidInput` with the field it belongs to."""
    kind, identifier = field_value(view, "kind"), field_value(view, "identifier")
    if kind not in set(SubjectKind):
        raise InvalidInput("Choose what it is.", "kind")
    if not identifier or not identifier.strip():
        raise InvalidInput("Type its number, id or link.", "identifier")
    chosen = field_value(view, "tlp") or BY_DEFAULT
    ticked = view["state"]["values"].get("anyway", {}).get("anyway", {}).get("selected_options") or []
    return FormFlag(
        candidate=identify(SubjectKind(kind), identifier),
        words=(field_value(view, "words") or "").strip(),
        marking=None if chosen == BY_DEFAULT else Marking(read_tlp(chosen)),
        response_url=json.loads(view["private_metadata"])["response_url"],
        confirmed=bool(ticked),
    )


def is_doubtful(candidate: Candidate) -> bool:
    """Whether its author should look at the number once more."""
    return candidate.check is Check.FAILED


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


_LINES = "\n".join(f"• {example}" for example in EXAMPLES.values())

FLAG_HELP = Message(
    "Type /flag, what it is, its number or link, and a few words. /flag alone opens a form.",
    [
        section(f"*Flag something in one line:* what it is, its number or link, and a few words.\n{_LINES}"),
        section(
            "`/flag` alone opens a form.\n"
            "*Who may know:* `--tlp green` every organisation · `--tlp amber --release dhl,cbp` those you name · "
            "`--tlp amber+strict` your own · `--tlp red` you alone. `--pap red`: no partner is asked. Without a marking your organisation’s usual marking holds."
        ),
        section("`/case` and a reference or number shows where something stands."),
    ],
)
