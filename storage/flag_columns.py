"""What a flag says beside its words, to its columns and back."""

import hashlib
import json
from typing import Any

from bot.domain.flag_details import NOTHING_MORE, Category, Confidence, Details, Reason, Wish
from bot.domain.flags import Flag, FlagDraft
from bot.domain.markings import Marking, stored_pap
from storage.sql import part_columns, part_marking_of


def flag_columns(draft: FlagDraft, marking: Marking) -> dict[str, Any]:
    """Everything a draft says, as columns of ``flags``."""
    return {
        "pap": draft.pap.value,
        **said_columns(draft.words, draft.details),
        **part_columns(marking),
    }


def said_columns(words: str, details: Details) -> dict[str, Any]:
    """What a flag says, as columns of ``flags``."""
    return {"words": words, "words_digest": digest_of(words, details), **_detail_columns(details)}


def flag_of(row: Any) -> Flag:
    """A flag from its row."""
    return Flag(
        id=row.id,
        organisation=row.organisation,
        slack_team=row.slack_team,
        slack_user=row.slack_user,
        words=row.words,
        marking=part_marking_of(row),
        raised_at=row.raised_at,
        withdrawn_at=row.withdrawn_at,
        withdraw_words=row.withdraw_words,
        pap=stored_pap(row.pap),
        details=Details(
            brand=row.brand,
            reason=Reason(row.reason) if row.reason else None,
            confidence=Confidence(row.confidence) if row.confidence else None,
            category=Category(row.category) if row.category else None,
            wish=Wish(row.wish) if row.wish else None,
            port=row.port,
            urgent=row.urgent,
            source=row.source,
        ),
    )


def _detail_columns(details: Details) -> dict[str, Any]:
    return {
        "brand": details.brand,
        "reason": details.reason.value if details.reason else "",
        "confidence": details.confidence.value if details.confidence else "",
        "category": details.category.value if details.category else "",
        "wish": details.wish.value if details.wish else "",
        "port": details.port,
        "urgent": details.urgent,
        "source": details.source,
    }


def digest_of(words: str, details: Details) -> str:
    """The same for what is the same flag: of the words, and of what stands beside them where something does.

    For the index that keeps the same flag from standing twice.
    """
    said = words
    if details != NOTHING_MORE:
        said += json.dumps(_detail_columns(details), sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
