"""The form for a flag: drawn anew as it is filled in, with everything that was typed in its place."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from bot.domain.errors import InvalidInput
from bot.domain.flag_details import (
    NOTHING_MORE,
    Category,
    Confidence,
    Details,
    Reason,
    Wish,
    read_name,
)
from bot.domain.flags import FlagDraft
from bot.domain.identifiers import Candidate, Check, identify
from bot.domain.markings import Marking, Pap, Tlp, read_tlp
from bot.domain.subjects import SubjectKind
from bot.messages.blocks import (
    Block,
    chosen_values,
    field_input,
    field_value,
    modal,
    option,
    plain,
)
from bot.messages.fields import BY_DEFAULT, marking_field

FLAG_FORM = "flag.form"
KIND = "flag_kind"
BRAND = "flag_brand"
SELLER = "flag_seller"
PORT = "flag_port"
LONGEST_WORDS = 3000
LONGEST_OPTION = 150
"""Characters of an option's value (docs.slack.dev/reference/block-kit/composition-objects/option-object)."""

KIND_LABELS = {
    SubjectKind.PARCEL: "Parcel",
    SubjectKind.SELLER: "Seller",
    SubjectKind.LISTING: "Listing",
    SubjectKind.CONTAINER: "Container",
    SubjectKind.ORDER: "Order (test buy)",
}

IDENTIFIERS = {
    SubjectKind.PARCEL: ("Tracking number or link", "On the label, such as 3318810025."),
    SubjectKind.LISTING: ("ASIN or link", "Such as B0EXAMPL34, or the listing’s address."),
    SubjectKind.CONTAINER: ("Container number", "Such as CSQU3054383."),
    SubjectKind.ORDER: ("Order number", "Such as 111-2223334-4445556."),
}
"""Label and hint of the field; a seller is chosen or typed."""

SHIPPED = frozenset({SubjectKind.PARCEL, SubjectKind.CONTAINER})
"""What comes through a port."""


@dataclass(frozen=True, slots=True)
class FlagForm:
    """The form as it stands: texts as they were typed, choices by their values."""

    kind: SubjectKind = SubjectKind.PARCEL
    identifier: str = ""
    words: str = ""
    details: Details = NOTHING_MORE
    brand: str = ""
    port: str = ""
    tlp: str = BY_DEFAULT
    releases: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    """User ids of those who may see a TLP:RED flag too."""
    confirmed: bool = False
    """Its author has seen that the check digit does not fit, and means it."""
    response_url: str = ""

    @classmethod
    def of(cls, kind: SubjectKind, details: Details) -> Self:
        """The form as it says what a flag says already."""
        return cls(kind=kind, details=details, brand=details.brand, port=details.port)

    def said(self) -> Details:
        """Everything beside the words. Raises :class:`InvalidInput` with the field it belongs to."""
        return replace(self.details, brand=read_name(self.brand, "brand"), port=read_name(self.port, "port"))

    def candidate(self) -> Candidate:
        """What is flagged. Raises :class:`InvalidInput` with the field it belongs to."""
        field = SELLER if self.kind is SubjectKind.SELLER else "identifier"
        if not self.identifier.strip():
            raise InvalidInput("Type its number, id or link.", field)
        try:
            return identify(self.kind, self.identifier)
        except InvalidInput as error:
            raise InvalidInput(error.sentence, field) from error

    def draft(self) -> FlagDraft:
        """The flag that it says. Raises :class:`InvalidInput` with the field it belongs to."""
        marking = None if self.tlp == BY_DEFAULT else Marking(read_tlp(self.tlp), self.releases)
        if self.releases and (marking is None or marking.tlp is not Tlp.AMBER):
            raise InvalidInput("Choose TLP:AMBER to release it to single organisations.", "release")
        if self.named and (marking is None or marking.tlp is not Tlp.RED):
            raise InvalidInput("Choose TLP:RED to name people.", "people")
        return FlagDraft(
            self.candidate().subject,
            self.words,
            marking,
            Pap.CLEAR,
            self.said(),
            self.named,
        )


def is_doubtful(candidate: Candidate) -> bool:
    """Whether its author should look at the number once more."""
    return candidate.check is Check.FAILED


def flag_form(form: FlagForm, organisations: Sequence[tuple[str, str]], doubt: str = "") -> Block:
    """The form; ``organisations`` are the others, key and name, that an AMBER flag can be released to.

    ``doubt`` is what the check digit says against the number: it asks for a tick.
    """
    blocks = [
        _kind_field(form.kind),
        _identifier_field(form),
        *([_doubt_field(doubt)] if doubt else []),
        field_input(
            "words",
            "What looks wrong?",
            _text(form.words, multiline=True, max_length=LONGEST_WORDS),
            optional=True,
        ),
        *detail_fields(form),
        *_who_may_know(form, organisations),
    ]
    metadata = json.dumps({"response_url": form.response_url})
    return modal(FLAG_FORM, "Flag", blocks, submit="Flag", metadata=metadata)


def detail_fields(form: FlagForm) -> list[Block]:
    """Everything that may be said beside a flag's words; nothing of it has to be."""
    said = form.details
    fields = [
        field_input(BRAND, "Brand", _by_typing(form.brand, "Type a brand"), optional=True),
        _choice("reason", "What do you suspect?", Reason, said.reason),
        _choice("confidence", "How sure are you?", Confidence, said.confidence),
        _choice("wish", "What should be done?", Wish, said.wish),
        _choice("category", "Product", Category, said.category),
    ]
    if form.kind in SHIPPED:
        fields.append(field_input(PORT, "Port", _by_typing(form.port, "Type a port"), optional=True))
    urgent: Block = {"type": "checkboxes", "options": [URGENT_OPTION]}
    if said.urgent:
        urgent["initial_options"] = [URGENT_OPTION]
    return [*fields, field_input("urgent", "Does it have to be quick?", urgent, optional=True)]


URGENT_OPTION = option("Urgent: it moves on within hours", "urgent")


def read_flag_form(view: Block) -> FlagForm:
    """The form as it was filled in so far, submitted or not. Never raises: nothing typed is lost by an error."""
    kind = field_value(view, KIND)
    kind = SubjectKind(kind) if kind in set(SubjectKind) else SubjectKind.PARCEL
    typed = field_value(view, SELLER) if kind is SubjectKind.SELLER else field_value(view, "identifier")
    other = field_value(view, "identifier") or field_value(view, SELLER)
    metadata = json.loads(view.get("private_metadata") or "{}")
    return FlagForm(
        kind=kind,
        identifier=typed or other or "",
        words=(field_value(view, "words") or "").strip(),
        details=Details(
            reason=_chosen(Reason, field_value(view, "reason")),
            confidence=_chosen(Confidence, field_value(view, "confidence")),
            category=_chosen(Category, field_value(view, "category")),
            wish=_chosen(Wish, field_value(view, "wish")),
            urgent=bool(chosen_values(view, "urgent")),
        ),
        brand=field_value(view, BRAND) or "",
        port=field_value(view, PORT) or "",
        tlp=field_value(view, "tlp") or BY_DEFAULT,
        releases=chosen_values(view, "release"),
        named=chosen_values(view, "people"),
        confirmed=bool(chosen_values(view, "anyway")),
        response_url=metadata.get("response_url", ""),
    )


def typed_options(typed: str, known: Iterable[tuple[str, str]]) -> list[Block]:
    """What a field filled by typing offers: what was typed, and those known that have it in them. Label and value."""
    words = " ".join(typed.split())
    wanted = words.casefold()
    found = [
        (label, value)
        for label, value in known
        if wanted in label.casefold() and len(value) <= LONGEST_OPTION and value != words
    ]
    if words and len(words) <= LONGEST_OPTION:
        found.insert(0, (words, words))
    return [option(label, value) for label, value in found[:20]]


def _kind_field(kind: SubjectKind) -> Block:
    kinds = [option(label, each.value) for each, label in KIND_LABELS.items()]
    chosen = option(KIND_LABELS[kind], kind.value)
    element = {"type": "static_select", "options": kinds, "initial_option": chosen}
    return field_input(KIND, "What is it?", element) | {"dispatch_action": True}


def _identifier_field(form: FlagForm) -> Block:
    if form.kind is SubjectKind.SELLER:
        hint = "An id or link such as A2L77EE7U53NWQ, or choose one you may know of."
        return field_input(SELLER, "Seller", _by_typing(form.identifier, "Type or paste"), hint=hint)
    label, hint = IDENTIFIERS[form.kind]
    return field_input("identifier", label, _text(form.identifier, max_length=500), hint=hint)


def _doubt_field(doubt: str) -> Block:
    tick = {"type": "checkboxes", "options": [option("Flag it anyway", "anyway")]}
    return field_input("anyway", "Is the number right?", tick, optional=True, hint=doubt[:2000])


def _who_may_know(form: FlagForm, organisations: Sequence[tuple[str, str]]) -> list[Block]:
    hint = "GREEN and CLEAR: every organisation of the operation. AMBER: yours and those you name. RED: you and the people you name."
    fields = [marking_field(form.tlp, hint)]
    options = {key: option(name, key) for key, name in organisations}
    if options:
        released: Block = {"type": "multi_static_select", "options": list(options.values())}
        if chosen := [options[key] for key in sorted(form.releases) if key in options]:
            released["initial_options"] = chosen
        fields.append(field_input("release", "AMBER: released to", released, optional=True))
    people: Block = {"type": "multi_users_select"}
    if form.named:
        people["initial_users"] = sorted(form.named)
    return [*fields, field_input("people", "RED: these people too", people, optional=True)]


def _choice(block_id: str, label: str, choices: Any, chosen: Any) -> Block:
    element: Block = {
        "type": "static_select",
        "options": [option(each.label, each.value) for each in choices],
        "placeholder": plain("Choose"),
    }
    if chosen is not None:
        element["initial_option"] = option(chosen.label, chosen.value)
    return field_input(block_id, label, element, optional=True)


def _chosen(choices: Any, value: str | None) -> Any:
    return next((each for each in choices if each.value == value), None)


def _text(value: str, **more: Any) -> Block:
    element: Block = {"type": "plain_text_input", **more}
    return element | ({"initial_value": value} if value else {})


def _by_typing(value: str, placeholder: str) -> Block:
    element: Block = {
        "type": "external_select",
        "min_query_length": 1,
        "placeholder": plain(placeholder),
    }
    short = value[:LONGEST_OPTION]
    return element | ({"initial_option": option(short, short)} if value else {})
