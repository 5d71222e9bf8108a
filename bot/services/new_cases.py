"""A case as it is the moment its first flag is stored: the same as storage would read it back, without asking it."""

from collections.abc import Iterable

from bot.domain.cases import Case, Change, Entry, Reached, Told
from bot.domain.facts import PartnerView
from bot.domain.flags import Flag, FlagDraft
from bot.domain.people import Person
from storage.cases import CaseHead


def new_case(
    head: CaseHead,
    draft: FlagDraft,
    author: Person,
    flag_id: int,
    entry_id: int,
    told: Iterable[str],
    known: tuple[PartnerView, ...],
) -> Case:
    """The new case with its one flag; ``told``: the organisations whose alerts wait, in the lists' order."""
    flag = Flag(
        id=flag_id,
        organisation=head.owner,
        slack_team=author.slack_team,
        slack_user=author.slack_user,
        words=draft.words,
        marking=head.marking,
        raised_at=head.opened_at,
        pap=draft.pap,
        details=draft.details,
    )
    entry = Entry(
        id=entry_id,
        at=head.opened_at,
        change=Change.FLAGGED,
        organisation=head.owner,
        slack_team=author.slack_team,
        slack_user=author.slack_user,
        words=draft.words,
        marking=head.marking,
        flag_id=flag_id,
    )
    return Case(
        id=head.id,
        reference=head.reference,
        subject_id=head.subject_id,
        subject=draft.subject,
        circle=head.circle,
        owner=head.owner,
        opener=head.opener,
        marking=head.marking,
        pap=head.pap,
        status=head.status,
        reason=None,
        version=head.version,
        opened_at=head.opened_at,
        closed_at=None,
        flags=(flag,),
        acknowledgements=(),
        told=tuple(Told(organisation, Reached.BEING_TOLD) for organisation in told),
        timeline=(entry,),
        partners=known,
    )
