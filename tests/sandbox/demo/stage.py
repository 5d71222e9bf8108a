"""Plays the plot on a workspace whose clock goes from deed to deed."""

import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from bot.domain.flags import FlagDraft
from bot.domain.operations import OperationPlan
from bot.domain.roles import Role
from bot.services.all import Services
from sandbox.client import Sandbox
from sandbox.clock import Clock
from tests.factories import actor
from tests.sandbox.demo.plot import BEGINS, ENDS, LASTS, Deed, Said, Story, chatter, stories

JOURNEYS = ("3318810025", "7777777770", "4555000111", "9100200303")
"""Parcels of the default seed whose journeys the flagged ones take."""

HOUR = timedelta(hours=1)
"""How often it is looked whether a digest is due."""


class Time:
    """The workspace's clock, and the services'."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        clock.offset = (BEGINS - HOUR).timestamp() - time.time()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)

    def reach(self, moment: datetime) -> None:
        """Go on to a moment; never back, where this machine took longer than the plot."""
        self._clock.offset = max(moment.timestamp() - time.time(), self._clock.offset)

    def forward(self, seconds: float) -> None:
        self._clock.offset += seconds


@dataclass(slots=True)
class Stage:
    """The workspace, the program's services on it, and what has been played."""

    sandbox: Sandbox
    services: Services
    time: Time
    operation: OperationPlan
    stories: list[Story] = field(default_factory=list)
    _requests: "count[int]" = field(default_factory=count)

    async def play(self, chance: Random) -> None:
        self.sandbox.without_limits()
        self.sandbox.post("/sandbox/partners/dhl/limits", {"enabled": False})
        await self.services.members.apply(self.operation)
        self.stories = stories(chance)
        acts: list[tuple[datetime, Deed | Said, Story | None]] = [
            (deed.at, deed, story) for story in self.stories for deed in story.deeds
        ]
        acts += [(said.at, said, None) for said in chatter(chance)]
        digest = BEGINS
        for at, act, story in sorted(acts, key=lambda each: each[0]):
            while digest < at:
                await self._look_for_digests(digest)
                digest += HOUR
                if digest.hour == 0:
                    sys.stderr.write(f"{digest:%d %b}\n")
            self.time.reach(at)
            if isinstance(act, Said):
                self._say(act)
            elif story is not None:
                await self._do(act, story, chance)
                await self._work()
        self.time.reach(ENDS - HOUR)
        await self._work()
        self._read()
        self.sandbox.post("/sandbox/partners/dhl/limits", {"enabled": True, "used": 0})

    async def _do(self, deed: Deed, story: Story, chance: Random) -> None:
        who, request = actor(deed.who), f"demo {next(self._requests)}"
        cases = self.services.cases
        match deed.what:
            case "flag":
                if story.is_parcel_of_dhl and not story.reference:
                    self._send_parcel(story.subject.number, chance)
                draft = FlagDraft(story.subject, deed.words, story.marking)
                flagged = await self.services.flags.raise_flag(who, draft, received=request)
                story.reference = flagged.view.reference
            case "acknowledge":
                liaison = actor(deed.who, Role.LIAISON, user=f"U0{deed.who.upper()}2")
                by = chance.choice((who, liaison))
                await cases.acknowledge(by, story.reference, received=request)
            case "note":
                await cases.note(who, story.reference, deed.words, None, received=request, response_url="")
            case "look up":
                await cases.find(who, story.reference)
            case "move":
                number = story.subject.number
                self.sandbox.post(f"/sandbox/partners/dhl/parcels/{number}/move", {"by": "day"})
            case "close":
                assert deed.reason is not None
                await cases.close(who, story.reference, deed.reason, deed.words, received=request)
            case "withdraw":
                await self.services.amendments.withdraw(
                    who, story.reference, None, deed.words, received=request, response_url=""
                )

    def _send_parcel(self, number: str, chance: Random) -> None:
        like = chance.choice(JOURNEYS)
        sender = f"Invented Goods Export {chance.randrange(1, 90)} (not a company)"
        parcel = {"number": number, "like": like, "happened": chance.randrange(1, 3), "hours_ago": 2}
        parcel |= {"shipper": sender, "kilograms": round(chance.uniform(0.3, 28), 1), "also_at": []}
        query = "?service=express"
        self.sandbox.post(f"/sandbox/partners/dhl/parcels{query}", parcel)

    async def _work(self) -> None:
        """The worker, until nothing is left to do; posts to one channel go out a second apart."""
        while True:
            await self.services.audiences.look_again()
            await self.services.lookups.ask_due()
            if not await self.services.alerts.deliver_due():
                return
            self.time.forward(1.2)

    async def _look_for_digests(self, at: datetime) -> None:
        self.time.reach(at)
        await self.services.digests.send_due()
        await self._work()

    def _say(self, said: Said) -> None:
        person = f"U0{said.channel[2:]}{1 + said.number % 2}"
        if said.channel == "C0OPS":
            person = ("U0COORD1", "U0AMAZON1", "U0DHL1", "U0CBP1", "U0IPRC1")[said.number % 5]
        body = {"channel": said.channel, "text": said.words}
        self.sandbox.post(f"/sandbox/people/{person}/type", body)

    def _read(self) -> None:
        """Everybody has read everything but what came in the last hours."""
        newest = f"{(ENDS - LASTS / 56).timestamp():.6f}"
        for person in self.sandbox.get("/sandbox/workspace")["people"]:
            for channel in self.sandbox.get(f"/sandbox/people/{person['id']}")["channels"]:
                if channel["is_member"] and not person["is_bot"]:
                    body = {"channel": channel["id"], "ts": newest}
                    self.sandbox.post(f"/sandbox/people/{person['id']}/read", body)
