"""The form for a flag: drawn anew as it is filled in, with everything that was typed in its place."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from bot.domain.flag_lines import FlagLine
from bot.domain.flags import FlagDraft
from bot.domain.identifiers import (
    Candidate,
    Check,
    candidates,
    looks_like_a_link,
    read_one,
    tie,
    to_type,
)
from bot.domain.markings import Marking, Pap, Tlp, read_tlp
from bot.domain.subjects import SubjectKind
from bot.messages.blocks import (
    LABEL_LIMIT,
    Block,
    chosen_values,
    field_input,
    field_value,
    modal,
    option,
    plain,
)
from bot.messages.fields import BY_DEFAULT, marking_field, pap_field, read_pap_field

FLAG_FORM = "flag.form"
KIND = "flag_kind"
BRAND = "brand"
SELLER = "seller"
PORT = "port"
IDENTIFIER = "identifier"
ANYWAY = "anyway"
WHICH = "which"
LONGEST_WORDS = 3000
LONGEST_TYPED = 1000
"""Of an identifier: it is carried along where its field is not shown, and there is room for 3000 characters."""
LONGEST_OPTION = 150
"""Characters of an option's value (docs.slack.dev/reference/block-kit/composition-objects/option-object)."""

TOO_LONG = "too long a link"
"""The value of what is offered in place of a link that no option holds."""

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
    pap: Pap = Pap.CLEAR
    confirmed: frozenset[str] = frozenset()
    """Keys of the numbers whose check digit does not fit, as their author has seen, and means them."""
    readings: Mapping[str, str] = field(default_factory=dict)
    """As what a number is meant that may be two things, by its key: the scheme."""
    response_url: str = ""

    @classmethod
    def of(cls, kind: SubjectKind, details: Details) -> Self:
        """The form as it says what a flag says already."""
        return cls(kind=kind, details=details, brand=details.brand, port=details.port)

    @classmethod
    def of_line(cls, line: FlagLine, response_url: str) -> Self:
        """The form as it says what the command's line has said, of the first thing that it names."""
        subject = line.candidate.subject
        return replace(
            cls.of(subject.kind, line.details),
            identifier=subject.number,
            words=line.words,
            tlp=line.marking.tlp.value if line.marking else BY_DEFAULT,
            releases=line.marking.releases if line.marking else frozenset(),
            pap=line.pap,
            response_url=response_url,
        )

    def said(self) -> Details:
        """Everything beside the words. Raises :class:`InvalidInput` with the field it belongs to."""
        return replace(self.details, brand=read_name(self.brand, BRAND), port=read_name(self.port, PORT))

    def candidate(self) -> Candidate:
        """What is flagged. Raises :class:`InvalidInput` with the field it belongs to."""
        found = self._candidates()
        meant = self.readings.get(found[0].subject.key)
        return next((each for each in found if each.subject.scheme == meant), found[0])

    def asks(self) -> tuple[Candidate, ...]:
        """What its author has yet to answer: readings to choose from, or one whose check digit does not fit."""
        found = self._candidates()
        if len(found) > 1:
            return () if found[0].subject.key in self.readings else found
        return found if is_doubtful(found[0]) and found[0].subject.key not in self.confirmed else ()

    def _candidates(self) -> tuple[Candidate, ...]:
        where = SELLER if self.kind is SubjectKind.SELLER else IDENTIFIER
        if not self.identifier.strip():
            raise InvalidInput("Type its number, id or link.", where)
        if self.identifier == TOO_LONG:
            raise InvalidInput(f"{_SHORTER} Or paste the id itself.", where)
        try:
            return tie(read_one(self.kind, self.identifier))
        except InvalidInput as error:
            raise InvalidInput(error.sentence, where) from error

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
            self.pap,
            self.said(),
            self.named,
        )


def is_doubtful(candidate: Candidate) -> bool:
    """Whether its author should look at the number once more."""
    return candidate.check is Check.FAILED


def flag_form(
    form: FlagForm, organisations: Sequence[tuple[str, str]], asks: Sequence[Candidate] = ()
) -> Block:
    """The form; ``organisations`` are the others, key and name, that an AMBER flag can be released to.

    ``asks`` is what its author is asked about the number: which of several it is, or whether it is right.
    """
    blocks = [
        _kind_field(form.kind),
        _identifier_field(form),
        *([_question_field(asks)] if asks else []),
        field_input(
            "words",
            "What looks wrong?",
            _text(form.words, multiline=True, max_length=LONGEST_WORDS),
            optional=True,
        ),
        *detail_fields(form),
        *_who_may_know(form, organisations),
        pap_field(form.pap),
    ]
    metadata = {"response_url": form.response_url, IDENTIFIER: form.identifier[:LONGEST_TYPED]}
    return modal(FLAG_FORM, "Flag", blocks, submit="Flag", metadata=json.dumps(metadata, ensure_ascii=False))


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
    if form.kind in SHIPPED or form.port:  # what stands in it does not go with the field
        fields.append(field_input(PORT, "Port", _by_typing(form.port, "Type a port"), optional=True))
    urgent: Block = {"type": "checkboxes", "options": [URGENT_OPTION]}
    if said.urgent:
        urgent["initial_options"] = [URGENT_OPTION]
    return [*fields, field_input("urgent", "Does it have to be quick?", urgent, optional=True)]


URGENT_OPTION = option("Urgent: it moves on within hours", "urgent")


def read_flag_form(view: Block) -> FlagForm:
    """The form as it was filled in so far, submitted or not. Never raises: nothing typed is lost by an error."""
    kind = field_value(view, KIND)
    metadata = json.loads(view.get("private_metadata") or "{}")
    return FlagForm(
        kind=SubjectKind(kind) if kind in set(SubjectKind) else SubjectKind.PARCEL,
        identifier=_typed(view, str(metadata.get(IDENTIFIER) or "")),
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
        pap=read_pap_field(view),
        confirmed=frozenset(key for key in _asked(view, ANYWAY) if chosen_values(view, f"{ANYWAY} {key}")),
        readings={
            key: chosen
            for key in _asked(view, WHICH)
            if (chosen := field_value(view, f"{WHICH} {key}")) is not None
        },
        response_url=str(metadata.get("response_url") or ""),
    )


def _typed(view: Block, kept: str) -> str:
    """The identifier: of the field that is shown, and what was typed into one that is not, where that says the same."""
    if IDENTIFIER in view["state"]["values"]:
        return field_value(view, IDENTIFIER) or ""
    chosen = field_value(view, SELLER) or ""
    return kept if chosen in ("", _seller(kept)[1]) else chosen


def _asked(view: Block, question: str) -> list[str]:
    """The numbers that its author was asked about: each question has the name of its own."""
    blocks = view["state"]["values"]
    return [name.removeprefix(f"{question} ") for name in blocks if name.startswith(f"{question} ")]


def _seller(typed: str) -> tuple[str, str]:
    """A seller as an option of its field: label and value, short where it is recognised."""
    found = candidates(typed, SubjectKind.SELLER)
    return (found[0].subject.label, to_type(found[0].subject)) if found else (typed, typed)


def seller_meant(typed: str) -> str:
    """What a seller is looked for by: its id, where one was typed or pasted in any other form."""
    return _seller(" ".join(typed.split()))[1]


def seller_options(typed: str, known: Iterable[tuple[str, str]]) -> list[Block]:
    """The same for sellers: what was typed or pasted as it is recognised, for links are longer than an option may be."""
    words = " ".join(typed.split())
    label, value = _seller(words)
    if len(value) > LONGEST_OPTION:
        return [option(_SHORTER, TOO_LONG)] if looks_like_a_link(words) else []
    if value == words:
        return typed_options(typed, known)
    others = [each for each in typed_options(value, known) if each["value"] != value]
    return [option(label, value), *others]


_SHORTER = "This link is too long: cut off what follows the question mark."


def typed_options(typed: str, known: Iterable[tuple[str, str]]) -> list[Block]:
    """What a field filled by typing offers: what was typed, and those known that have it in them. Label and value."""
    words = " ".join(typed.split())
    wanted = words.casefold()
    found = [
        (label, value)
        for label, value in known
        if wanted in f"{label}\n{value}".casefold() and len(value) <= LONGEST_OPTION and value != words
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
        label, value = _seller(form.identifier)
        return field_input(SELLER, "Seller", _by_typing(value, "Type or paste", label), hint=hint)
    label, hint = IDENTIFIERS[form.kind]
    return field_input(IDENTIFIER, label, _text(form.identifier, max_length=LONGEST_TYPED), hint=hint)


def _question_field(asks: Sequence[Candidate]) -> Block:
    """The field has the number's own name, so that no answer about one number is taken for another's."""
    key = asks[0].subject.key
    if len(asks) == 1:
        tick = {"type": "checkboxes", "options": [option("Flag it anyway", ANYWAY)]}
        return field_input(
            f"{ANYWAY} {key}", "Is the number right?", tick, optional=True, hint=asks[0].why[:2000]
        )
    options = [
        option(each.name, each.subject.scheme) | {"description": plain(each.why, LABEL_LIMIT)}
        for each in asks
    ]
    # Optional, for the number may be corrected instead of the question answered.
    which = {"type": "radio_buttons", "options": options}
    return field_input(f"{WHICH} {key}", "Which is it?", which, optional=True)


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


def _by_typing(value: str, placeholder: str, label: str = "") -> Block:
    element: Block = {
        "type": "external_select",
        "min_query_length": 1,
        "placeholder": plain(placeholder),
    }
    fits = value and len(value) <= LONGEST_OPTION
    return element | ({"initial_option": option(label or value, value)} if fits else {})
