"""Carrying out what a plan says."""

from datetime import datetime

from bot.domain.audit import AuditEntry
from bot.domain.errors import SetupError
from bot.domain.people import Person
from bot.domain.plans import Change, Listed, Lists, Plan, Sign
from bot.services.lists import look_again, sees_less
from storage.database import Transaction

BY_FILE = "operation file"
"""Whose doing it is, in the audit trail."""

DONE = {Sign.ADDED: "added", Sign.CHANGED: "changed", Sign.TAKEN: "taken"}


async def lists_of(tx: Transaction) -> Lists:
    """The lists as they stand."""
    return Lists(
        await tx.members.operation(),
        await tx.members.organisations(),
        await tx.members.all_members(),
        tuple(due.plan for due in await tx.digests.all()),
    )


async def carry_out(tx: Transaction, lists: Lists, plan: Plan, now: datetime) -> None:
    """Make the lists what the plan leads to. Raises :class:`SetupError` where an organisation with cases would go."""
    gone = _gone(plan, Listed.ORGANISATION)
    await _refuse_history(tx, gone)
    if plan.changes:
        await look_again(tx)
    if plan.result.operation is not None:
        await tx.members.put_operation(plan.result.operation)
    await _put_organisations(tx, lists, plan, now)
    await _put_members(tx, lists, plan, now)
    for key in gone:
        for name in await tx.keys.forget_organisation(key):
            detail = {"by": BY_FILE, "organisation": key}
            await tx.audit.write(AuditEntry(now, "api_key.revoked", name, detail=detail))
        await tx.members.remove_organisation(key)
        await tx.outbox.forget_organisation(key, now)
    await _put_digests(tx, lists, plan, now)
    if plan.changes:
        await tx.audit.write(*(_told(change, now) for change in plan.changes))


async def _put_organisations(tx: Transaction, lists: Lists, plan: Plan, now: datetime) -> None:
    channels = {organisation.key: organisation.alerts_channel for organisation in lists.organisations}
    for position, organisation in enumerate(plan.result.organisations):
        await tx.members.put_organisation(organisation, position)
        if channels.get(organisation.key, organisation.alerts_channel) != organisation.alerts_channel:
            await tx.outbox.readdress(organisation.key, organisation.alerts_channel, now)


async def _put_members(tx: Transaction, lists: Lists, plan: Plan, now: datetime) -> None:
    left = {(member.slack_team, member.slack_user): member for member in plan.result.members}
    for member in lists.members:
        after = left.get((member.slack_team, member.slack_user))
        if after is None:
            await tx.members.remove_member(member.slack_team, member.slack_user)
        if after is None or sees_less(member, after):
            await tx.outbox.take_back_from(Person(member.slack_team, member.slack_user), now)
    for member in plan.result.members:
        if member not in lists.members:
            await tx.members.put_member(member)


async def _put_digests(tx: Transaction, lists: Lists, plan: Plan, now: datetime) -> None:
    for digest in plan.result.digests:
        if digest not in lists.digests:
            await tx.digests.put(digest, now)
            await tx.outbox.readdress_digest(digest.key, digest.channel, now)
    for key in _gone(plan, Listed.DIGEST):
        await tx.digests.remove(key)


def _gone(plan: Plan, what: Listed) -> list[str]:
    return [change.about for change in plan.changes if (change.sign, change.what) == (Sign.TAKEN, what)]


async def _refuse_history(tx: Transaction, organisations: list[str]) -> None:
    problems = [
        f"organisation {key}: it has cases or has acted on some, and cannot be removed; leave it in the file"
        for key in organisations
        if await tx.members.has_history(key)
    ]
    if problems:
        raise SetupError(problems)


def _told(change: Change, now: datetime) -> AuditEntry:
    """What the operator did: keys and ids; what the file says of them stands in the file."""
    return AuditEntry(now, f"{change.what}.{DONE[change.sign]}", change.about, detail={"by": BY_FILE})
