"""Everything the leak tests do, through the sandbox as people do it, and the look at all that left the bot after each deed."""

import json
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import httpx

from bot.domain.references import check_character
from sandbox.client import Sandbox
from tests.leaks.oracle import (
    ORDER,
    Audience,
    Case,
    Deed,
    Known,
    Mark,
    Nobody,
    Part,
    Person,
    Room,
    stands_apart,
)
from tests.leaks.people import (
    ADMIN,
    DESK,
    DIGEST_CHANNEL,
    FOREIGN_TEAM,
    FOREIGNER,
    MEMBERS,
    ORGANISATIONS,
    STRANGER,
)
from tests.leaks.running import EverythingLogged, SteppedBot
from tests.leaks.traffic import PLANTED, Item, Reached

REFERENCE = re.compile(r"OFA-\d{4}-[0-9A-Z]{6}")
CANARY = re.compile(r"canary[0-9a-f]{12}")
MENTION = re.compile(r"<@(U0[A-Z0-9]+)")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

WHOM_TO_ASK = frozenset({ADMIN})
"""Whom a stranger is told to ask."""


BUTTONS_OF_A_CASE = (
    "case.open",
    "case.sheet",
    "case.acknowledge",
    "case.close",
    "case.note",
    "case.mark",
    "case.withdraw",
    "flag.undo",
    "flag.correct",
)


RELATED, PROBING = "holds a record related to one of yours", "records hidden from them"
"""What coordinators are told of two records that meet, and admins of one who meets many."""


EARLIER = "earlier words"
"""What a flag said before it was corrected."""


class Leak(AssertionError):
    """Something reached somebody who may not have it."""


def canary() -> str:
    """Words that appear nowhere else."""
    return f"canary{secrets.token_hex(6)}"


def seller() -> str:
    """The id of a seller of whom nobody else has heard."""
    return "A" + "".join(secrets.choice(ALPHABET) for _ in range(12)) + "X"


def parcel() -> str:
    """A waybill of the carrier's with a check digit that fits."""
    digits = 100_000_000 + secrets.randbelow(899_999_999)
    return f"{digits}{digits % 7}"


def _choice(name: str, value: str) -> dict[str, Any]:
    option = {"text": {"type": "plain_text", "text": value}, "value": value}
    select = {"type": "static_select", "action_id": name, "options": [option], "initial_option": option}
    return {
        "type": "input",
        "block_id": name,
        "label": {"type": "plain_text", "text": "x"},
        "element": select,
    }


@dataclass(repr=False)
class World:
    """One operation from its first flag on, and all that is known of it."""

    sandbox: Sandbox
    bot: SteppedBot
    logs: EverythingLogged
    known: Known = field(default_factory=Known)
    reached: Reached = field(default_factory=Reached)
    subjects: dict[str, str] = field(default_factory=dict)
    """Number → the word that stands before it in a flag: parcel or seller."""
    left: set[str] = field(default_factory=set)
    accepted: dict[str, frozenset[str]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    """Channels that another company's workspace has too."""
    names_are_open: bool = False
    """Who has a hand in something is not looked at: the test shows people lists of members."""
    inspected: int = 0
    _seen: int = 0
    _lines: int = 0
    _typed: tuple[str, str] = ("", "")
    _items: list[Item] = field(default_factory=list)
    _held: bool = False
    _channels: dict[str, list[str]] = field(default_factory=dict)
    _planted: dict[tuple[str, str], str] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _api_flags: dict[str, str] = field(default_factory=dict)

    # -- who ---------------------------------------------------------------------------------------------------

    def person(self, user: str) -> Person:
        member = MEMBERS.get(user)
        return Person(user, None if member is None or user in self.left else member.organisation)

    def room(self, channel: str) -> Room:
        """A channel as it is now, by the sandbox's own list of its members."""
        people = [self.person(user) for user in self._members(channel)]
        organisations = frozenset(person.organisation for person in people if person.organisation)
        home = next((key for key, place in ORGANISATIONS.items() if place == channel), None)
        strangers = channel in self.shared or any(person.organisation is None for person in people)
        return Room(channel, organisations, strangers, home, self.accepted.get(channel, frozenset()))

    def audience(self, item: Item) -> Audience:
        if item.user:
            return self.person(item.user)
        return self.room(item.channel) if item.channel else Nobody()

    # -- doing -------------------------------------------------------------------------------------------------

    def types(self, user: str, text: str) -> str:
        """A command; the body of what answers it at once."""
        self._typed = (user, text)
        self._deed(user, "type", {"channel": DESK, "text": text})
        items = self.settle()
        command = f"command {text.split(maxsplit=1)[0]}"
        return "".join(item.body for item in items if item.name == command and item.user == user)

    def clicks(self, user: str, action: str, value: str) -> list[Item]:
        """A button of this action and value, on a message that somebody kept or forged."""
        text = {"type": "plain_text", "text": "x"}
        element = {"type": "button", "text": text, "action_id": action, "value": value}
        where = self._plant(action, value, element)
        self._typed = (user, value)
        self._deed(user, "act", where | {"action_id": action})
        return self.settle()

    def clicks_and_closes(self, user: str, action: str, value: str) -> None:
        """A button, and what it opens closed again."""
        if any(item.is_modal for item in self.clicks(user, action, value)):
            self._closes_modals(user)
        self._planted.pop((action, value))  # the message may have been replaced by the answer

    def is_offered(self, user: str, field: str, query: str) -> None:
        """Type into a field of this name, on a message that somebody has forged."""
        label = {"type": "plain_text", "text": "x"}
        element = {"type": "external_select", "action_id": field, "placeholder": label, "min_query_length": 0}
        where = self._plant(field, "", element)
        self._typed = (user, query)
        self._deed(user, "suggest", where | {"action_id": field, "query": query})
        self.settle()

    def uses_shortcut(self, user: str, shortcut: str, text: str) -> None:
        """A shortcut on a message of one's own, and what it opens closed again."""
        self._typed = (user, text)
        message = self._deed(user, "type", {"channel": DESK, "text": text})["message"]
        self._deed(user, "shortcut", {"callback_id": shortcut, "channel": DESK, "ts": message["ts"]})
        if any(item.is_modal for item in self.settle()):
            self._closes_modals(user)

    def submits_forged(self, user: str, form: str, metadata: str, **choices: str) -> None:
        """A form of this name that the bot has not made, with what its maker wants the bot to believe."""
        self.clicks(user, "leaks.trigger", "x")
        self._typed = (user, metadata)
        trigger = [trigger for trigger, whose in self.reached.triggers.items() if whose == user][-1]
        words = {"type": "plain_text_input", "action_id": "words", "initial_value": "forged"}
        label = {"type": "plain_text", "text": "x"}
        view = {
            "type": "modal",
            "callback_id": form,
            "title": label,
            "submit": label,
            "private_metadata": metadata,
            "blocks": [
                {"type": "input", "block_id": "words", "label": label, "element": words},
                *(_choice(name, value) for name, value in choices.items()),
            ],
        }
        answer = self._slack.post("views.open", json={"trigger_id": trigger, "view": view}).json()
        assert answer["ok"], answer
        self.submits(user, answer["view"]["id"])
        self.settle()

    def opens_form(self, user: str, action: str, value: str) -> str | None:
        """A button that opens a form; the form's id."""
        self.clicks(user, action, value)
        modals = self.sandbox.get(f"/sandbox/people/{user}")["modals"]
        return modals[-1]["id"] if modals else None

    def submits(self, user: str, view: str, **fields: Any) -> bool:
        """Fill a form in and send it; whether it was taken."""
        for name, value in fields.items():
            where = {"view_id": view, "block_id": name, "action_id": name}
            self._deed(user, "act", where | {"value": value})
        answer = self._deed(user, "submit", {"view_id": view})
        taken: bool = answer.get("action") == "close"
        if answer.get("modals"):
            self._deed(user, "close", {"view_id": answer["modals"][-1]["id"], "all": True})
        return taken

    def _deed(self, user: str, what: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.sandbox.post(f"/sandbox/people/{user}/{what}", body)
        if not answer["ok"] and answer.get("error") != "invalid_input":
            raise AssertionError(f"{user} cannot {what}: {answer}")
        return answer

    def _plant(self, action: str, value: str, element: dict[str, Any]) -> dict[str, Any]:
        """A message of the bot's with this element on it, as somebody may have kept it; where it stands."""
        if (action, value) not in self._planted:
            blocks = [{"type": "actions", "block_id": "planted", "elements": [element]}]
            answer = self._slack.post(
                "chat.postMessage", json={"channel": DESK, "text": "planted", "blocks": blocks}
            ).json()
            assert answer["ok"], answer
            self._planted[action, value] = str(answer["ts"])
        return {"channel": DESK, "ts": self._planted[action, value], "block_id": "planted"}

    @cached_property
    def _slack(self) -> httpx.Client:
        """Slack's Web API with the bot's own token, marked as not the bot's doing."""
        token = self.sandbox.settings()["SLACK_BOT_TOKEN"]
        headers = {"Authorization": f"Bearer {token}", PLANTED: "1"}
        return httpx.Client(base_url=self.sandbox.api_url, headers=headers, trust_env=False)

    # -- what people do ----------------------------------------------------------------------------------------

    def flag(self, user: str, number: str, mark: Mark | None = None, *, pap: str = "") -> Case | None:
        """Flag something; the case it became, None where it was refused."""
        kind = "parcel" if number.isdecimal() else "seller"
        self.subjects[number] = kind
        before = [case for case in self.known.cases.values() if case.subject == number and not case.is_open]
        words = canary()
        options = f" --brand {words}"  # what stands beside the words is as secret as they are
        options += f" --tlp {mark.tlp}" if mark else ""
        options += f" --release {','.join(sorted(mark.releases))}" if mark and mark.releases else ""
        options += f" --pap {pap}" if pap else ""
        self._deed(user, "type", {"channel": DESK, "text": f"/flag {kind} {number} {words}{options}"})
        self._typed = (user, f"{number} {words}")
        answer = self._latest_answer("/flag")
        if '"flag.again"' in answer:
            return self._flags_again(user, number, mark or Mark(), words, answer, before, pap)
        found = REFERENCE.search(answer)
        case = (
            self._joined(user, MEMBERS[user].organisation, number, mark or Mark(), words, found[0], pap)
            if found
            else None
        )
        self.settle()
        return case

    def _flags_again(
        self, user: str, number: str, mark: Mark, words: str, answer: str, closed: list[Case], pap: str
    ) -> Case:
        """The bot asks whether a closed case is meant; only somebody who may see it is asked. They say yes."""
        reference = next(iter(REFERENCE.findall(answer)))
        asked = next((case for case in closed if case.reference == reference), None)
        self._must(asked is not None and asked.opens(self.person(user)), f"{user} is asked about {reference}")
        case = self._joined(user, MEMBERS[user].organisation, number, mark, words, reference, pap)
        self.clicks(user, "flag.again", self.button_in(answer, "flag.again"))
        return case

    def _latest_answer(self, command: str) -> str:
        records = self.sandbox.traffic(command, after=self._seen)
        return str(records[-1]["response"]["body"])

    def _joined(
        self,
        author: str,
        organisation: str,
        number: str,
        mark: Mark,
        words: str,
        reference: str,
        pap: str = "",
    ) -> Case:
        case = self.known.cases.get(reference)
        if case is None:
            case = Case(reference, number, organisation, author, mark, pap_red=pap == "red")
            self.known.cases[reference] = case
        elif not case.opens(Person(author, organisation)):
            raise Leak(f"{author}'s flag was answered with {reference}, which they may not know of")
        assert case.subject == number, f"{reference} is about another subject"
        part = Part("flag", words, organisation, author, mark)
        wider = case.mark
        if wider.tlp == mark.tlp == "amber" and case.owner == organisation:
            wider = Mark("amber", wider.releases | mark.releases)
        part.is_apart = stands_apart(mark, wider)
        case.relabel(part, wider, pap_red=case.pap_red or (pap == "red" and not part.is_apart))
        case.is_open = True
        case.parts.append(part)
        return case

    def api_flag(self, organisation: str, number: str, mark: Mark | None = None) -> Case | None:
        """A system of an organisation's flags something by HTTP; the case it became, None where it was refused."""
        kind = self.subjects[number] = "parcel" if number.isdecimal() else "seller"
        words = canary()
        asked: dict[str, Any] = {
            "subject": {"identifier": number, "kind": kind},
            "words": words,
            "anyway": True,
        }
        asked |= {"tlp": mark.tlp, "release": sorted(mark.releases)} if mark else {}
        answer = httpx.post(
            f"{self.bot.url}/v1/flags",
            json=asked,
            headers={"Authorization": f"Bearer {self._key_of(organisation)}", "Idempotency-Key": words},
        )
        case = None
        if answer.is_success:
            raised = answer.json()
            self._api_flags[organisation] = raised["id"]
            case = self._joined(
                f"{organisation}-system",
                organisation,
                number,
                mark or Mark(),
                words,
                raised["case"]["reference"],
            )
        self._answered(f"U0{organisation.upper()}1", answer.text)
        return case

    def _key_of(self, organisation: str) -> str:
        if organisation not in self._keys:
            self._keys[organisation] = self.bot.makes_key(organisation)
        return self._keys[organisation]

    def api_look(self, organisation: str) -> None:
        """The same system asks what has become of it."""
        if organisation in self._api_flags:
            answer = httpx.get(
                f"{self.bot.url}/v1/flags/{self._api_flags[organisation]}",
                headers={"Authorization": f"Bearer {self._keys[organisation]}"},
            )
            self._answered(f"U0{organisation.upper()}1", answer.text)

    def _answered(self, user: str, body: str) -> None:
        """What a system of an organisation's got, which is for any of its people."""
        item = Item("API", body, user=user)
        self._inspect(item)
        self._items.append(item)
        self.settle()

    def look(self, user: str, text: str) -> str:
        return self.types(user, f"/case {text}")

    def note(self, user: str, case: Case, tlp: str | None = None) -> bool:
        """Add a note; whether it was taken, which it must not be where the case is none of theirs."""
        view = self.opens_form(user, "case.note", case.reference)
        if view is None:
            return False
        words, member = canary(), MEMBERS.get(user)
        organisation = member.organisation if member else ""
        mark = Mark(tlp) if tlp else None
        apart = mark is not None and stands_apart(mark, case.mark)
        part = Part("note", words, organisation, user, mark, is_apart=apart)
        self._typed = (user, words)
        may = case.opens(self.person(user)) and member is not None and member.role in ("analyst", "liaison")
        if may and case.is_open:
            case.parts.append(part)
        taken = self.submits(user, view, words=words, tlp=tlp or "case")
        self._must(not taken or (may and case.is_open), f"{user} added a note to {case.reference}")
        if not taken and part in case.parts:
            case.parts.remove(part)
        self.settle()
        return taken

    def close(self, user: str, case: Case) -> bool:
        """Close a case, or try to."""
        view = self.opens_form(user, "case.close", case.reference)
        if view is None:
            return False
        words = canary()
        self._typed = (user, words)
        member = MEMBERS.get(user)
        may = (
            case.is_open
            and case.opens(self.person(user))
            and member is not None
            and member.role == "analyst"
            and member.organisation in case.closers()
        )
        if may and member is not None:
            case.parts.append(Part("closing", words, member.organisation, user, None))
        taken = self.submits(user, view, reason="genuine", words=words)
        self._must(not taken or may, f"{user} closed {case.reference}")
        if taken:
            case.is_open = False
            for part in case.parts:
                part.is_settled = True
        self.settle()
        return taken

    def mark(self, user: str, case: Case, mark: Mark) -> bool:
        """Mark a case otherwise, or try to."""
        view = self.opens_form(user, "case.mark", case.reference)
        if view is None:
            return False
        member = MEMBERS.get(user)
        may = (
            case.is_open
            and case.opens(self.person(user))
            and member is not None
            and member.role == "analyst"
            and member.organisation == case.owner
        )
        fields: dict[str, Any] = {"tlp": mark.tlp}
        fields |= {"release": sorted(mark.releases)} if mark.releases else {}
        fields |= {"people": sorted(mark.people)} if mark.people else {}
        self._typed = (user, "")
        taken = self.submits(user, view, **fields)
        self._must(not taken or may, f"{user} marked {case.reference}")
        if taken and member is not None and mark != case.mark:
            self._remarked(case, mark, Deed(member.organisation, user, None))
        self.settle()
        return taken

    def _remarked(self, case: Case, mark: Mark, deed: Deed) -> None:
        """The case goes on as it is now marked; loosened, in the shared case of its subject, where one is open."""
        was_shared = case.mark.is_shared
        case.remark(mark)
        case.deeds.append(deed)
        if was_shared and not mark.is_shared:
            self._parted(case)
        if not mark.is_shared or was_shared:
            return
        shared = [
            other
            for other in self.known.cases.values()
            if other is not case and other.subject == case.subject and other.is_open and other.mark.is_shared
        ]
        for other in shared[:1]:
            flags = [part for part in case.parts if part.kind == "flag"]
            for part in flags:
                part.is_moved = True
            other.parts += flags
            other.deeds.append(deed)
            case.parts = [part for part in case.parts if part.kind != "flag"]
            case.is_open = False

    def _parted(self, case: Case) -> None:
        """Hidden flags go on in their own circles, with what was said with them: other organisations', and a colleague's
        RED one where the colleague may not follow.
        """
        references = self.bot.references_about(case.subject)
        hidden = [
            part
            for part in case.standing()
            if part.organisation != case.owner
            or (part.is_apart and part.mark == Mark("red") and not case.opens(self.person(part.author)))
        ]
        for flag in [part for part in hidden if part.mark is not None]:
            circle = f"T0OPS/{flag.author}" if flag.mark and flag.mark.tlp == "red" else flag.organisation
            own = self.known.cases.setdefault(
                references[circle],
                Case(references[circle], case.subject, flag.organisation, flag.author, flag.mark or Mark()),
            )
            moved = [
                part
                for part in case.parts
                if part is flag or (part.kind == EARLIER and part.author == flag.author)
            ]
            own.is_open = True
            for part in moved:
                part.is_apart = flag.mark is not None and stands_apart(flag.mark, own.mark)
            own.parts += moved
            case.parts = [part for part in case.parts if part not in moved]

    def withdraw(self, user: str, case: Case) -> bool:
        """Press *Withdraw my flag* and say why, or try to: the latest of one's own is taken back."""
        view = self.opens_form(user, "case.withdraw", case.reference)
        mine = self._own(user, case)
        self._must(view is None or mine is not None, f"{user} may withdraw a flag of {case.reference}")
        if view is None or mine is None:
            return False
        words = canary()
        self._typed = (user, words)
        said = Part("withdrawal", words, mine.organisation, user, mine.mark, is_apart=mine.is_apart)
        case.parts.append(said)
        self._gone(user, case, mine)
        assert self.submits(user, view, reason="mistaken", words=words)
        self.settle()
        return True

    def undo(self, user: str, case: Case) -> None:
        """Press *Undo*, whether or not one has a flag there."""
        mine = self._own(user, case)
        if mine is not None:
            case.undo(mine)
            self._gone(user, case, mine)
            mine.is_undone = True
        self.clicks(user, "flag.undo", case.reference)

    def _own(self, user: str, case: Case) -> Part | None:
        """The latest flag of one's own that stands, where one may still flag."""
        member = MEMBERS.get(user)
        if member is None or member.role != "analyst" or user in self.left:
            return None
        mine = [p for p in case.standing() if p.author == user and case.shows(p, self.person(user))]
        return mine[-1] if mine else None

    def _gone(self, user: str, case: Case, flag: Part) -> None:
        """A flag is taken back; the case goes on where another stands that was raised since it was last closed."""
        flag.stands = False
        for part in case.parts:
            part.stands = part.stands and not (part.kind == EARLIER and part.author == user)
        case.deeds.append(Deed(flag.organisation, user, flag.mark, flag.is_apart))
        others = [part for part in case.standing() if case.keeps_open(part) and not part.is_settled]
        if case.keeps_open(flag) and not others:
            case.is_open = False

    def correct(self, user: str, case: Case, mark: Mark | None = None) -> bool:
        """Say something else with one's flag, or mark it otherwise, or try to."""
        view = self.opens_form(user, "flag.correct", case.reference)
        mine = self._own(user, case)
        self._must(view is None or mine is not None, f"{user} may correct a flag of {case.reference}")
        if view is None or mine is None:
            return False
        words, mark_before = canary(), mine.mark or case.mark
        self._typed = (user, words)
        wanted = mark or mark_before
        carries = user == case.opener and mark_before.tlp == case.mark.tlp and not mine.is_apart
        marks_case = carries and wanted.tlp != mark_before.tlp
        part_mark = mark_before if marks_case else wanted
        stricter = max(mark_before, part_mark, key=lambda each: ORDER.index(each.tlp))
        earlier = Part(EARLIER, mine.canary, mine.organisation, user, stricter, stands=not mine.is_moved)
        was_apart = earlier.is_apart = mine.is_apart
        case.parts.append(earlier)
        mine.canary, mine.mark = words, part_mark
        if part_mark != mark_before:
            mine.is_apart = stands_apart(part_mark, case.mark)
            earlier.is_apart = was_apart or mine.is_apart
        taken = self.submits(user, view, words=words, tlp=wanted.tlp)
        if not taken:
            case.parts.remove(earlier)
            mine.canary, mine.mark, mine.is_apart = earlier.canary, mark_before, was_apart
            self._closes_modals(user)
        elif marks_case:
            self._remarked(case, wanted, Deed(mine.organisation, user, None))
        self.settle()
        return taken

    def acknowledge(self, user: str, case: Case) -> None:
        member = MEMBERS.get(user)
        may = member is not None and member.role in ("analyst", "liaison") and case.opens(self.person(user))
        if may and case.is_open and member is not None:
            case.deeds.append(Deed(member.organisation, user, None))
        self.clicks(user, "case.acknowledge", case.reference)

    def opens(self, user: str, case: Case) -> dict[str, Any]:
        """The whole case over Slack, as it stands there."""
        self.clicks(user, "case.sheet", case.reference)
        sheet: dict[str, Any] = self.sandbox.get(f"/sandbox/people/{user}")["modals"][-1]
        return sheet

    def presses(self, user: str, sheet: dict[str, Any], action: str) -> None:
        """A button that the case has there, and everything closed again."""
        (block,) = (
            block["block_id"]
            for block in sheet["blocks"]
            for element in block.get("elements", [])
            if element.get("action_id") == action
        )
        self._deed(user, "act", {"view_id": sheet["id"], "block_id": block, "action_id": action})
        self.settle()
        self._closes_modals(user)

    def close_everything(self) -> None:
        self._slack.close()

    def acknowledges_by_card(self, user: str, case: Case) -> None:
        """Open the case, and press its card's own button: the card is then drawn anew, now or later."""
        self._deed(user, "type", {"channel": DESK, "text": f"/case {case.reference}"})
        shown = self.sandbox.get(f"/sandbox/people/{user}/messages", {"channel": DESK, "limit": "50"})[
            "messages"
        ]
        card = next(
            m for m in reversed(shown) if m.get("only_visible_to") == user and case.reference in json.dumps(m)
        )
        member = MEMBERS[user]
        case.deeds.append(Deed(member.organisation, user, None))
        for block in card["blocks"]:
            for element in block.get("elements", []):
                if element.get("action_id") in ("case.acknowledge", "case.note"):
                    where = {"channel": DESK, "ts": card["ts"], "block_id": block["block_id"]}
                    self._deed(user, "act", where | {"action_id": element["action_id"]})
        self.settle()

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """What the bot wants to send meanwhile waits until the block ends."""
        self._held = True
        yield
        self._held = False
        self.settle()

    @property
    def items(self) -> list[Item]:
        """Everything that has left the bot."""
        return self._items

    def button_in(self, body: str, action: str) -> str:
        """The value of the button of that action."""
        for block in json.loads(body)["blocks"]:
            for element in [*block.get("elements", []), block.get("accessory", {})]:
                if element.get("action_id") == action:
                    return str(element["value"])
        raise AssertionError(f"There is no button {action} in {body}")

    def digest(self, user: str) -> str:
        """Ask for the digest; what was posted."""
        before = len(self._items)
        self.types(user, "/digest now")
        posted = [
            i for i in self._items[before:] if i.channel == DIGEST_CHANNEL and i.name == "chat.postMessage"
        ]
        return posted[-1].body if posted else ""

    def comes_into(self, user: str, channel: str) -> None:
        """Somebody is invited into a channel by one who is in it."""
        self._membership(
            "member_joined_channel",
            self._members(channel)[0],
            "invite",
            {"channel": channel, "users": [user]},
        )

    def comes_into_if_outside(self, user: str, channel: str) -> None:
        """Somebody of another workspace comes by Slack Connect, where the channel is shared with it."""
        if user not in self._members(channel) and (user != FOREIGNER or channel in self.shared):
            self.comes_into(user, channel)

    def is_shared(self, channel: str) -> None:
        """An alerts channel is shared with another company's workspace; nobody of it need be in it yet."""
        if channel not in self.shared:
            self.shared.add(channel)
            before = self._latest()
            self.sandbox.post(f"/sandbox/channels/{channel}/share", {"team": FOREIGN_TEAM})
            self.sandbox.awaits_traffic("channel_shared", after=before)
            self.settle()

    def goes_out_of(self, user: str, channel: str) -> None:
        self._membership("member_left_channel", user, "leave", {"channel": channel})

    def _membership(self, event: str, user: str, what: str, body: dict[str, Any]) -> None:
        self._typed = ("", "")
        before = self._latest()
        self._deed(user, what, body)
        self._channels.clear()
        self.sandbox.awaits_traffic(event, after=before)
        self.settle()

    def accepts(self, user: str, channel: str) -> None:
        """A coordinator says yes to those who read along, by the note's button or a forged one."""
        member = MEMBERS.get(user)
        room = self.room(channel)
        if (
            member is not None
            and member.role == "coordinator"
            and member.organisation == room.home
            and user not in self.left
        ):
            self.accepted[channel] = room.organisations - {room.home}
        others = ",".join(sorted(room.organisations - {room.home}))
        self.clicks(user, "channel.accept", f"{channel} {others}")

    def leaves_the_operation(self, user: str) -> None:
        self.bot.take_off_the_list(user)
        self.left.add(user)

    # -- looking -----------------------------------------------------------------------------------------------

    def settle(self) -> list[Item]:
        """Let the bot finish, and look at everything that has left it since the last look."""
        if self._held:
            self.bot.finish_acks()
        else:
            self.bot.settle()
        records = self.sandbox.traffic(after=self._seen)
        self._seen = records[-1]["id"] if records else self._seen
        items = self.reached.read(records)
        for item in items:
            self._inspect(item)
        for line in self.logs.lines[self._lines :]:
            self._inspect(Item("log", line))
        self._lines = len(self.logs.lines)
        self._items += items
        return items

    def _inspect(self, item: Item) -> None:
        self.inspected += 1
        to = self.audience(item)
        user, typed = self._typed
        echo = typed if item.user and item.user == user else ""
        for words in set(CANARY.findall(item.body)):
            if words not in echo and not self.known.may_have(words, to, in_message=not item.is_modal):
                raise self._leak(item, words)
        for reference in set(REFERENCE.findall(item.body)):
            if (
                reference in self.known.cases
                and reference not in echo
                and not self.known.may_have_reference(reference, to)
            ):
                raise self._leak(item, reference)
        for number in self.subjects:
            if number in item.body and number not in echo and not self._may_have_number(number, to, item):
                raise self._leak(item, number)
        for named in set() if self.names_are_open else set(MENTION.findall(item.body)) - WHOM_TO_ASK:
            if not self._may_be_named(named, to, item):
                raise self._leak(item, named)

    def _may_have_number(self, number: str, to: Audience, item: Item) -> bool:
        return self.known.may_have_subject(number, to, in_message=not item.is_modal)

    def _may_be_named(self, named: str, to: Audience, item: Item) -> bool:
        if "shown" in item.body and "version" in item.body and item.name == "command /case":
            return isinstance(to, Person) and to.organisation is not None  # the register says to whom
        if isinstance(to, Person) and to.user == named:
            return True
        if isinstance(to, Person) and (member := MEMBERS.get(to.user)) is not None:
            other = MEMBERS.get(named)
            contact = other is not None and other.role == member.role == "coordinator"
            if contact and RELATED in item.body:
                return True  # of another organisation's: whom to contact, and of no case
            if member.role == "admin" and PROBING in item.body:
                return True
        return self.known.may_be_named(named, to, in_message=not item.is_modal)

    def _leak(self, item: Item, what: str) -> Leak:
        about = next(
            (
                f"{part.kind} of {case.reference} (case {case.mark}), marked {part.mark} by {part.author}"
                for case in self.known.cases.values()
                for part in case.parts
                if part.canary == what
            ),
            "; ".join(
                f"{case.reference} {case.subject} {case.mark} of {case.opener}"
                for case in self.known.cases.values()
            ),
        )
        return Leak(f"{what} reached {self.audience(item)} by {item.where}.\n{about}\n{item.body[:3000]}")

    def _must(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise Leak(f"{otherwise}, which they may not")

    # -- those who may do get it, and hidden is absent ---------------------------------------------------------

    def sweep(self, users: Iterable[str]) -> None:
        """Everybody asks for everything: what is theirs comes whole, what is not is as if it were not there."""
        with self.held_back():
            for user in users:
                for case in list(self.known.cases.values()):
                    if case.opens(self.person(user)):
                        self._comes_whole(user, case)
                    else:
                        self._is_as_if_absent(user, case)
                self.types(user, "/cases")

    def _comes_whole(self, user: str, case: Case) -> None:
        to = self.person(user)
        card = self.look(user, case.reference)
        sheet = "".join(
            item.body for item in self.clicks(user, "case.sheet", case.reference) if item.is_modal
        )
        self._closes_modals(user)
        for where, body, in_message in (("card", card, True), ("sheet", sheet, False)):
            self._loss(case.reference in body, user, case, where, "the reference")
            if in_message and case.is_red():
                continue
            self._loss(case.subject in body, user, case, where, "the subject")
            for part in case.parts:
                hidden = not case.shows(part, to) or (in_message and case.is_red(part))
                hidden = hidden or (part.is_undone and part.author != user)
                told = part.stands or (part.kind != EARLIER and not any(True for _ in case.standing()))
                if not hidden and told and len(case.parts) <= 5:
                    self._loss(
                        part.canary in body,
                        user,
                        case,
                        where,
                        f"{part.kind} {part.canary} of {part.author}, {part.mark}",
                    )

    def _loss(self, holds: bool, user: str, case: Case, where: str, what: str) -> None:
        if not holds:
            raise AssertionError(
                f"{user} may see {what} of {case.reference} ({case.mark}, of {case.opener}), and the {where} lacks it"
            )

    def _is_as_if_absent(self, user: str, case: Case) -> None:
        absent = f"OFA-2026-00000{check_character('00000')}"
        for asked, other in (
            (case.reference, absent),
            (case.reference.lower().replace("-", " "), absent.lower().replace("-", " ")),
        ):
            self._same(self.look(user, asked), self.look(user, other), asked, other)
        real, none = (self.look(user, f"{reference} disclosures") for reference in (case.reference, absent))
        self._same(real, none, case.reference, absent)
        if not any(
            o.subject == case.subject and o.opens(self.person(user)) for o in self.known.cases.values()
        ):
            other = parcel() if case.subject.isdecimal() else seller()
            self._same(self.look(user, case.subject), self.look(user, other), case.subject, other)
        words, other = next(part.canary for part in case.parts) if case.parts else canary(), canary()
        self._same(self.look(user, words), self.look(user, other), words, other)
        for action in BUTTONS_OF_A_CASE:
            real, none = (self._answers(user, action, reference) for reference in (case.reference, absent))
            self._same(real, none, case.reference, absent)

    def _answers(self, user: str, action: str, value: str) -> str:
        """All that comes of a click, without what Slack itself makes different each time."""
        items = self.clicks(user, action, value)
        if any(item.is_modal for item in items):
            self._closes_modals(user)
        return "\n".join(self._bare(item.body) for item in items)

    def _bare(self, body: str) -> str:
        """Without what Slack itself makes different each time."""
        without = re.sub(r"/response/[\w-]+", "/response/", body)
        return re.sub(r'"trigger_id": ?"[^"]*"', "", without)

    def _same(self, hidden: str, absent: str, asked: str, other: str) -> None:
        if hidden.replace(asked, "…") != absent.replace(other, "…"):
            raise Leak(f"What is hidden is answered otherwise than what is absent:\n{hidden}\n{absent}")

    def alerts_stand_where_they_may(self) -> None:
        """Each organisation's channel shows the case now if all in it may see it, and shows nothing of it if not."""
        for channel in ORGANISATIONS.values():
            room = self.room(channel)
            shown = self._standing_alerts(channel)
            for case in self.known.cases.values():
                may = case.opens(room) and not case.is_red()
                if may and case.is_open and case.reference not in shown:
                    raise AssertionError(
                        f"{channel} shows no alert of {case.reference} ({case.mark}, of {case.owner})"
                    )
                if not may and case.reference in shown:
                    raise Leak(f"{channel} ({room}) still shows an alert of {case.reference} ({case.mark})")

    def _standing_alerts(self, channel: str) -> str:
        reader = self._members(channel)[0]
        messages = self.sandbox.get(
            f"/sandbox/people/{reader}/messages", {"channel": channel, "limit": "1000"}
        )["messages"]
        alerts = [m for m in messages if "bot_id" in m and m.get("thread_ts") in (None, m["ts"])]
        return json.dumps(alerts)

    def _closes_modals(self, user: str) -> None:
        modals = self.sandbox.get(f"/sandbox/people/{user}")["modals"]
        if modals:
            self._deed(user, "close", {"view_id": modals[-1]["id"], "all": True})

    def _members(self, channel: str) -> list[str]:
        """Who is in a channel, by the sandbox's own list, the bot left out."""
        if not self._channels:
            found = self.sandbox.get("/sandbox/workspace")["channels"]
            self._channels = {c["id"]: [user for user in c["members"] if user != "U0OFABOT"] for c in found}
        return self._channels[channel]

    def _latest(self) -> int:
        newest = self.sandbox.get("/sandbox/traffic", {"limit": "1"})["traffic"]
        return int(newest[-1]["id"]) if newest else 0


__all__ = ["STRANGER", "Leak", "World", "canary", "parcel", "seller"]
