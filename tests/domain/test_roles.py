"""The one table of who may do what."""

import pytest

from bot.domain.roles import RIGHTS, Action, Role, may, roles_that_may
from tests.factories import actor


@pytest.mark.parametrize(
    ("action", "roles"),
    [
        (Action.FLAG, {Role.ANALYST}),
        (Action.ACKNOWLEDGE, {Role.ANALYST, Role.LIAISON}),
        (Action.NOTE, {Role.ANALYST, Role.LIAISON}),
        (Action.CLOSE, {Role.ANALYST}),
        (Action.SEE_DISCLOSURES, {Role.COORDINATOR}),
        (Action.ACCEPT_AUDIENCE, {Role.COORDINATOR}),
        (Action.DECIDE_ACCESS, {Role.COORDINATOR, Role.ADMIN}),
        (Action.MANAGE, {Role.ADMIN}),
        (Action.POST_DIGEST, {Role.COORDINATOR}),
        (Action.RESUME_DELIVERY, {Role.COORDINATOR, Role.ADMIN}),
        (Action.LOOK_UP, set(Role)),
    ],
)
def test_each_right_belongs_to_these_roles(action: Action, roles: set[Role]) -> None:
    assert {role for role in Role if may(actor("dhl", role), action)} == roles
    assert set(roles_that_may(action)) == roles


def test_every_right_is_somebodys() -> None:
    assert all(roles_that_may(action) for action in Action)


def test_somebody_with_two_roles_has_the_rights_of_both() -> None:
    both = actor("iprc", Role.LIAISON, Role.COORDINATOR)
    assert may(both, Action.ACKNOWLEDGE)
    assert may(both, Action.POST_DIGEST)
    assert not may(both, Action.FLAG)


def test_every_role_stands_in_the_table() -> None:
    assert set(RIGHTS) == set(Role)
