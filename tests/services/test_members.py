"""The lists and who may change them: by requests for access, in Slack, and by the operation file."""

import asyncio
import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.domain.access_requests import Outcome
from bot.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound, SetupError
from bot.domain.markings import Tlp
from bot.domain.operations import OperationPlan
from bot.domain.organisations import Organisation, OrganisationKind
from bot.domain.people import Person
from bot.domain.roles import Role
from bot.messages.members import MemberDraft
from bot.services.all import Services
from bot.services.members import PAGE, Taking
from storage.database import Database
from storage.tables import access_requests
from tests.desk import Desk
from tests.doubles import Clock
from tests.factories import actor, person

STRANGER = person("U0STRANGER1")
ADMIN = actor("iprc", Role.ADMIN, user="U0ADMIN1")
COORDINATOR = actor("iprc", Role.COORDINATOR, user="U0COORD1")
ANALYST = frozenset({Role.ANALYST})
BRAND = Organisation("brand-one", "Brand One", OrganisationKind.RIGHTS_HOLDER, "", "C0BRAND")


def draft(organisation: str, *roles: Role, users: tuple[str, ...] = ()) -> MemberDraft:
    return MemberDraft(frozenset(users), organisation, frozenset(roles or ANALYST))


async def requests(database: Database) -> list[int]:
    async with database.read() as tx:
        return list((await tx.connection.execute(select(access_requests.c.id))).scalars())


async def ask(desk: Desk, who: Person = STRANGER) -> int:
    await desk.services.access_requests.ask(who)
    return max(await requests(desk.database))


async def actions(desk: Desk) -> list[str]:
    await desk.services.audit.chain_due()
    async with desk.database.read() as tx:
        links = await tx.audit.links(0, 1000)
    return [link.content.split('"action":"')[1].split('"')[0] for link in links]


class TestRequests:
    async def test_however_often_somebody_asks_at_once_there_is_one_request(self, desk: Desk) -> None:
        await asyncio.gather(*(desk.services.access_requests.ask(STRANGER) for _ in range(8)))

        assert len(await requests(desk.database)) == 1

    async def test_after_a_quarter_of_an_hour_one_may_ask_again(self, desk: Desk, clock: Clock) -> None:
        await ask(desk)
        clock.advance(minutes=14, seconds=59)
        await ask(desk)
        assert len(await requests(desk.database)) == 1
        clock.advance(seconds=1)
        await ask(desk)
        assert len(await requests(desk.database)) == 2

    async def test_another_team_s_person_of_the_same_id_is_somebody_else(self, desk: Desk) -> None:
        await ask(desk)
        await ask(desk, person(STRANGER.slack_user, "T0OTHER"))
        assert len(await requests(desk.database)) == 2

    async def test_admins_and_coordinators_are_told_and_nobody_else(self, desk: Desk) -> None:
        await ask(desk)
        told = {sent.delivery.address for sent in await desk.deliver()}
        assert told == {"U0ADMIN1", "U0COORD1"}

    async def test_what_is_decided_before_it_is_told_is_told_nobody(self, desk: Desk) -> None:
        request_id = await ask(desk)
        await desk.services.access_requests.refuse(ADMIN, request_id, received="1")
        assert await desk.deliver() == []

    async def test_who_was_told_of_it_reads_that_it_is_decided(self, desk: Desk) -> None:
        request_id = await ask(desk)
        assert len(await desk.deliver()) == 2
        await desk.services.access_requests.refuse(ADMIN, request_id, received="1")
        edited = await desk.deliver()
        assert {sent.how for sent in edited} == {"edit"}
        assert all("has refused the request" in sent.message.text for sent in edited)
        assert not any("actions" in str(sent.message.blocks) for sent in edited)

    async def test_who_is_admitted_is_on_the_list_as_the_file_would_have_them_and_hears_of_it(
        self, desk: Desk
    ) -> None:
        request_id = await ask(desk)
        await desk.deliver()

        await desk.services.access_requests.admit(ADMIN, request_id, draft("dhl"), received="1")

        found = await desk.services.members.actor(STRANGER, "T0OPS")
        assert found is not None
        assert (found.organisation, found.roles) == ("dhl", ANALYST)
        async with desk.database.read() as tx:
            (member,) = await tx.members.of_user(STRANGER.slack_user)
        assert member.slack_team == "", "DHL names no team, so its people are of the bot's own"
        (welcome,) = (sent for sent in await desk.deliver() if sent.how == "post")
        assert welcome.delivery.address == STRANGER.slack_user
        assert "access.admitted" in await actions(desk)

    async def test_somebody_of_another_team_keeps_it(self, desk: Desk) -> None:
        guest = person("U0GUEST9", "T0OTHER")
        await desk.services.access_requests.admit(ADMIN, await ask(desk, guest), draft("dhl"), received="1")
        assert await desk.services.members.actor(guest, "T0OPS") is not None
        assert await desk.services.members.actor(person("U0GUEST9"), "T0OPS") is None

    async def test_the_first_decision_counts(self, desk: Desk) -> None:
        request_id = await ask(desk)
        await desk.services.access_requests.refuse(COORDINATOR, request_id, received="1")

        request, organisation = await desk.services.access_requests.admit(
            ADMIN, request_id, draft("dhl"), received="2"
        )

        assert organisation is None
        assert (request.outcome, request.decided_by) == (Outcome.REFUSED, "U0COORD1")
        assert await desk.services.members.actor(STRANGER, "T0OPS") is None

    @pytest.mark.parametrize("role", [Role.ANALYST, Role.LIAISON])
    async def test_others_decide_nothing(self, desk: Desk, role: Role) -> None:
        request_id = await ask(desk)
        service = desk.services.access_requests
        for deciding in (
            service.question(actor("dhl", role), request_id),
            service.refuse(actor("dhl", role), request_id, received="1"),
            service.admit(actor("dhl", role), request_id, draft("dhl"), received="2"),
        ):
            with pytest.raises(NotAllowed):
                await deciding

    @pytest.mark.parametrize(
        ("wanted", "field"),
        [(draft("dhl"), "organisation"), (draft("iprc", Role.ADMIN), "roles")],
    )
    async def test_a_coordinator_lets_nobody_into_another_organisation_and_makes_no_admin(
        self, desk: Desk, wanted: MemberDraft, field: str
    ) -> None:
        request_id = await ask(desk)
        with pytest.raises(InvalidInput) as told:
            await desk.services.access_requests.admit(COORDINATOR, request_id, wanted, received="1")
        assert told.value.field == field
        question = await desk.services.access_requests.question(COORDINATOR, request_id)
        assert question.request.outcome is None, "it is still to be decided"

    async def test_a_forged_request_is_none(self, desk: Desk) -> None:
        with pytest.raises(NotFound):
            await desk.services.access_requests.refuse(ADMIN, 4711, received="1")


class TestMembers:
    async def test_two_admins_who_remove_each_other_leave_one(self, desk: Desk) -> None:
        other = actor("dhl", Role.ADMIN, user="U0DHL1")
        members = desk.services.members
        await members.change(ADMIN, Person("", "U0DHL1"), draft("dhl", Role.ADMIN), received="1")

        ended = await asyncio.gather(
            members.remove(ADMIN, Person("", "U0DHL1"), received="2"),
            members.remove(other, Person("", "U0ADMIN1"), received="3"),
            return_exceptions=True,
        )

        assert [type(each) for each in ended if each is not None] == [Conflict]
        async with desk.database.read() as tx:
            assert len(await tx.members.with_role([Role.ADMIN])) == 1

    async def test_the_last_admin_stays_one(self, desk: Desk) -> None:
        with pytest.raises(InvalidInput):
            await desk.services.members.change(
                ADMIN, Person("", "U0ADMIN1"), draft("iprc", Role.ANALYST), received="1"
            )
        assert (await desk.services.members.one(ADMIN, Person("", "U0ADMIN1"))).roles == {Role.ADMIN}

    async def test_of_several_people_one_of_whom_is_listed_none_is_added(self, desk: Desk) -> None:
        wanted = draft("cbp", users=("U0NEW1", "U0DHL1"))
        with pytest.raises(InvalidInput) as told:
            await desk.services.members.add(ADMIN, wanted, received="1")
        assert told.value.field == "people"
        assert await desk.services.members.actor(person("U0NEW1"), "T0OPS") is None

    async def test_a_form_that_comes_twice_is_carried_out_once(self, desk: Desk) -> None:
        wanted = draft("cbp", users=("U0NEW1",))
        for _ in range(2):
            await desk.services.members.add(ADMIN, wanted, received="1")
        assert len(await desk.deliver()) == 1

    async def test_who_is_not_there_any_more_is_not_changed(self, desk: Desk) -> None:
        gone = Person("", "U0DHL2")
        await desk.services.members.remove(ADMIN, gone, received="1")
        with pytest.raises(Conflict):
            await desk.services.members.change(ADMIN, gone, draft("dhl"), received="2")
        with pytest.raises(NotFound):
            await desk.services.members.remove(ADMIN, gone, received="3")

    async def test_after_a_change_it_is_looked_anew_who_reads_along(self, desk: Desk) -> None:
        await desk.flag()
        await desk.deliver_all()
        await desk.services.members.remove(ADMIN, Person("", "U0DHL2"), received="1")
        async with desk.database.read() as tx:
            assert "C0DHL" in await tx.audiences.outdated()

    async def test_only_admins_change_the_lists(self, desk: Desk) -> None:
        members, organisations = desk.services.members, desk.services.organisations
        for role in (Role.ANALYST, Role.LIAISON, Role.COORDINATOR):
            who = actor("dhl", role)
            for deed in (
                members.add(who, draft("dhl", users=("U0NEW1",)), received="1"),
                members.change(who, Person("", "U0DHL2"), draft("dhl"), received="1"),
                members.remove(who, Person("", "U0DHL2"), received="1"),
                organisations.add(who, BRAND, received="1"),
                organisations.change(who, BRAND, received="1"),
                organisations.remove(who, "dhl", received="1"),
            ):
                with pytest.raises(NotAllowed):
                    await deed

    async def test_a_long_list_comes_in_pages(self, desk: Desk) -> None:
        users = tuple(f"U0NEW{number}" for number in range(PAGE + 3))
        await desk.services.members.add(ADMIN, draft("dhl", users=users), received="1")

        first = await desk.services.members.page(ADMIN)
        second = await desk.services.members.page(ADMIN, PAGE)
        beyond = await desk.services.members.page(ADMIN, 10_000)

        assert first.total == 10 + PAGE + 3
        assert len(first.members) == PAGE
        assert {*first.members}.isdisjoint(second.members)
        assert beyond == second, "a page that is not there any more is the last one"
        keys = [member.organisation for member in (*first.members, *second.members)]
        assert list(dict.fromkeys(keys)) == ["amazon", "dhl", "cbp", "iprc"], "organisation by organisation"


class TestOrganisations:
    async def test_a_new_one_is_told_in_its_channel_and_hears_of_the_next_flag(self, desk: Desk) -> None:
        await desk.services.organisations.add(ADMIN, BRAND, received="1")
        (introduction,) = await desk.deliver()
        assert "Alerts for Brand One" in introduction.message.text
        desk.clock.advance(seconds=2)
        await desk.flag()
        assert "C0BRAND" in {sent.delivery.address for sent in await desk.deliver_all()}

    async def test_a_short_name_is_given_once(self, desk: Desk) -> None:
        with pytest.raises(InvalidInput) as told:
            await desk.services.organisations.add(ADMIN, replace(BRAND, key="dhl"), received="1")
        assert told.value.field == "key"

    async def test_one_with_cases_is_not_removed(self, desk: Desk) -> None:
        view = (await desk.flag("amazon")).view
        await desk.acknowledge("dhl", view)
        for key in ("amazon", "dhl"):
            with pytest.raises(Conflict):
                await desk.services.organisations.remove(ADMIN, key, received=key)

    async def test_one_that_leaves_is_told_nothing_more(self, desk: Desk) -> None:
        await desk.flag()
        await desk.services.organisations.remove(ADMIN, "cbp", received="1")

        assert "C0CBP" not in {sent.delivery.address for sent in await desk.deliver_all()}
        assert await desk.services.members.actor(person("U0CBP1"), "T0OPS") is None
        assert "organisation.removed" in await actions(desk)

    async def test_the_last_admin_s_organisation_stays(self, desk: Desk) -> None:
        with pytest.raises(Conflict):
            await desk.services.organisations.remove(ADMIN, "iprc", received="1")
        assert await desk.services.members.actor(person("U0IPRC1"), "T0OPS") is not None

    async def test_what_waits_goes_to_the_new_channel(self, desk: Desk) -> None:
        await desk.flag()
        dhl = await desk.services.organisations.one(ADMIN, "dhl")

        assert await desk.services.organisations.change(
            ADMIN, replace(dhl, alerts_channel="C0NEW"), received="1"
        )

        told = {sent.delivery.address for sent in await desk.deliver_all()}
        assert "C0NEW" in told
        assert "C0DHL" not in told

    async def test_a_change_keeps_the_team_that_only_the_file_says(self, desk: Desk) -> None:
        amazon = await desk.services.organisations.one(ADMIN, "amazon")
        renamed = replace(amazon, name="The marketplace", slack_team="")
        assert not await desk.services.organisations.change(ADMIN, renamed, received="1")
        assert await desk.services.organisations.one(ADMIN, "amazon") == replace(
            amazon, name="The marketplace"
        )

    async def test_the_trail_says_what_was_changed(self, desk: Desk) -> None:
        dhl = await desk.services.organisations.one(ADMIN, "dhl")
        changed = replace(dhl, alerts_channel="C0NEW", default_marking=Tlp.AMBER)
        await desk.services.organisations.change(ADMIN, changed, received="1")
        await desk.services.audit.chain_due()
        async with desk.database.read() as tx:
            *_, last = await tx.audit.links(0, 1000)
        entry = json.loads(last.content)
        assert (entry["action"], entry["about"]) == ("organisation.changed", "dhl")
        assert entry["detail"] == {
            "alerts_channel": {"from": "C0DHL", "to": "C0NEW"},
            "default_marking": {"from": "green", "to": "amber"},
        }


def fewer(plan: OperationPlan) -> OperationPlan:
    """Without customs' analyst, and with an admin who is none."""
    kept = [member for member in plan.members if member.slack_user != "U0CBP1"]
    other = [
        replace(member, roles=frozenset({Role.LIAISON})) if member.slack_user == "U0ADMIN1" else member
        for member in kept
    ]
    return replace(plan, members=tuple(other))


class TestTheFile:
    async def test_applied_once_more_it_changes_nothing(
        self, services: Services, example: OperationPlan
    ) -> None:
        for taking in Taking:
            plan = await services.members.apply(example, taking)
            assert plan.changes == ()
            assert plan.kept == ()

    async def test_it_is_not_carried_out_at_all_where_it_would_take_access_unasked(
        self, desk: Desk, example: OperationPlan
    ) -> None:
        wanted = replace(fewer(example), operation=replace(example.operation, name="Another name"))

        plan = await desk.services.members.apply(wanted, Taking.ASK)

        assert plan.takes_access
        assert (await desk.services.members.apply(example, Taking.YES)).changes == (), "nothing was changed"

    async def test_with_yes_it_takes(self, desk: Desk, example: OperationPlan) -> None:
        await desk.services.members.apply(fewer(example), Taking.YES)

        assert await desk.services.members.actor(person("U0CBP1"), "T0OPS") is None
        once_admin = await desk.services.members.actor(person("U0ADMIN1"), "T0OPS")
        assert once_admin is not None
        assert once_admin.roles == {Role.LIAISON}
        assert {"member.added", "member.taken"} <= set(await actions(desk))

    async def test_a_start_takes_nothing_and_says_what_it_has_kept(
        self, services: Services, example: OperationPlan
    ) -> None:
        plan = await services.members.apply(fewer(example))

        assert {change.about for change in plan.kept} == {"U0CBP1", "U0ADMIN1"}
        assert await services.members.actor(person("U0CBP1"), "T0OPS") is not None
        admin = await services.members.actor(person("U0ADMIN1"), "T0OPS")
        assert admin is not None
        assert admin.roles == {Role.ADMIN, Role.LIAISON}

    async def test_an_organisation_with_cases_has_to_stay_in_it(
        self, desk: Desk, example: OperationPlan
    ) -> None:
        await desk.flag("dhl")
        without = replace(
            example,
            organisations=tuple(o for o in example.organisations if o.key != "dhl"),
            members=tuple(m for m in example.members if m.organisation != "dhl"),
        )
        with pytest.raises(SetupError) as told:
            await desk.services.members.apply(without, Taking.YES)
        assert told.value.problems[0].startswith("organisation dhl:")
        assert await desk.services.members.actor(person("U0DHL1"), "T0OPS") is not None

    async def test_an_organisation_no_longer_named_goes_with_its_people(
        self, desk: Desk, example: OperationPlan
    ) -> None:
        without = replace(
            example,
            organisations=tuple(o for o in example.organisations if o.key != "dhl"),
            members=tuple(m for m in example.members if m.organisation != "dhl"),
        )
        await desk.services.members.apply(without, Taking.YES)
        page = await desk.services.organisations.page(ADMIN)
        assert [o.key for o in page.organisations] == ["amazon", "cbp", "iprc"]
        assert await desk.services.members.actor(person("U0DHL1"), "T0OPS") is None

    async def test_who_was_added_in_slack_is_kept_by_a_start_and_taken_by_yes(
        self, desk: Desk, example: OperationPlan
    ) -> None:
        members = desk.services.members
        await members.add(ADMIN, draft("dhl", users=("U0NEW1",)), received="1")
        await members.apply(example)
        assert await members.actor(person("U0NEW1"), "T0OPS") is not None
        assert (await members.apply(example, Taking.ASK)).takes_access
        await members.apply(example, Taking.YES)
        assert await members.actor(person("U0NEW1"), "T0OPS") is None

    async def test_who_was_taken_off_the_list_in_slack_is_not_put_back_by_a_start(
        self, desk: Desk, example: OperationPlan
    ) -> None:
        members = desk.services.members
        await members.remove(ADMIN, Person("", "U0DHL1"), received="1")
        plan = await members.apply(example)
        assert await members.actor(person("U0DHL1"), "T0OPS") is None
        assert [change.about for change in plan.kept] == ["U0DHL1"]
        await members.apply(example, Taking.ASK)
        assert await members.actor(person("U0DHL1"), "T0OPS") is not None
        assert (await members.apply(example)).kept == ()

    async def test_what_was_given_in_slack_is_not_widened_by_a_start(
        self, desk: Desk, example: OperationPlan
    ) -> None:
        members = desk.services.members
        await members.change(ADMIN, Person("", "U0DHL1"), draft("dhl", Role.LIAISON), received="1")
        await members.apply(example)
        known = await members.actor(person("U0DHL1"), "T0OPS")
        assert known is not None
        assert known.roles == {Role.LIAISON}

    async def test_an_organisation_removed_in_slack_stays_away_with_its_people(
        self, desk: Desk, example: OperationPlan
    ) -> None:
        await desk.services.organisations.remove(ADMIN, "dhl", received="1")
        plan = await desk.services.members.apply(example)
        assert {change.about for change in plan.kept} == {"dhl", "U0DHL1", "U0DHL2"}
        page = await desk.services.organisations.page(ADMIN)
        assert [o.key for o in page.organisations] == ["amazon", "cbp", "iprc"]
