"""Would Slack take this message? chat.postMessage, postEphemeral, update, scheduleMessage, response_url."""

import json
from typing import Any, Final

from sandbox.rules.payload import (
    MARKDOWN_CHARACTERS,
    block_problems,
    decoded,
    markdown_characters,
    second_table,
)
from sandbox.rules.table import named
from sandbox.rules.verdict import Problem, Verdict, refused

LONGEST_TEXT: Final = 40_000
"""Slack cuts what is longer: docs.slack.dev/changelog/2018-04-truncating-really-long-messages."""

ATTACHMENTS: Final = 100
"""docs.slack.dev/reference/methods/chat.postMessage#errors (too_many_attachments)."""

LONGEST_METADATA: Final = 8_000
"""Characters of JSON. Slack refuses what is too large (metadata_too_large) and says nowhere how large that is."""

LONGEST_BLOCKS: Final = 13_297
EACH_BLOCK_MORE: Final = 125
"""All the text of a message's blocks, and what every block beyond the first takes from it. Undocumented, and as it was
measured: github.com/slackapi/bolt-js/issues/2509; that it holds for every kind of block: issues/2867 there."""

ATTACHMENT_FIELDS: Final = frozenset(
    named(
        "actions attachment_type author_icon author_link author_name blocks callback_id color fallback fields"
        " footer footer_icon from_url hide_color id image_url is_msg_unfurl mrkdwn_in original_url pretext"
        " preview service_icon service_name text thumb_height thumb_url thumb_width title title_link ts unfurl"
    )
)
"""docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments."""


def check_message(payload: dict[str, Any], *, longest_text: int | None = None) -> Verdict:
    """What Slack says to a message.

    ``payload`` holds the arguments of the method, decoded or as the JSON text of a form; what is not content
    (``channel``, ``thread_ts``, …) is passed over. ``longest_text``: so many characters the method takes; without it
    a longer text is cut, not refused.
    """
    text = payload.get("text")
    markdown = payload.get("markdown_text")
    for name, words in (("text", text), ("markdown_text", markdown)):
        if words is not None and not isinstance(words, str):
            return refused("invalid_arguments", [Problem("must provide a string", f"/{name}")])
    if markdown and (text or payload.get("blocks")):
        return Verdict("markdown_text_conflict")
    try:
        blocks = _listed(payload.get("blocks"))
    except ValueError:
        return Verdict("invalid_blocks_format")
    if not isinstance(blocks, list):
        return Verdict("invalid_blocks_format")
    try:
        attachments = _listed(payload.get("attachments"))
    except ValueError:
        return Verdict("invalid_attachments")
    return (
        _too_long(text or "", markdown or "", longest_text)
        or _attachments(attachments)
        or _blocks(blocks)
        or _metadata(payload.get("metadata"))
        or _nothing_to_show(text, markdown, blocks, attachments)
        or _accepted(text, blocks)
    )


def _listed(value: Any) -> Any:
    """What should be a list; [] where there is none. Raises ValueError."""
    found = decoded(value) if value != "" else None
    return [] if found is None else found


def _too_long(text: str, markdown: str, longest_text: int | None) -> Verdict | None:
    if len(markdown) > MARKDOWN_CHARACTERS or (longest_text is not None and len(text) > longest_text):
        return Verdict("msg_too_long")
    return None


def _attachments(attachments: Any) -> Verdict | None:
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        return Verdict("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        return Verdict("too_many_attachments")
    for index, attachment in enumerate(attachments):
        if not attachment.keys() <= ATTACHMENT_FIELDS:
            return Verdict("invalid_attachments", ["[ERROR] invalid_keys"])
        problems = block_problems(attachment.get("blocks", []), "M", f"/attachments/{index}/blocks")
        if problems:
            return refused("invalid_attachments", problems)
    return None


def _blocks(blocks: list[Any]) -> Verdict | None:
    problems = block_problems(blocks, "M")
    if problems:
        return refused("invalid_blocks", problems)
    if two := second_table(blocks):
        return refused("invalid_attachments", two)
    if markdown_characters(blocks) > MARKDOWN_CHARACTERS:
        return Verdict("msg_blocks_too_long")
    shown = _shown(blocks) + EACH_BLOCK_MORE * (len(blocks) - 1)
    return Verdict("msg_blocks_too_long") if shown > LONGEST_BLOCKS else None


def _shown(item: Any) -> int:
    """All the text that blocks carry, in characters."""
    if isinstance(item, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else _shown(v) for k, v in item.items())
    return sum(map(_shown, item)) if isinstance(item, list) else 0


def _metadata(metadata: Any) -> Verdict | None:
    """docs.slack.dev/messaging/message-metadata."""
    if metadata is None or metadata == "":
        return None
    try:
        found = decoded(metadata)
    except ValueError:
        return Verdict("invalid_metadata_format")
    if not isinstance(found, dict):
        return Verdict("invalid_metadata_format")
    event = isinstance(found.get("event_type"), str) and isinstance(found.get("event_payload"), dict)
    if not event and not isinstance(found.get("entities"), list):
        return Verdict("invalid_metadata_schema")
    if len(json.dumps(found, ensure_ascii=False, separators=(",", ":"))) > LONGEST_METADATA:
        return Verdict("metadata_too_large")
    return None


def _nothing_to_show(text: Any, markdown: Any, blocks: list[Any], attachments: list[Any]) -> Verdict | None:
    return None if (text or "").strip() or markdown or blocks or attachments else Verdict("no_text")


def _accepted(text: str | None, blocks: list[Any]) -> Verdict:
    if text and len(text) > LONGEST_TEXT:
        return Verdict(None, [], ["message_truncated"])
    if blocks and not (text or "").strip():
        says = (
            "[WARN] The top-level `text` argument is missing: it is what notifications and screen readers say"
        )
        return Verdict(None, [says], ["missing_text_in_message"])
    return Verdict()
