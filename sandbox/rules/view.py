"""Would Slack show this modal or Home tab? views.open, push, update and publish, and view response actions."""

import json
from collections.abc import Iterator
from typing import Any, Final

from sandbox.rules.kinds import One, Surface
from sandbox.rules.payload import spanning_problems
from sandbox.rules.verdict import Problem, Verdict, refused
from sandbox.rules.walk import problems_of

LARGEST_VIEW: Final = 250_000
"""Bytes of JSON; docs.slack.dev/reference/methods/views.open#errors (view_too_large)."""

SURFACES: Final[dict[str, Surface]] = {"modal": "V", "home": "H"}


def check_view(view: dict[str, Any], *, kinds: tuple[str, ...] = ("modal", "home")) -> Verdict:
    """What Slack says to a view. ``kinds`` are those the method takes: open, push and update a modal,
    publish a home.
    """
    if not isinstance(view, dict):
        return refused("invalid_arguments", [Problem("must provide an object", "/view")])
    if len(json.dumps(view, ensure_ascii=False, separators=(",", ":")).encode()) > LARGEST_VIEW:
        return Verdict("view_too_large")
    surface = SURFACES.get(str(view.get("type")), "V")
    problems = problems_of(One("view", kinds), view, "/view", surface)
    if problems:
        return refused(
            "invalid_arguments", [Problem("failed to match all allowed schemas", "/view"), *problems]
        )
    problems = [*spanning_problems(view["blocks"], surface, "/view/blocks"), *_unsent_inputs(view)]
    return refused("invalid_arguments", problems) if problems else Verdict()


def _unsent_inputs(view: dict[str, Any]) -> Iterator[Problem]:
    """Inputs of a modal need a button that sends them: docs.slack.dev/surfaces/modals."""
    if view["type"] == "home" or "submit" in view:
        return
    for index, block in enumerate(view["blocks"]):
        if block["type"] == "input":
            yield Problem("must define `submit` to use `input` block", f"/view/blocks/{index}/input")
