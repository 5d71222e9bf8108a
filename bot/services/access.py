"""Asking whether somebody may, at the moment they ask."""

from bot.domain.errors import NotAllowed
from bot.domain.roles import Action, Actor, may, roles_that_may


def require(actor: Actor, action: Action) -> None:
    """Raise :class:`NotAllowed` with whom to ask, unless one of the actor's roles gives the right."""
    if not may(actor, action):
        roles = " or ".join(roles_that_may(action))
        raise NotAllowed(
            f"To {action} you need the role of {roles}. Ask your coordinator or an admin for it."
        )
