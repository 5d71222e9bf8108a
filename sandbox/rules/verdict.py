"""What Slack says to a payload: nothing, or the name of the refusal and the places it points at."""

from dataclasses import dataclass, field
from typing import Final

MARK: Final = "[ERROR] "


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
