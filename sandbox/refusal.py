"""How Slack says no."""

import logging
from typing import Any

log = logging.getLogger(__name__)


class Refusal(Exception):
    """``{"ok": false, "error": …}``. ``sentence`` goes into the traffic record, ``fields`` into the answer."""

    def __init__(
        self, error: str, *, sentence: str | None = None, messages: list[str] | None = None, **fields: Any
    ) -> None:
        super().__init__(error)
        self.error = error
        self.sentence = sentence
        self.messages = messages or []
        """As in ``response_metadata.messages``."""
        self.fields = fields


def own_failure(error: Exception, name: str) -> Refusal:
    """The last resort: what went wrong in the sandbox itself is answered as Slack answers its own trouble, and logged."""
    log.error("%s failed", name, exc_info=error)
    return Refusal(
        "internal_error", sentence=f"The sandbox itself failed, which is its own mistake: {error!r}."
    )
