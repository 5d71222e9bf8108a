"""A flag that waits for its author's yes, as it is kept meanwhile: nothing of it may be lost on the way."""

from dataclasses import asdict
from typing import Any

from bot.domain.flag_details import Category, Confidence, Details, Reason, Wish
from bot.domain.flags import FlagDraft
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.subjects import Subject, SubjectKind


def content_of(draft: FlagDraft) -> dict[str, Any]:
    """The draft in JSON's types."""
    subject, marking = draft.subject, draft.marking
    return {
        "subject": [subject.kind.value, subject.scheme, subject.number, subject.platform],
        "words": draft.words,
        "marking": marking and [marking.tlp.value, sorted(marking.releases)],
        "pap": draft.pap.value,
        "details": {name: value for name, value in asdict(draft.details).items() if value},
        "named": sorted(draft.named),
    }


def draft_of(content: dict[str, Any]) -> FlagDraft | None:
    """The draft again; None where something else was kept. What an older version has kept says less."""
    if "subject" not in content:
        return None
    kind, scheme, number, platform = content["subject"]
    marking = content["marking"]
    return FlagDraft(
        Subject(SubjectKind(kind), scheme, number, platform),
        content["words"],
        marking and Marking(Tlp(marking[0]), frozenset(marking[1])),
        Pap(content["pap"]),
        _details(content.get("details", {})),
        frozenset(content.get("named", ())),
    )


def _details(said: dict[str, Any]) -> Details:
    kinds = {"reason": Reason, "confidence": Confidence, "category": Category, "wish": Wish}
    read: dict[str, Any] = {
        name: kinds[name](value) if name in kinds else value for name, value in said.items()
    }
    return Details(**read)
