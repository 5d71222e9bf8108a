"""Asking whether somebody may, at the moment they ask."""

from bot.domain.errors import InvalidInput, NotAllowed
from bot.domain.people import Person
from bot.domain.roles import Action, Actor, may, roles_that_may
from storage.database import Transaction


def require(actor: Actor, action: Action) -> None:
    """Raise :class:`NotAllowed` with whom to ask, unless one of the actor's roles gives the right."""
    if not may(actor, action):
        roles = " or ".join(roles_that_may(action))
        raise NotAllowed(
            f"To {action} you need the role of {roles}. Ask your coordinator or an admin for it."
        )


async def named_people(tx: Transaction, users: frozenset[str], own_team: str) -> frozenset[Person]:
    """Those named by their user ids, each with the team Slack will assert of them.

    Raises :class:`InvalidInput` where somebody is on no organisation's list.
    """
    listed = await tx.members.people(users)
    if {person.slack_user for person in listed} != users:
        raise InvalidInput("Name only people who are on an organisation’s list.", "people")
    return frozenset(Person(person.slack_team or own_team, person.slack_user) for person in listed)
