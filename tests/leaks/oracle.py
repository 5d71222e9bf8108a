"""What may be seen, stated a second time and apart from the program: TLP 2.0 with an operation's organisations.

CLEAR and GREEN: every organisation of the operation. AMBER: the owner's and those it is released to. AMBER+STRICT: the
owner's. RED: who wrote it and the people named, and never in a message. A part is hidden by its own marking; a case
is as strict as its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

ORDER = ("clear", "green", "amber", "amber+strict", "red")


@dataclass(frozen=True, slots=True)
class Mark:
    """A marking as people give it."""

    tlp: str = "green"
    releases: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()

    @property
    def is_shared(self) -> bool:
        return self.tlp in ("clear", "green")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who reads alone; of no organisation where they are on no list."""

    user: str
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Room:
    """A channel, its people, and whether what they see is an organisation's own alerts."""

    channel: str
    organisations: frozenset[str]
    strangers: bool
    home: str | None
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Nobody:
    """What may hold nothing at all: a log, an event's answer, a question to Slack."""


Audience = Person | Room | Nobody


def opens(mark: Mark, owner: str, author: str, to: Audience) -> bool:
    """Whether everyone of an audience may see what ``owner``'s ``author`` marked so."""
    if isinstance(to, Nobody):
        return False
    if isinstance(to, Person):
        if to.organisation is None:
            return False
        if mark.tlp == "red":
            return to.user == author or to.user in mark.people
        return (
            mark.is_shared
            or to.organisation == owner
            or (mark.tlp == "amber" and to.organisation in mark.releases)
        )
    if mark.is_shared:
        return True
    if mark.tlp == "red" or to.strangers:
        return False
    others = to.organisations - {to.home}
    if to.home is not None and not others <= to.accepted:
        return False
    allowed = {owner} | (mark.releases if mark.tlp == "amber" else frozenset())
    return to.organisations | ({to.home} if to.home else set()) <= allowed


def stands_apart(part: Mark, case: Mark) -> bool:
    """Whether a part is marked stricter than its case: not everybody who may see the case may see it."""
    if part.is_shared:
        return False
    if part.tlp != case.tlp:
        return ORDER.index(part.tlp) > ORDER.index(case.tlp) or bool(case.people)
    return not (case.releases <= part.releases and case.people <= part.people)


@dataclass(slots=True)
class Part:
    """A flag, a note, a closing: words that appear nowhere else."""

    kind: str
    canary: str
    organisation: str
    author: str
    mark: Mark | None
    """None: as the case is marked, whatever that becomes."""
    stands: bool = True
    is_settled: bool = False
    """The case was closed after it: by itself it keeps the case open no more."""
    is_undone: bool = False
    """A slip: its words are nobody's any more but its author's."""
    is_moved: bool = False
    """It was said in another case, which goes on in this one."""
    is_apart: bool = False
    """It was marked stricter than the case was then: however the case is marked, it stays so."""


@dataclass(slots=True)
class Deed:
    """Something done that names its doer, without words."""

    organisation: str
    author: str
    mark: Mark | None
    is_apart: bool = False


@dataclass(slots=True)
class Case:
    """A case as the people who made it know it."""

    reference: str
    subject: str
    owner: str
    opener: str
    mark: Mark
    is_open: bool = True
    parts: list[Part] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    pap_red: bool = False
    relabelled: tuple[Part, Mark, bool] | None = None
    """The flag that has changed its labels last, and what they were before, where nobody has changed them since."""

    def relabel(self, part: Part, mark: Mark, *, pap_red: bool) -> None:
        """A flag gives it other labels, and leaves its parts as they are marked."""
        if (mark, pap_red) != (self.mark, self.pap_red):
            self.relabelled = part, self.mark, self.pap_red
            self.deeds.append(Deed(part.organisation, part.author, None))
        self.mark, self.pap_red = mark, pap_red

    def undo(self, part: Part) -> None:
        """A flag that had changed its labels has not, but for what others ask for too."""
        if self.relabelled is None or self.relabelled[0] is not part:
            return
        _, before, pap_red = self.relabelled
        others = [other.mark for other in self.standing() if other is not part and other.mark is not None]
        alike = [mark for mark in others if mark.tlp == self.mark.tlp]
        releases = before.releases.union(*(mark.releases for mark in alike))
        self.relabel(part, replace(self.mark, releases=self.mark.releases & releases), pap_red=pap_red)
        self.relabelled = None

    def opens(self, to: Audience) -> bool:
        return opens(self.mark, self.owner, self.opener, to)

    def shows(self, part: Part | Deed, to: Audience) -> bool:
        if not self.opens(to):
            return False
        return part.mark is None or opens(part.mark, part.organisation, part.author, to)

    def is_red(self, part: Part | Deed | None = None) -> bool:
        """Whether it may stand in no message."""
        return self.mark.tlp == "red" or (
            part is not None and part.mark is not None and part.mark.tlp == "red"
        )

    def standing(self) -> Iterator[Part]:
        return (part for part in self.parts if part.kind == "flag" and part.stands)

    def keeps_open(self, part: Part) -> bool:
        """A part stricter than its case neither keeps it open nor closes it: either would tell of the part. A flag of
        the case's own marking is none for having been said before the case was released further.
        """
        if part.mark is None or not stands_apart(part.mark, self.mark):
            return True
        return part.mark.tlp == self.mark.tlp and not part.is_apart

    def closers(self) -> set[str]:
        """The organisations whose analysts may close it."""
        standing = {part.organisation for part in self.standing() if self.keeps_open(part)}
        return {self.owner} if self.owner in standing or not standing else standing

    def done(self) -> Iterator[Part | Deed]:
        """Whatever somebody did in it."""
        yield from self.parts
        yield from self.deeds

    def remark(self, mark: Mark) -> None:
        """Its owner marks it otherwise, and with it what the owner's people had marked alike. Others' parts stay, and
        what was marked stricter by itself.
        """
        for part in self.done():
            alike = part.mark is not None and part.mark.tlp == self.mark.tlp and not part.is_apart
            if part.organisation == self.owner and alike:
                part.mark = replace(mark)
            elif part.organisation == self.owner and part.mark is not None and part.mark.tlp == mark.tlp:
                part.is_apart = part.is_apart or stands_apart(part.mark, mark)
        for words in self.parts:
            if words.organisation != self.owner and words.mark is None:
                words.mark = Mark(
                    self.mark.tlp, self.mark.releases | {self.owner}, self.mark.people | {self.opener}
                )
        self.mark = mark
        self.relabelled = None


@dataclass(slots=True)
class Known:
    """Everything that was ever said, by what may give it away."""

    cases: dict[str, Case] = field(default_factory=dict)

    def may_have(self, canary: str, to: Audience, *, in_message: bool) -> bool:
        """Whether these words may reach an audience, in a message or (otherwise) in a modal."""
        for case in self.cases.values():
            for part in case.parts:
                if part.canary == canary and case.shows(part, to) and not (in_message and case.is_red(part)):
                    return True
        return False

    def may_have_reference(self, reference: str, to: Audience) -> bool:
        """A RED case's reference may stand in a message, as its pointer; nowhere else for those not named."""
        case = self.cases.get(reference)
        return case is not None and case.opens(to)

    def may_have_subject(self, subject: str, to: Audience, *, in_message: bool) -> bool:
        return any(
            case.subject == subject and case.opens(to) and not (in_message and case.is_red())
            for case in self.cases.values()
        )

    def may_be_named(self, user: str, to: Audience, *, in_message: bool) -> bool:
        """Whether it may be said that this person had a hand in anything."""
        return any(
            done.author == user and case.shows(done, to) and not (in_message and case.is_red(done))
            for case in self.cases.values()
            for done in case.done()
        )
