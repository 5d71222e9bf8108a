"""What Slack says to a payload: nothing, or the name of the refusal and the places it points at."""

from dataclasses import dataclass, field
from typing import Final

MARK: Final = "[ERROR] "

SAYS: Final = {
    "invalid_attachments": "`attachments` must be a list of objects, as JSON.",
    "invalid_blocks_format": "`blocks` must be a list, as JSON.",
    "invalid_metadata_format": "`metadata` must be an object, as JSON.",
    "invalid_metadata_schema": "`metadata` needs an `event_type` and an `event_payload`, or `entities`.",
    "markdown_text_conflict": "`markdown_text` goes neither with `text` nor with `blocks`.",
    "metadata_too_large": "The metadata is too large.",
    "msg_blocks_too_long": "The text of all blocks together is too long.",
    "msg_too_long": "The text is too long.",
    "no_text": "There is nothing to show: a message needs text, blocks or attachments.",
    "too_many_attachments": "A message has at most 100 attachments.",
    "view_too_large": "The view has more than 250 kB of JSON.",
}
"""What is wrong, in words, where Slack gives no messages. For the traffic record; an answer has the error's name alone."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Slack's answer to one payload, in the words of its Web API."""

    error: str | None = None
    """Slack's error name (``invalid_blocks``, ``no_text``, …), or None where Slack would accept."""

    messages: list[str] = field(default_factory=list)
    """As in ``response_metadata.messages``: each says what is wrong and points at the place."""

    warnings: list[str] = field(default_factory=list)
    """As in ``response_metadata.warnings``: accepted, but not as it should be."""

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def sentence(self) -> str | None:
        """What is wrong, for who reads the traffic record."""
        return ("; ".join(self.messages) or SAYS[self.error]) if self.error else None

    @property
    def errors(self) -> list[str]:
        """As in the field ``errors`` that Slack adds to a refusal of blocks: the messages without their mark."""
        return [message.removeprefix(MARK) for message in self.messages] if self.error else []


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, and where: ``pointer`` is a JSON pointer below the payload ("/blocks/0/text")."""

    says: str
    pointer: str

    def __str__(self) -> str:
        return f"{MARK}{self.says} [json-pointer:{self.pointer}]"


def refused(error: str, problems: list[Problem], warnings: list[str] | None = None) -> Verdict:
    return Verdict(error, [str(problem) for problem in problems], warnings or [])
