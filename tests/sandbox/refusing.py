"""Says that a call is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


def refused(error: str, call: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """The answer of a call that must be refused with ``error``."""
    with pytest.raises(SlackApiError) as refusal:
        call(**arguments)
    data: dict[str, Any] = refusal.value.response.data
    assert data["error"] == error, data
    return data
