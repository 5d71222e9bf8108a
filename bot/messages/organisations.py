"""The organisations as people read them, and the forms with which admins change them."""

import json
import re
from dataclasses import dataclass

from bot.domain.errors import InvalidInput
from bot.domain.markings import Tlp, read_tlp
from bot.domain.operations import LONGEST_KEY, is_key
from bot.domain.organisations import Organisation, OrganisationKind
from bot.domain.people import Person
from bot.messages.blocks import (
    Block,
    Message,
    actions,
    button,
    chosen_values,
    confirm,
    context,
    escape,
    field_input,
    field_value,
    header,
    mention,
    modal,
    option,
    plain,
    section,
)
from bot.messages.lists import done, turning

ORGANISATIONS_PREVIOUS, ORGANISATIONS_NEXT = "organisations.previous", "organisations.next"
ORGANISATION_ADD, ORGANISATION_CHANGE = "organisation.add", "organisation.change"
ORGANISATION_REMOVE = "organisation.remove"
ORGANISATION_ADD_FORM, ORGANISATION_CHANGE_FORM = "organisation.add.form", "organisation.change.form"

NAME_LIMIT = 200


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """A part of the list of organisations, with how many people each has."""

    organisations: tuple[Organisation, ...]
    people: dict[str, int]
    start: int
    total: int
    size: int
    may_manage: bool


def organisation_list(page: OrganisationPage, lead: str = "") -> Message:
    """Who takes part, and where their alerts go; for admins with what they can do about it."""
    title = f"Organisations ({page.total})"
    blocks: list[Block] = [header(title), *([section(lead)] if lead else [])]
    if page.may_manage:
        blocks += actions([button("Add an organisation", ORGANISATION_ADD, "add", style="primary")])
    for organisation in page.organisations:
        count = page.people.get(organisation.key, 0)
        people = "1 person" if count == 1 else f"{count} people"
        blocks.append(
            section(
                f"*{escape(organisation.name)}* (`{organisation.key}`) · {kind_in_words(organisation.kind)} · {people}\n"
                f"Alerts to <#{organisation.alerts_channel}> · {organisation.default_marking.label} by default"
                f"{' · hears of related records' if organisation.deconfliction else ''}"
            )
        )
        if page.may_manage:
            question = confirm(
                "Remove the organisation?",
                f"It is told nothing more, and its people ({count}) can see and do nothing here from their next click on.",
                "Remove",
                "Keep",
            )
            value = f"{page.start} {organisation.key}"
            blocks += actions(
                [
                    button("Change", ORGANISATION_CHANGE, organisation.key),
                    button("Remove", ORGANISATION_REMOVE, value, style="danger", confirm=question),
                ]
            )
    blocks += turning(page.start, page.size, page.total, ORGANISATIONS_PREVIOUS, ORGANISATIONS_NEXT)
    said = "; ".join(
        f"{escape(each.name)}, {kind_in_words(each.kind)}, alerts to <#{each.alerts_channel}>"
        for each in page.organisations
    )
    return Message(f"{lead} {title}: {said}".strip(), blocks)


def kind_in_words(kind: OrganisationKind) -> str:
    """``rights holder``."""
    return kind.value.replace("_", " ")


def organisation_add_form() -> Block:
    """The form that adds an organisation."""
    key = {"type": "plain_text_input", "max_length": LONGEST_KEY, "placeholder": plain("carrier-one")}
    hint = "Lower-case letters, digits, - and _, as in --release carrier-one. It never changes."
    return modal(
        ORGANISATION_ADD_FORM,
        "Add an organisation",
        [field_input("key", "Short name", key, hint=hint), *_organisation_fields()],
        submit="Add",
    )


def organisation_change_form(organisation: Organisation) -> Block:
    """The form that changes one."""
    return modal(
        ORGANISATION_CHANGE_FORM,
        "Change an organisation",
        [
            section(f"*{escape(organisation.name)}* (`{organisation.key}`) as of now:"),
            *_organisation_fields(organisation),
        ],
        submit="Change",
        metadata=json.dumps({"key": organisation.key}),
    )


def _organisation_fields(known: Organisation | None = None) -> list[Block]:
    name: Block = {"type": "plain_text_input", "max_length": NAME_LIMIT}
    kinds = [option(kind_in_words(kind).capitalize(), kind.value) for kind in OrganisationKind]
    kind: Block = {"type": "static_select", "options": kinds, "placeholder": plain("Choose one")}
    channel: Block = {
        "type": "conversations_select",
        "filter": {"include": ["public", "private"]},
        "placeholder": plain("Choose a channel"),
    }
    markings = [option(tlp.label, tlp.value) for tlp in Tlp]
    default = known.default_marking if known else Tlp.GREEN
    marking: Block = {"type": "static_select", "options": markings}
    marking["initial_option"] = next(each for each in markings if each["value"] == default.value)
    if known is not None:
        name["initial_value"] = known.name
        kind["initial_option"] = next(each for each in kinds if each["value"] == known.kind.value)
        channel["initial_conversation"] = known.alerts_channel
    return [
        field_input("name", "Name", name),
        field_input("kind", "Kind", kind),
        field_input("channel", "Alerts channel", channel, hint="The bot has to be in it: /invite it there."),
        field_input(
            "marking",
            "Default marking",
            marking,
            hint="What a flag of theirs carries when nothing else is said.",
        ),
        field_input(
            "deconfliction",
            "Related records",
            _switch(known is not None and known.deconfliction),
            optional=True,
            hint="Where something flagged meets a record that its flagger may not see, the coordinators of both "
            "organisations learn that they should speak, and nothing else. Both have to have it on.",
        ),
    ]


def _switch(on: bool) -> Block:
    options = [option("Coordinators hear of them", "on")]
    return {"type": "checkboxes", "options": options} | ({"initial_options": options} if on else {})


def read_organisation_form(view: Block) -> Organisation:
    """The submitted form, of either kind."""
    metadata = view.get("private_metadata") or ""
    key = json.loads(metadata)["key"] if metadata else (field_value(view, "key") or "").strip()
    if not is_key(key):
        raise InvalidInput("Use lower-case letters, digits, - and _, at most 40.", "key")
    name = " ".join((field_value(view, "name") or "").split())
    if not name or len(name) > NAME_LIMIT:
        raise InvalidInput(f"Give a name of at most {NAME_LIMIT} characters.", "name")
    kind = field_value(view, "kind")
    if kind not in set(OrganisationKind):
        raise InvalidInput("Choose what the organisation does.", "kind")
    channel = _chosen_channel(view)
    if not re.fullmatch(r"[CG][A-Z0-9]{2,19}", channel):
        raise InvalidInput("Choose a channel.", "channel")
    marking = _marking(field_value(view, "marking"))
    deconfliction = "on" in chosen_values(view, "deconfliction")
    return Organisation(key, name, OrganisationKind(kind), "", channel, marking, deconfliction)


def _marking(word: str | None) -> Tlp:
    try:
        return read_tlp(word or "")
    except InvalidInput as error:
        raise InvalidInput(error.sentence, "marking") from error


def _chosen_channel(view: Block) -> str:
    element = view["state"]["values"].get("channel", {}).get("channel", {})
    return str(element.get("selected_conversation") or "")


def organisation_done(organisation: Organisation, *, added: bool, new_channel: bool) -> Block:
    """After either form; where the channel is new, also how to bring the bot there."""
    text = f"*{escape(organisation.name)}* is {'added' if added else 'changed'}."
    if new_channel:
        text += (
            f"\nIts alerts go to <#{organisation.alerts_channel}> from now on, and the bot says so there. "
            "If nothing appears, the bot is not in the channel: type `/invite` and the bot’s name there. "
            "What waits is sent as soon as it has come."
        )
    if added:
        text += "\nNow add its people with `/op members`."
    return done("Added" if added else "Changed", text)


def introduction(organisation: Organisation, by: Person) -> Message:
    """To a channel to which an organisation's alerts go from now on."""
    text = f"Alerts for {escape(organisation.name)} come to this channel from now on."
    who = f"{mention(by)} has set this up. `/flag help` and `/case` say what can be done here."
    return Message(text, [section(f"👋 {text}"), context(who)])
