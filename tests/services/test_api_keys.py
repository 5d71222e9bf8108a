"""API keys: made and revoked by those who may, shown once, and kept as nothing but a hash."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.domain.api_keys import digest_of
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotAMember, NotFound
from bot.domain.operations import OperationPlan
from bot.domain.organisations import Organisation, OrganisationKind
from bot.domain.roles import Role
from bot.services.all import Services
from bot.services.members import Taking
from storage.database import Database
from tests.doubles import Clock
from tests.factories import NAMES, NOON, actor, person

ADMIN = actor("iprc", Role.ADMIN, user="U0ADMIN1")
BRAND = Organisation("brand", "Brand", OrganisationKind.RIGHTS_HOLDER, "", "C0BRAND")


async def trail(services: Services, database: Database) -> list[tuple[str, str, str, str]]:
    """Of each entry about a key: what was done to which, whose it is, and by whom."""
    await services.audit.chain_due()
    async with database.read() as tx:
        entries = [json.loads(link.content) for link in await tx.audit.links(0, 100)]
    return [
        (entry["action"], entry["about"], entry["detail"]["organisation"], entry["actor"]["user"])
        for entry in entries
        if entry["action"].startswith("api_key.")
    ]


async def test_a_key_acts_as_an_analyst_of_its_organisation_under_its_own_name(services: Services) -> None:
    made = await services.api_keys.make(ADMIN, "dhl", "DHL-screening")
    caller = await services.api_keys.caller(made.token)
    assert (caller.slack_team, caller.slack_user) == ("api", "dhl-screening")
    assert (caller.organisation, caller.organisation_name) == ("dhl", NAMES["dhl"])
    assert caller.roles == {Role.ANALYST}


async def test_nothing_but_a_hash_and_a_beginning_of_a_key_is_stored(
    services: Services, database: Database
) -> None:
    made = await services.api_keys.make(ADMIN, "dhl", "dhl-screening")
    async with database.read() as tx:
        (row,) = await tx.connection.execute(text("SELECT * FROM api_keys"))
    assert digest_of(made.token) in row
    assert made.token[:8] in row
    assert made.token[8:] not in str(row)
    assert made.token not in repr(made)


async def test_the_list_says_who_made_a_key_when_it_was_used_and_when_it_ended(
    services: Services, clock: Clock
) -> None:
    token = (await services.api_keys.make(ADMIN, "dhl", "dhl-screening")).token
    await services.api_keys.make(None, "amazon", "amazon-b")
    await services.api_keys.make(None, "amazon", "amazon-a")
    clock.advance(days=2)
    await services.api_keys.caller(token)
    clock.advance(days=1)
    await services.api_keys.revoke(ADMIN, "amazon-a")

    page = await services.api_keys.page(ADMIN)

    assert [key.name for key in page.keys] == ["amazon-b", "dhl-screening", "amazon-a"]
    by_operator, by_admin, revoked = page.keys
    assert (by_operator.made_by, by_admin.made_by) == (None, person("U0ADMIN1"))
    assert by_admin.last_used_on is not None
    assert (by_admin.last_used_on - NOON.date()).days == 2
    assert (by_operator.last_used_on, by_operator.revoked_at) == (None, None)
    assert revoked.revoked_at == clock.now()


async def test_what_is_done_to_keys_is_in_the_audit_trail(services: Services, database: Database) -> None:
    await services.api_keys.make(ADMIN, "dhl", "dhl-a")
    await services.api_keys.make(None, "cbp", "cbp-a")
    await services.api_keys.revoke(ADMIN, "cbp-a")
    await services.api_keys.revoke(ADMIN, "cbp-a")
    await services.api_keys.revoke(None, "dhl-a")
    assert await trail(services, database) == [
        ("api_key.made", "dhl-a", "dhl", "U0ADMIN1"),
        ("api_key.made", "cbp-a", "cbp", ""),
        ("api_key.revoked", "cbp-a", "cbp", "U0ADMIN1"),
        ("api_key.revoked", "dhl-a", "dhl", ""),
    ]


@pytest.mark.parametrize("role", [Role.ANALYST, Role.LIAISON, Role.COORDINATOR])
async def test_only_admins_make_list_and_revoke_keys(services: Services, role: Role) -> None:
    other = actor("dhl", role)
    await services.api_keys.make(None, "dhl", "dhl-a")
    for doing in (
        services.api_keys.page(other),
        services.api_keys.organisations(other),
        services.api_keys.make(other, "dhl", "dhl-b"),
        services.api_keys.revoke(other, "dhl-a"),
    ):
        with pytest.raises(NotAllowed):
            await doing
    assert [key.revoked_at for key in await services.api_keys.all()] == [None]


async def test_a_name_is_never_given_twice(services: Services) -> None:
    await services.api_keys.make(ADMIN, "dhl", "screening")
    await services.api_keys.revoke(ADMIN, "screening")
    with pytest.raises(InvalidInput, match="no name is given twice") as told:
        await services.api_keys.make(ADMIN, "amazon", "screening")
    assert told.value.field == "name"


async def test_a_key_is_made_for_an_organisation_of_the_operation(services: Services) -> None:
    with pytest.raises(InvalidInput) as told:
        await services.api_keys.make(ADMIN, "nobody", "nobody-a")
    assert told.value.field == "organisation"


async def test_a_form_that_arrives_twice_makes_one_key(services: Services) -> None:
    await services.api_keys.make(ADMIN, "dhl", "dhl-a", received="form")
    with pytest.raises(Conflict, match="shown already"):
        await services.api_keys.make(ADMIN, "dhl", "dhl-a", received="form")
    assert len(await services.api_keys.all()) == 1


async def test_a_revoked_or_unknown_key_is_nobody_s(services: Services) -> None:
    token = (await services.api_keys.make(ADMIN, "dhl", "dhl-a")).token
    await services.api_keys.revoke(ADMIN, "dhl-a", received="click")
    await services.api_keys.revoke(ADMIN, "dhl-a", received="click")
    for stranger in (token, token + "x", "", "dhl-a", digest_of(token), "\udcff"):
        with pytest.raises(NotAMember):
            await services.api_keys.caller(stranger)


async def test_who_goes_on_asking_with_a_revoked_key_does_not_fill_the_trail(
    services: Services, database: Database, clock: Clock
) -> None:
    token = (await services.api_keys.make(ADMIN, "dhl", "dhl-a")).token
    await services.api_keys.caller(token)
    await services.api_keys.revoke(ADMIN, "dhl-a")
    told = []
    for _ in range(2):
        for _ in range(20):
            with pytest.raises(NotAMember):
                await services.api_keys.caller(token)
        await services.audit.chain_due()
        async with database.read() as tx:
            links = await tx.audit.links(0, 100)
        told.append(sum("request.refused" in link.content for link in links))
        clock.advance(hours=1)
    assert told == [1, 2]


async def test_revoking_what_is_no_key_says_so(services: Services) -> None:
    with pytest.raises(NotFound):
        await services.api_keys.revoke(ADMIN, "nobody-a")


@pytest.mark.parametrize("door", ["Slack", "operation file"])
async def test_an_organisation_s_keys_go_with_it(
    services: Services, database: Database, operation: OperationPlan, door: str
) -> None:
    await services.organisations.add(ADMIN, BRAND, received="add")
    token = (await services.api_keys.make(ADMIN, "brand", "brand-a")).token
    if door == "Slack":
        await services.organisations.remove(ADMIN, "brand", received="remove")
    else:
        await services.members.apply(replace(operation), Taking.YES)
    with pytest.raises(NotAMember):
        await services.api_keys.caller(token)
    assert await services.api_keys.all() == ()
    assert (await trail(services, database))[-1][:3] == ("api_key.revoked", "brand-a", "brand")
