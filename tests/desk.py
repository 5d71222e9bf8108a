"""The services as tests use them: short words for what people do, and the worker on demand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.cases import Case, CloseReason
from bot.domain.flags import FlagDraft
from bot.domain.markings import Marking, Tlp
from bot.domain.roles import Actor
from bot.domain.sharing import CaseView
from bot.domain.subjects import Subject
from bot.services.all import Services
from bot.services.flags import Flagged
from storage.database import Database
from tests.doubles import Clock, RememberingPartner, RememberingTransport, Sent
from tests.factories import PARCEL, actor

CARD = "https://hooks.example/card"


@dataclass
class Desk:
    """Everybody is an analyst of the organisation that is named, and makes a new request each time."""

    services: Services
    database: Database
    clock: Clock
    transport: RememberingTransport
    dhl: RememberingPartner
    requests: int = field(default=0)

    def request(self) -> str:
        self.requests += 1
        return f"request {self.requests}"

    async def flag(
        self,
        who: str | Actor = "amazon",
        subject: Subject = PARCEL,
        words: str = "counterfeit earbuds",
        *,
        marking: Marking | None = None,
        received: str = "",
        **more: Any,
    ) -> Flagged:
        draft = FlagDraft(subject, words, marking)
        return await self.services.flags.raise_flag(
            somebody(who), draft, received=received or self.request(), **more
        )

    async def acknowledge(self, who: str | Actor, view: CaseView, **more: Any) -> None:
        request = {"received": self.request()} | more
        await self.services.cases.acknowledge(somebody(who), view.reference, **request)

    async def close(
        self,
        who: str | Actor,
        view: CaseView,
        reason: CloseReason = CloseReason.ACTED_ON,
        words: str = "",
        **more: Any,
    ) -> None:
        request = {"received": self.request()} | more
        await self.services.cases.close(somebody(who), view.reference, reason, words, **request)

    async def withdraw(self, who: str | Actor, view: CaseView, **more: Any) -> None:
        """Their own latest flag."""
        request = {"number": None, "words": "", "received": self.request(), "response_url": ""} | more
        await self.services.amendments.withdraw(somebody(who), view.reference, **request)

    async def undo(self, who: str | Actor, view: CaseView, **more: Any) -> None:
        """Their own latest flag."""
        request = {"number": None, "received": self.request(), "response_url": ""} | more
        await self.services.amendments.undo(somebody(who), view.reference, **request)

    async def correct(
        self, who: str | Actor, view: CaseView, words: str, tlp: Tlp = Tlp.GREEN, **more: Any
    ) -> None:
        """Their own latest flag."""
        request = {"number": None, "received": self.request(), "response_url": ""} | more
        await self.services.amendments.correct(somebody(who), view.reference, words=words, tlp=tlp, **request)

    async def seen(self, who: str | Actor, view: CaseView) -> CaseView:
        """The case as somebody may see it now."""
        return await self.services.cases.one(somebody(who), view.reference)

    async def stored(self, view: CaseView) -> Case:
        """The case as it is stored, whole."""
        async with self.database.read() as tx:
            return await tx.cases.get(view.id)

    async def deliver(self) -> list[Sent]:
        """Send what is due at this moment; returns what has arrived."""
        before = len(self.transport.sent)
        while await self.services.alerts.deliver_due():
            pass
        return self.transport.sent[before:]

    async def deliver_all(self) -> list[Sent]:
        """Send everything, each in its turn, as the worker does within a minute."""
        before = len(self.transport.sent)
        for _ in range(60):
            await self.deliver()
            self.clock.advance(seconds=1)
            async with self.database.read() as tx:
                if not await tx.sending.waiting():
                    break
        return self.transport.sent[before:]


def somebody(who: str | Actor) -> Actor:
    return actor(who) if isinstance(who, str) else who


def by_address(sent: list[Sent]) -> Mapping[str, list[str]]:
    """How messages arrived, by where they went."""
    arrived: dict[str, list[str]] = {}
    for each in sent:
        arrived.setdefault(each.delivery.address, []).append(each.how)
    return arrived
