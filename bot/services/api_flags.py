"""Flags from partners' own systems: the same as anybody's, each request done once and answered in JSON."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.disclosures import Shown, state_of
from bot.domain.errors import Conflict, InvalidInput, NotFound
from bot.domain.flags import FlagDraft
from bot.domain.people import Person
from bot.domain.references import ALPHABET, characters
from bot.domain.roles import Action, Actor
from bot.domain.sharing import CaseView, FlagView, reader_for
from bot.messages.payloads import RaisedFlag, flag_state, raised_flag
from bot.services.access import require
from bot.services.disclosures import Disclosures
from bot.services.flags import ClosedBefore, Flagged, Flags
from bot.services.telling import seen_by
from storage.database import Database, Transaction
from storage.receipts import Answered

THROUGH = "API"
"""How the register of what was shown calls it."""

NO_SUCH_FLAG = "There is no such flag."
NAME_IS_TAKEN = (
    "Another request has had this Idempotency-Key already. Give each request one of its own, "
    "and repeat one only with the same body."
)
RANDOM_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request that may come again, because its answer was lost on the way."""

    key: str
    """What its sender calls it; each API key has names of its own."""
    digest: str
    """SHA-256 of what it asks."""


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What a new flag is answered: the status, and :class:`RaisedFlag` as JSON."""

    status: int
    body: str

    @property
    def name(self) -> str:
        """What the flag is called."""
        return RaisedFlag.model_validate_json(self.body).id


class ApiFlags:
    """Raises flags and shows them; nothing is shown before the register of what was shown says so."""

    def __init__(
        self,
        database: Database,
        flags: Flags,
        disclosures: Disclosures,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._flags = flags
        self._disclosures = disclosures
        self._wake = wake

    async def raise_flag(
        self, actor: Actor, draft: FlagDraft, request: Repeatable, *, again: bool = False
    ) -> ApiAnswer:
        """Store the flag and its answer at once, so that a repeat gets the same answer and raises nothing.

        A repeat that arrives meanwhile waits. Raises :class:`InvalidInput` where the name was another request's, and
        :class:`Conflict` where the case was closed so that one should know of it, unless ``again`` says that one does.
        """
        require(actor, Action.FLAG)
        received = f"api {actor.slack_user} {request.key}"
        try:
            answer, view = await self._raise(actor, draft, request, received, again=again)
        except ClosedBefore as closed:
            await self._show(actor, state_of(closed.view))
            raise Conflict(f"{closed.sentence} If so, send “anyway”: true.") from None
        self._wake()
        # A repeat shows what it showed the first time.
        await self._show(actor, answer.shown or state_of(view))
        return ApiAnswer(answer.status, answer.body)

    async def _raise(
        self, actor: Actor, draft: FlagDraft, request: Repeatable, received: str, *, again: bool
    ) -> tuple[Answered, CaseView]:
        async with self._database.begin() as tx:
            _same_request(await tx.receipts.answer_to(received), request)
            flagged = await self._flags.raise_in(tx, actor, draft, received, again=again)
            # Looked at once more: the same request may have been done while this one waited for its receipt.
            answer = _same_request(await tx.receipts.answer_to(received), request)
            if answer is None:
                answer = await self._answer(tx, actor, draft, flagged, request)
                await tx.receipts.answered(received, answer)
        return answer, flagged.view

    async def one(self, actor: Actor, name: str) -> str:
        """The flag and its case as the actor's organisation may see them now; hidden is as absent."""
        require(actor, Action.LOOK_UP)
        view, flag = await self._seen(actor, name) if is_flag_name(name) else (None, None)
        if view is None or flag is None:
            raise NotFound(NO_SUCH_FLAG)
        await self._show(actor, state_of(view))
        return flag_state(name, flag, view).model_dump_json()

    async def _seen(self, actor: Actor, name: str) -> tuple[CaseView | None, FlagView | None]:
        async with self._database.read() as tx:
            found = await tx.api_flags.find(name, reader_for(actor))
            view = (await seen_by(tx, actor, found.case_id))[1] if found else None
        if found is None or view is None:
            return None, None
        return view, next((flag for flag in view.flags if flag.id == found.flag_id), None)

    async def _answer(
        self, tx: Transaction, actor: Actor, draft: FlagDraft, flagged: Flagged, request: Repeatable
    ) -> Answered:
        flag = _own(flagged.view, Person(actor.slack_team, actor.slack_user), draft)
        name, is_new = await tx.api_flags.name(flag.id, new_flag_name())
        body = raised_flag(name, flag, flagged.view, already_known=flagged.joined)
        status = 201 if is_new else 200
        return Answered(request.digest, status, body.model_dump_json(), state_of(flagged.view))

    async def _show(self, actor: Actor, shown: Shown) -> None:
        await self._disclosures.shown_to(reader_for(actor), [shown], THROUGH)


def _same_request(answer: Answered | None, request: Repeatable) -> Answered | None:
    """The answer that was given under the name. Raises :class:`InvalidInput` where something else was asked for then."""
    if answer is not None and answer.asked_digest != request.digest:
        raise InvalidInput(NAME_IS_TAKEN, "Idempotency-Key")
    return answer


def _own(view: CaseView, author: Person, draft: FlagDraft) -> FlagView:
    """The flag that the draft became; the same author's same flag stands once."""
    return next(
        flag
        for flag in reversed(view.flags)
        if flag.stands and (flag.person, flag.words, flag.details) == (author, draft.words, draft.details)
    )


def new_flag_name() -> str:
    """What a flag is called over HTTP: random, for a number would tell how many there are that one may not see."""
    return f"flag_{characters(RANDOM_CHARACTERS, secrets.choice).lower()}"


def is_flag_name(text: str) -> bool:
    """Whether a flag can be called so."""
    prefix, _, rest = text.partition("_")
    return prefix == "flag" and len(rest) == RANDOM_CHARACTERS and set(rest) <= set(ALPHABET.lower())
