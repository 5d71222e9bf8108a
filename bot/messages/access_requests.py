"""Asking to be put on a list: what the stranger reads, and those who decide."""

from collections.abc import Sequence

from bot.domain.access_requests import AccessRequest, Outcome
from bot.domain.organisations import Organisation
from bot.domain.people import Person
from bot.domain.roles import Role
from bot.messages.blocks import (
    Block,
    Message,
    actions,
    button,
    confirm,
    escape,
    mention,
    modal,
    notice,
    section,
    when,
)
from bot.messages.members import membership_fields

REQUEST_ACCESS = "access.request"
ADMIT, REFUSE = "access.admit", "access.refuse"
ADMIT_FORM = "access.admit.form"


def no_member_words(whom_to_ask: Sequence[Person]) -> str:
    """For somebody on no list: that, whom to ask, and nothing else. Its mentions are ours."""
    people = " or ".join(mention(person) for person in whom_to_ask[:2]) or "a coordinator of the operation"
    return f"You are on no organisation’s list of this operation; {people} can add you."


def no_member(whom_to_ask: Sequence[Person]) -> Message:
    """The same as a message, with the button to ask with."""
    return not_on_a_list(no_member_words(whom_to_ask))


def not_on_a_list(text: str) -> Message:
    """For somebody on no list; ``text`` is the sentence, in which the mentions are ours."""
    return Message(text, [section(text), *actions([button("Request access", REQUEST_ACCESS, "me")])])


REQUESTED = Message(
    "Your request is with those who decide it. You hear from me when you are on a list.",
    [section("Your request is with those who decide it. You hear from me when you are on a list.")],
)
"""The same whether a request was written down or came too soon: trying again teaches nothing."""


def on_a_list(name: str) -> Message:
    """For somebody who asks and need not any more."""
    text = f"You are on the list of {escape(name)} already; `/op` says what there is."
    return Message(text, [section(text)])


def access_request(request: AccessRequest, installed_team: str) -> Message:
    """To one who may decide."""
    person = request.person
    elsewhere = f" of another Slack workspace (`{person.slack_team}`)"
    team = "" if person.slack_team == installed_team else elsewhere
    text = f"{mention(person)}{team} asks to be put on a list of this operation"
    question = confirm("Refuse the request?", "They are not told.", "Refuse")
    return Message(
        f"{text}.",
        [
            section(f"🙋 {text}, {when(request.at)}."),
            *actions(
                [
                    button("Add…", ADMIT, str(request.id), style="primary"),
                    button("Refuse", REFUSE, str(request.id), style="danger", confirm=question),
                ]
            ),
        ],
    )


def admit_form(request: AccessRequest, organisations: Sequence[Organisation], roles: Sequence[Role]) -> Block:
    """The form in which it is said on which list, and as what."""
    only = organisations[0].key if len(organisations) == 1 else ""
    return modal(
        ADMIT_FORM,
        "Add to a list",
        [
            section(f"{mention(request.person)} is put on the list of"),
            *membership_fields(organisations, only, offered=roles),
        ],
        submit="Add",
        metadata=str(request.id),
    )


def decided(request: AccessRequest) -> Message:
    """In place of the buttons, once somebody has decided."""
    text = _decision(request)
    return Message(text, [section(text)])


def decided_meanwhile(request: AccessRequest) -> Block:
    """In place of the form, where somebody else was first."""
    return notice("Decided already", [section(_decision(request))])


def _decision(request: AccessRequest) -> str:
    by = mention(Person("", request.decided_by))
    if request.outcome is Outcome.ADMITTED:
        return f"✅ {by} has put {mention(request.person)} on a list."
    return f"🚫 {by} has refused the request of {mention(request.person)}. They are not told."
