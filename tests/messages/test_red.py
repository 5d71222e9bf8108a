"""TLP:RED stands in no message, whoever it is for: only in a modal, after a check."""

import json
from collections.abc import Callable

import pytest

from bot.domain.cases import Change
from bot.domain.flag_details import Details
from bot.domain.flags import FlagOutcome
from bot.domain.markings import Marking, Tlp
from bot.domain.news import News
from bot.domain.sharing import CaseView, reader_for
from bot.messages import alerts, cases, flags, news, own_flags
from bot.messages.blocks import Message
from tests.factories import actor, entry, flag, view

RED = Marking(Tlp.RED)
SECRETS = ("canary-words", "canary-brand", "canary-note")

MESSAGES: dict[str, Callable[[CaseView], Message]] = {
    "card": cases.case_card,
    "card after a flag": lambda seen: flags.flagged_card(seen, FlagOutcome.NEW),
    "partner's answer": cases.case_news,
    "list": lambda seen: cases.case_list([seen]),
    "alert": alerts.alert,
    "pointer to a part": cases.red_part_pointer,
    "one's own flags": lambda seen: own_flags.my_flags([(seen, seen.flags[-1])], ""),
    "question before flagging again": lambda seen: own_flags.again_question(seen, "draft"),
    "word that one of several is closed": own_flags.one_is_closed,
    **{
        f"news: {kind}": lambda seen, kind=kind: news.flag_news(seen, kind, seen.timeline)  # type: ignore[misc]
        for kind in News
    },
}


def seen_by_its_author(marking: Marking) -> CaseView:
    """A case so marked with a TLP:RED flag and note of the reader's own, as they may see it."""
    red = flag(words="canary-words", id=2, marking=RED, details=Details(brand="canary-brand", urgent=True))
    noted = entry(Change.NOTED, id=3, words="canary-note", marking=RED)
    brought = entry(id=2, words="canary-words", marking=RED, flag_id=2)
    first = flag(marking=marking, words="canary-words" if marking is RED else "open words")
    return view(reader_for(actor("amazon")), marking=marking, flags=(first, red), timeline=(brought, noted))


@pytest.mark.parametrize("marking", [Marking(Tlp.GREEN), RED], ids=["a part", "the case"])
@pytest.mark.parametrize("name", MESSAGES)
def test_nothing_red_stands_in_it(name: str, marking: Marking) -> None:
    content = json.dumps(MESSAGES[name](seen_by_its_author(marking)).content)
    assert not [secret for secret in SECRETS if secret in content]
    assert "Urgent" not in content


@pytest.mark.parametrize(
    "name", [name for name in MESSAGES if name != "alert"]
)  # no channel may see such a case
def test_of_a_red_case_not_even_its_subject_stands_in_it(name: str) -> None:
    seen = seen_by_its_author(RED)
    assert seen.subject.number not in json.dumps(MESSAGES[name](seen).content)


@pytest.mark.parametrize("marking", [Marking(Tlp.GREEN), RED], ids=["a part", "the case"])
def test_it_stands_in_the_sheet(marking: Marking) -> None:
    content = json.dumps(cases.case_sheet(seen_by_its_author(marking)))
    assert [secret for secret in SECRETS if secret in content] == list(SECRETS)
