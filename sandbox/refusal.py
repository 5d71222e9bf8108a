"""How Slack says no."""

from typing import Any


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
