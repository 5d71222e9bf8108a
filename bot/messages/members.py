"""The operation's lists as people read them, and the forms with which admins change them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.errors import BotError, InvalidInput
from bot.domain.organisations import Member, Organisation
from bot.domain.people import Person
from bot.domain.roles import Role
from bot.messages.blocks import (
    Block,
    Message,
    actions,
    button,
    chosen_values,
    confirm,
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

MEMBERS_PREVIOUS, MEMBERS_NEXT = "members.previous", "members.next"
MEMBER_ADD, MEMBER_CHANGE, MEMBER_REMOVE = "member.add", "member.change", "member.remove"
MEMBER_ADD_FORM, MEMBER_CHANGE_FORM = "member.add.form", "member.change.form"

OPTIONS_LIMIT = 100
"""Of one menu (docs.slack.dev/reference/block-kit/block-elements/select-menu-element)."""

MOST_AT_ONCE = 20
"""People added by one form."""

ROLE_LABELS = {
    Role.ANALYST: "Analyst: flags, acknowledges, notes, closes",
    Role.LIAISON: "Liaison: acknowledges and answers",
    Role.COORDINATOR: "Coordinator: digests, requests for access, disclosures",
    Role.ADMIN: "Admin: members, organisations, settings",
}

OP_HELP = Message(
    "Type /op members for who takes part, /op organisations for the organisations, or /op keys for API keys.",
    [
        section(
            "*The operation’s lists*\n"
            "• `/op members`: who takes part, with their roles\n"
            "• `/op organisations`: the organisations and where their alerts go\n"
            "• `/op keys`: the API keys of partners’ own systems (admins)\n"
            "Admins add, change and remove there; it holds from the next click on."
        )
    ],
)


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A part of the list of members; ``names`` are the organisations' by key."""

    members: tuple[Member, ...]
    names: dict[str, str]
    start: int
    total: int
    size: int
    may_manage: bool


def member_list(page: MemberPage, lead: str = "") -> Message:
    """Who takes part; for admins with what they can do about it."""
    title = f"Members ({page.total})"
    blocks: list[Block] = [header(title), *([section(lead)] if lead else [])]
    if page.may_manage:
        blocks += actions([button("Add members", MEMBER_ADD, "add", style="primary")])
    for member in page.members:
        blocks.append(section(_line(member, page.names)))
        if page.may_manage:
            person = Person(member.slack_team, member.slack_user)
            question = confirm(
                "Take them off the list?",
                "They can see and do nothing here from their next click on.",
                "Take off",
                "Keep",
            )
            value = f"{page.start} {person.key}"
            blocks += actions(
                [
                    button("Change", MEMBER_CHANGE, person.key),
                    button("Remove", MEMBER_REMOVE, value, style="danger", confirm=question),
                ]
            )
    blocks += turning(page.start, page.size, page.total, MEMBERS_PREVIOUS, MEMBERS_NEXT)
    said = "; ".join(_line(member, page.names).replace("*", "") for member in page.members)
    return Message(f"{lead} {title}: {said}".strip(), blocks)


def _line(member: Member, names: dict[str, str]) -> str:
    name = escape(names.get(member.organisation, member.organisation))
    person = Person(member.slack_team, member.slack_user)
    return f"{mention(person)} · *{name}* · {roles_in_words(member.roles)}"


def roles_in_words(roles: Iterable[Role]) -> str:
    """In the order of the table of roles."""
    held = set(roles)
    return ", ".join(role for role in Role if role in held)


# -- the forms for members ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberDraft:
    """What a form says of people. ``users`` is empty where the form is about one person that it already names."""

    users: frozenset[str]
    organisation: str
    roles: frozenset[Role]


def member_add_form(organisations: Sequence[Organisation]) -> Block:
    """The form that puts people on a list."""
    people = {
        "type": "multi_users_select",
        "placeholder": plain("Choose people"),
        "max_selected_items": MOST_AT_ONCE,
    }
    hint = "People of another Slack workspace press Request access themselves: type /op there."
    return modal(
        MEMBER_ADD_FORM,
        "Add members",
        [field_input("people", "Who?", people, hint=hint), *membership_fields(organisations)],
        submit="Add",
    )


def member_change_form(member: Member, organisations: Sequence[Organisation]) -> Block:
    """The form that changes what somebody is."""
    person = Person(member.slack_team, member.slack_user)
    fields = membership_fields(organisations, member.organisation, member.roles)
    return modal(
        MEMBER_CHANGE_FORM,
        "Change a member",
        [section(f"{mention(person)} as of now:"), *fields],
        submit="Change",
        metadata=person.key,
    )


def membership_fields(
    organisations: Sequence[Organisation],
    organisation: str = "",
    roles: frozenset[Role] = frozenset(),
    offered: Iterable[Role] = tuple(Role),
) -> list[Block]:
    """Organisation and roles, chosen before where they are given."""
    options = [option(each.name, each.key) for each in organisations[:OPTIONS_LIMIT]]
    select: Block = {"type": "static_select", "options": options, "placeholder": plain("Choose one")}
    chosen = next((each for each in options if each["value"] == organisation), None)
    boxes = [option(ROLE_LABELS[role], role.value) for role in offered]
    ticked = [box for box in boxes if box["value"] in roles]
    checkboxes: Block = {"type": "checkboxes", "options": boxes}
    return [
        field_input("organisation", "Organisation", select | ({"initial_option": chosen} if chosen else {})),
        field_input("roles", "Roles", checkboxes | ({"initial_options": ticked} if ticked else {})),
    ]


def read_member_form(view: Block) -> MemberDraft:
    """The submitted form; whether the organisation is there is for the service to say."""
    words = chosen_values(view, "roles")
    roles = frozenset(Role(word) for word in words if word in set(Role))
    if not roles or len(roles) != len(words):
        raise InvalidInput("Tick at least one role.", "roles")
    organisation = field_value(view, "organisation")
    if not organisation:
        raise InvalidInput("Choose an organisation.", "organisation")
    return MemberDraft(chosen_values(view, "people"), organisation, roles)


def person_of_key(key: str) -> Person:
    """The person back from their key; one of another shape was not made by us."""
    team, slash, user = key.partition("/")
    if not slash or not re.fullmatch(r"[A-Z0-9]{0,20}/[UW][A-Z0-9]{1,19}", key):
        raise BotError("This list is too old. Type /op members again.")
    return Person(team, user)


def members_added(people: Iterable[Person], name: str, roles: Iterable[Role]) -> Block:
    """After the form for adding."""
    who = ", ".join(mention(person) for person in people)
    return done("Added", f"{who}: now on the list of *{escape(name)}* as {roles_in_words(roles)}.")


def member_changed(person: Person, name: str, roles: Iterable[Role]) -> Block:
    """After the form for changing."""
    return done("Changed", f"{mention(person)} is of *{escape(name)}* now, as {roles_in_words(roles)}.")


def welcome(name: str, roles: Iterable[Role]) -> Message:
    """To somebody who is on a list now."""
    text = f"You are on the list of {escape(name)} now, as {roles_in_words(roles)}."
    return Message(
        text,
        [section(f"👋 {text}\nBegin with `/flag help`, `/cases` or `/op`: each works in every channel.")],
    )
