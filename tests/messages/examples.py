"""One example of every message and form there is, by name; and the same with what people should not type."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.domain.access_requests import AccessRequest
from bot.domain.access_requests import Outcome as Decision
from bot.domain.alerts import REMEDIES
from bot.domain.api_keys import ApiKey
from bot.domain.cases import Change, CloseReason, Reached, Status
from bot.domain.deconfliction import Meeting
from bot.domain.deconfliction import Outcome as Met
from bot.domain.digests import DigestReport, Period
from bot.domain.disclosures import Disclosure, all_of
from bot.domain.facts import Outcome
from bot.domain.flag_details import Category, Confidence, Details, Reason, Wish
from bot.domain.flags import FlagOutcome
from bot.domain.identifiers import candidates, identify, things_in, tie
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.news import News
from bot.domain.organisations import Member, Organisation, OrganisationKind
from bot.domain.roles import Role
from bot.domain.sharing import CaseView, reader_for, view_of
from bot.domain.subjects import Subject, SubjectKind
from bot.messages import (
    access_requests,
    alerts,
    api_keys,
    case_forms,
    cases,
    deconfliction,
    digests,
    disclosures,
    flag_form,
    flags,
    found,
    members,
    news,
    organisations,
    own_flags,
)
from bot.messages.blocks import Block, Message
from bot.messages.flag_form import FlagForm
from tests.factories import (
    IN_CUSTOMS,
    NAMES,
    NOON,
    SELLER,
    acknowledgement,
    actor,
    case,
    channel_of,
    entry,
    flag,
    known,
    person,
    told,
    view,
)

URL = "https://hooks.example/card"
WORDS = "counterfeit earbuds, the serial number repeats"


def busy(words: str = WORDS, **more: Any) -> CaseView:
    """A case in which a lot has happened, as its owner's analyst sees it."""
    facts: dict[str, Any] = {
        "flags": (
            flag(words=words),
            flag("dhl", words, id=2, raised_at=NOON + timedelta(hours=1)),
            flag("cbp", words, id=3, withdrawn_at=NOON),
        ),
        "acknowledgements": (acknowledgement("iprc"),),
        "told": told(["amazon", "dhl", "iprc"]) + told(["cbp"], Reached.NOT_REACHED),
        "timeline": (
            entry(words=words),
            entry(Change.FLAGGED, "dhl", id=2, words=words),
            entry(Change.ACKNOWLEDGED, "iprc", id=3),
            entry(Change.NOTED, "dhl", id=4, words=words),
            entry(Change.WITHDRAWN, "cbp", id=5),
        ),
        "partners": (known(),),
    }
    return view(reader_for(actor("amazon")), **(facts | more))


def closed(words: str = WORDS) -> CaseView:
    ended = entry(Change.CLOSED, id=9, words=words, reason=CloseReason.ACTED_ON)
    later = NOON + timedelta(days=1)
    return busy(
        words, status=Status.CLOSED, reason=CloseReason.ACTED_ON, closed_at=later, timeline=(entry(), ended)
    )


def reopened() -> CaseView:
    """A case that a flag has opened again."""
    ended = entry(Change.CLOSED, id=9, reason=CloseReason.NOT_CONFIRMED)
    return busy(timeline=(entry(), ended, entry(id=10, words="seen again", flag_id=2)))


def with_a_part() -> CaseView:
    """A shared case to which its reader has added a part for their own organisation."""
    part = flag(words="a tip", id=2, marking=Marking(Tlp.AMBER_STRICT))
    return busy(flags=(flag("dhl"), part), owner="dhl")


def with_a_wider_part() -> CaseView:
    """A strict case to which its reader has added a flag for another organisation."""
    marking = Marking(Tlp.AMBER_STRICT)
    part = flag(words="seen again", id=2, marking=Marking(Tlp.AMBER, frozenset({"dhl"})))
    return view(reader_for(actor("amazon")), marking=marking, flags=(flag(marking=marking), part), told=())


def red(words: str = WORDS) -> CaseView:
    marking = Marking(Tlp.RED)
    return view(
        reader_for(actor("amazon")),
        marking=marking,
        flags=(flag(words=words, marking=marking),),
        timeline=(entry(words=words, marking=marking),),
        told=(),
    )


def told_change(change: Change, words: str = WORDS) -> Message:
    reason = CloseReason.GENUINE if change is Change.CLOSED else None
    seen = busy(words, timeline=(entry(change, words=words, reason=reason),))
    return alerts.note(seen, seen.timeline[0])


def corrected(words: str = WORDS) -> CaseView:
    """A flag that was corrected, beside one that was withdrawn, both with their notes."""
    timeline = (
        entry(words=words, flag_id=1),
        entry(Change.FLAGGED, "cbp", id=2, words=words, flag_id=3),
        entry(Change.CORRECTED, id=3, words=words, flag_id=1),
    )
    return busy(words, timeline=timeline)


def undoable() -> CaseView:
    """A case as its flagger sees it in the first minutes."""
    seen = view_of(case(), NAMES, reader_for(actor("amazon")), NOON)
    assert seen is not None
    return seen


def joined_by(*organisations: str, words: str = WORDS) -> Message:
    seen = busy(
        words, timeline=tuple(entry(Change.FLAGGED, who, id=n) for n, who in enumerate(organisations))
    )
    return news.flag_news(seen, News.JOINED, seen.timeline)


def ended(words: str = WORDS) -> Message:
    seen = closed(words)
    return news.flag_news(seen, News.CLOSED, seen.timeline[-1:])


def report(views: list[CaseView]) -> DigestReport:
    return DigestReport(
        key="daily",
        run_id=7,
        period=Period(NOON - timedelta(days=1), NOON),
        timezone="America/New_York",
        operation="Operation Fulfilled Action",
        opened=views,
        closed=[closed()] if views else [],
        unanswered=views,
        audit_head=None,
        flags=len(views),
    )


DHL = Organisation("dhl", "DHL", OrganisationKind.CARRIER, "", "C0DHL")
LIST = (
    Organisation("amazon", NAMES["amazon"], OrganisationKind.MARKETPLACE, "T0OPS", "C0AMAZON", Tlp.AMBER),
    DHL,
)
PEOPLE = (
    Member("T0OPS", "U0AMAZON1", "amazon", frozenset({Role.ANALYST})),
    Member("", "U0DHL2", "dhl", frozenset({Role.LIAISON, Role.COORDINATOR})),
)
ASKED = AccessRequest(3, person("U0NEW"), NOON)
SEEN_IN = "https://operation.slack.com/archives/C0AMAZON/p1767614400000001"
DETAILS = Details(
    brand="Northwind <Audio>",
    reason=Reason.COUNTERFEIT_TRADEMARK,
    confidence=Confidence.HIGH,
    category=Category.ELECTRONICS,
    wish=Wish.EXAM,
    port="Example Hub",
    urgent=True,
    source=SEEN_IN,
)
FORM = FlagForm(response_url=URL)
FILLED_IN = FlagForm(
    SubjectKind.SELLER,
    "A2L77EE7U53NWQ",
    WORDS,
    DETAILS,
    "Northwind",
    "",
    "amber",
    frozenset({"dhl"}),
    response_url=URL,
)
MANY = " ".join(f"{serial}{serial % 7}" for serial in range(331881000, 331881053))
DOUBTFUL = identify(SubjectKind.CONTAINER, "CSQU3054384")


def choices(text: str) -> list[list[flags.Choice]]:
    """What is recognised in a text, each reading with a draft's id."""
    return [
        [
            flags.Choice.of(each, f"draft {number}{letter}")
            for each, letter in zip(tie(thing), "abc", strict=False)
        ]
        for number, thing in enumerate(things_in(text), 1)
    ]


KEY = ApiKey(
    id=1,
    name="dhl-screening",
    organisation="dhl",
    organisation_name="DHL",
    hint="ofa_Zk3v",
    made_by=person("U0ADMIN1"),
    made_at=NOON,
    last_used_on=NOON.date(),
    revoked_at=None,
)
KEYS = (KEY, replace(KEY, name="dhl-old", made_by=None, last_used_on=None, revoked_at=NOON))
DRAFT = "6f1e0000-0000-4000-8000-000000000000"

MESSAGES: dict[str, Callable[[], Message]] = {
    "case_card": lambda: cases.case_card(busy()),
    "case_card closed": lambda: cases.case_card(closed()),
    "case_card of a seller": lambda: cases.case_card(view(reader_for(actor("dhl")), subject=SELLER)),
    "case_card amber": lambda: cases.case_card(
        busy(marking=Marking(Tlp.AMBER, frozenset({"dhl", "cbp"})), pap=Pap.RED)
    ),
    "lasting_card": lambda: cases.lasting_card(undoable()),
    "case_card with a red part": lambda: cases.case_card(
        busy(flags=(flag(), flag(words="for my eyes", id=2, marking=Marking(Tlp.RED))))
    ),
    "red_pointer": lambda: cases.case_card(red()),
    "case_news": lambda: cases.case_news(busy()),
    "case_list": lambda: cases.case_list([busy(), red(), closed()], "12"),
    "NO_CASES": lambda: cases.NO_CASES,
    "NOTHING_FOUND": lambda: cases.NOTHING_FOUND,
    "CASE_HELP": lambda: cases.CASE_HELP,
    "flagged_card": lambda: flags.flagged_card(busy(), FlagOutcome.NEW),
    "flagged_card joined": lambda: flags.flagged_card(busy(), FlagOutcome.JOINED),
    "flagged_card reopened": lambda: flags.flagged_card(reopened(), FlagOutcome.REOPENED),
    "flagged_card a stricter part": lambda: flags.flagged_card(with_a_part(), FlagOutcome.JOINED),
    "flagged_card a part wider than its case": lambda: flags.flagged_card(
        with_a_wider_part(), FlagOutcome.JOINED
    ),
    "flagged_card the same once more": lambda: flags.flagged_card(busy(), FlagOutcome.SAME),
    "question": lambda: flags.question(choices("CSQU3054384")),
    "anyway_question": lambda: flags.anyway_question(choices("CSQU3054384")[0][0]),
    "which_question": lambda: flags.which_question(choices("0306406152")[0]),
    "which_question of one number": lambda: flags.question(choices("50400000011")),
    "several_question": lambda: flags.question(choices("3318810025 7777777770 A2L77EE7U53NWQ")),
    "several_question with doubts": lambda: flags.question(
        choices("3318810025 0306406152 CSQU3054384 7777777770"), 3
    ),
    "recognised": lambda: found.recognised(choices("3318810025 CSQU3054384")),
    "recognised one": lambda: found.recognised(choices("3318810025")),
    "not_marked_so": lambda: found.not_marked_so(found.RED_STANDS_IN_NO_MESSAGE),
    "NOTHING_RECOGNISED": lambda: found.NOTHING_RECOGNISED,
    "no_member": lambda: access_requests.no_member([person("U0ADMIN1")]),
    "NOTHING_FOUND_IN_IT": lambda: found.NOTHING_FOUND_IN_IT,
    "case_card of a flag with details": lambda: cases.case_card(
        view(reader_for(actor("amazon")), flags=(flag(words=WORDS, details=DETAILS),))
    ),
    "alert urgent": lambda: alerts.alert(
        view(channel_of("dhl"), flags=(flag(words=WORDS, details=DETAILS),))
    ),
    "FLAG_HELP": lambda: flags.FLAG_HELP,
    "alert": lambda: alerts.alert(view(channel_of("dhl"), partners=(known(),))),
    "alert to its owner": lambda: alerts.alert(view(channel_of("amazon"))),
    "alert closed": lambda: alerts.alert(closed()),
    "withheld": alerts.withheld,
    "case_card to be undone": lambda: cases.case_card(undoable()),
    "case_card corrected": lambda: cases.case_card(corrected()),
    **{
        f"note of a flag {entry.fate}": partial(alerts.note, corrected(), entry)
        for entry in corrected().timeline[:2]
    },
    "again_question": lambda: own_flags.again_question(closed(), DRAFT),
    "again_question red": lambda: own_flags.again_question(red(), DRAFT),
    "one_is_closed": lambda: own_flags.one_is_closed(closed()),
    "one_is_closed red": lambda: own_flags.one_is_closed(red()),
    "my_flags": lambda: own_flags.my_flags(
        [(each, each.flags[0]) for each in (busy(), red(), closed())], "OFA-2026-7K3QX4 2"
    ),
    "my_flags none": lambda: own_flags.my_flags([], ""),
    "flag_news joined": lambda: joined_by("dhl"),
    "flag_news joined by many": lambda: joined_by("dhl", "cbp", "dhl", "iprc"),
    "flag_news acknowledged": lambda: news.flag_news(busy(), News.ACKNOWLEDGED, busy().timeline[2:3]),
    "flag_news closed": ended,
    "flag_news red": lambda: news.flag_news(red(), News.JOINED, red().timeline),
    "related_record": lambda: deconfliction.related_record("DHL", busy(), [person("U0DHL9")]),
    "related_record of an unseen one": lambda: deconfliction.related_record("DHL", None, []),
    "probing": lambda: deconfliction.probing(
        Meeting(1, "dhl", person("U0DHL1"), 1, "amazon", 2, Met.PERSON), "DHL"
    ),
    **{f"note {change}": partial(told_change, change) for change in Change},
    "others_came": lambda: alerts.others_came("C0DHL", {"cbp": NAMES["cbp"], "iprc": NAMES["iprc"]}),
    "others_came of no list": lambda: alerts.others_came("C0DHL", {}),
    "TRYING_AGAIN": lambda: alerts.TRYING_AGAIN,
    "partner_trouble": lambda: alerts.partner_trouble("DHL"),
    "others_trouble": lambda: alerts.others_trouble("C0DHL", NAMES["dhl"], "not_in_channel"),
    "others_trouble-others_read_along": lambda: alerts.others_trouble(
        "C0DHL", NAMES["dhl"], "others_read_along"
    ),
    "red_part_pointer": lambda: cases.red_part_pointer(busy()),
    "flagged_card the same but marked": lambda: flags.flagged_card(busy(), FlagOutcome.WIDENED),
    **{
        f"trouble {reason}": partial(alerts.trouble, "C0DHL", reason)
        for reason in [*REMEDIES, "brand_new_error"]
    },
    "digest": lambda: digests.digest(report([busy(), view(channel_of("dhl"))])),
    "digest quiet": lambda: digests.digest(report([])),
    "posting": lambda: digests.posting(["C0OPS"]),
    "posting two in one channel": lambda: digests.posting(["C0OPS", "C0CBP", "C0OPS"]),
    "disclosures": lambda: disclosures.disclosures(
        busy(),
        [
            Disclosure(NOON, all_of(busy()), frozenset({"dhl"}), None, "C0DHL", "alert"),
            Disclosure(NOON, all_of(busy()), frozenset({"cbp"}), person("U0CBP1"), "", "/case"),
        ],
        NAMES,
    ),
    "disclosures none": lambda: disclosures.disclosures(busy(), [], NAMES),
    "OP_HELP": lambda: members.OP_HELP,
    "member_list": lambda: members.member_list(members.MemberPage(PEOPLE, NAMES, 0, 30, 2, True)),
    "welcome": lambda: members.welcome("DHL", [Role.LIAISON]),
    "organisation_list": lambda: organisations.organisation_list(
        organisations.OrganisationPage(LIST, {"dhl": 2}, 0, 30, 2, True)
    ),
    "key_list": lambda: api_keys.key_list(api_keys.ApiKeyPage(KEYS, 0, 30, 2), "*dhl-old* is revoked."),
    "key_list none": lambda: api_keys.key_list(api_keys.ApiKeyPage((), 0, 0, 20)),
    "introduction": lambda: organisations.introduction(DHL, person("U0ADMIN1")),
    "not_on_a_list": lambda: access_requests.not_on_a_list(
        "You are on no organisation’s list of this operation."
    ),
    "REQUESTED": lambda: access_requests.REQUESTED,
    "on_a_list": lambda: access_requests.on_a_list("DHL"),
    "access_request": lambda: access_requests.access_request(ASKED, "T0OPS"),
    "decided": lambda: access_requests.decided(
        replace(ASKED, outcome=next(iter(Decision)), decided_by="U0ADMIN1")
    ),
    **{
        f"card with trouble {outcome}": lambda outcome=outcome: cases.case_card(  # type: ignore[misc]
            busy(partners=(known(None, trouble=outcome, trouble_since=NOON, asking=True),))
        )
        for outcome in (
            Outcome.QUOTA,
            Outcome.BAD_KEY,
            Outcome.PARTNER_ERROR,
            Outcome.UNREADABLE,
            Outcome.UNREACHABLE,
        )
    },
    "card not found": lambda: cases.case_card(
        busy(partners=(known(replace(IN_CUSTOMS, outcome=Outcome.NOT_FOUND, latest=None)),))
    ),
    "card asked for the first time": lambda: cases.case_card(busy(partners=(known(None, asking=True),))),
}

VIEWS: dict[str, Callable[[], Block]] = {
    "case_sheet": lambda: cases.case_sheet(red()),
    "close_form": lambda: case_forms.close_form("OFA-2026-7K3QX4", URL),
    "note_form": lambda: case_forms.note_form("OFA-2026-7K3QX4", URL),
    "mark_form": lambda: case_forms.mark_form(
        "OFA-2026-7K3QX4", [("dhl", "DHL"), ("cbp", NAMES["cbp"])], URL
    ),
    "flag_form": lambda: flag_form.flag_form(FORM, [("dhl", "DHL"), ("cbp", NAMES["cbp"])]),
    "flag_form doubtful": lambda: flag_form.flag_form(
        replace(FORM, identifier="CSQU3054384", kind=SubjectKind.CONTAINER), [], [DOUBTFUL]
    ),
    "flag_form of two readings": lambda: flag_form.flag_form(
        replace(FORM, identifier="50400000011"), [], tie(candidates("50400000011"))
    ),
    "flag_form filled in": lambda: flag_form.flag_form(FILLED_IN, [("dhl", "DHL"), ("cbp", NAMES["cbp"])]),
    "found_form": lambda: found.found_form(
        [[DOUBTFUL], candidates("3318810025")[:1], tie(candidates("0306406152"))],
        {"text": "Look at CSQU3054384 and 3318810025", "permalink": SEEN_IN},
        URL,
    ),
    "found_form of many": lambda: found.found_form(
        found.identifiers_in({"text": MANY}), {"text": "Look at these", "permalink": SEEN_IN}, URL
    ),
    "correct_form": lambda: own_flags.correct_form(busy(), busy().own_flags[0], URL),
    "withdraw_form": lambda: own_flags.withdraw_form(busy(), busy().own_flags[0], URL),
    "withdraw_form too late to undo": lambda: own_flags.withdraw_form(
        busy(), busy().own_flags[0], URL, own_flags.UNDO_IS_OVER
    ),
    "again_form": lambda: own_flags.again_form(closed(), DRAFT, URL)[0],
    "admit_form": lambda: access_requests.admit_form(ASKED, LIST, list(Role)),
    "decided_meanwhile": lambda: access_requests.decided_meanwhile(
        replace(ASKED, outcome=next(iter(Decision)), decided_by="U0ADMIN1")
    ),
    "member_add_form": lambda: members.member_add_form(LIST),
    "member_change_form": lambda: members.member_change_form(PEOPLE[1], LIST),
    "members_added": lambda: members.members_added([person("U0NEW")], "DHL", [Role.ANALYST]),
    "member_changed": lambda: members.member_changed(person("U0NEW"), "DHL", [Role.ANALYST]),
    "organisation_add_form": organisations.organisation_add_form,
    "organisation_change_form": lambda: organisations.organisation_change_form(DHL),
    "key_make_form": lambda: api_keys.key_make_form(LIST),
    "key_made": lambda: api_keys.key_made(KEYS[0], "ofa_Zk3v7mExampleExampleExampleExampleExample0"),
    "organisation_done": lambda: organisations.organisation_done(DHL, added=True, new_channel=True),
}

LONG_LINK = Subject(SubjectKind.SELLER, "web-seller", "shop.example/" + "a&b=" * 70, "web")


def crowded_case(words: str) -> CaseView:
    """A case with as many of everything as there can be, all with these words."""
    fact = replace(IN_CUSTOMS, latest=replace(IN_CUSTOMS.latest, words=words[:500], place=words[:100]))  # type: ignore[type-var]
    return busy(
        words,
        flags=tuple(flag(words=words, id=number, slack_user=f"U{number}") for number in range(30)),
        timeline=(
            *tuple(entry(Change.NOTED, "dhl", id=number, words=words) for number in range(40)),
            entry(Change.CLOSED, id=99, words=words, reason=CloseReason.OTHER),
        ),
        partners=(known(fact),),
    )


def crowded(words: str) -> dict[str, Callable[[], Message]]:
    """Every message that shows people's words, with as many of everything as there can be."""
    many = crowded_case(words)
    linked = [
        replace(busy(words, subject=LONG_LINK), id=number, reference=f"OFA-2026-{number:06}")
        for number in range(60)
    ]
    return {
        "card": lambda: cases.case_card(many),
        "alert": lambda: alerts.alert(many),
        "news": lambda: cases.case_news(many),
        "flag news": lambda: ended(words),
        "my flags": lambda: own_flags.my_flags([(each, each.flags[0]) for each in linked[:8]], "x 1"),
        "again": lambda: own_flags.again_question(closed(words), DRAFT),
        "note": lambda: told_change(Change.NOTED, words),
        "closing note": lambda: told_change(Change.CLOSED, words),
        "flagged": lambda: flags.flagged_card(many, FlagOutcome.JOINED),
        "list": lambda: cases.case_list(linked[:10], "12"),
        "digest": lambda: digests.digest(report(linked)),
        "trouble": lambda: alerts.trouble("C0DHL", words[:100]),
        "disclosures": lambda: disclosures.disclosures(
            many, [Disclosure(NOON, all_of(many), frozenset(NAMES), None, "C0DHL", words[:20])] * 40, NAMES
        ),
    }
