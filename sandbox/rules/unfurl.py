"""Would Slack show this unfurl? One entry of the ``unfurls`` of chat.unfurl."""

from typing import Any, Final

from sandbox.rules.message import ATTACHMENT_FIELDS
from sandbox.rules.payload import block_problems
from sandbox.rules.verdict import Problem, Verdict, refused

PREVIEW_FIELDS: Final = frozenset({"title", "subtitle", "icon_url"})
"""How a link shows while its message is written: docs.slack.dev/messaging/unfurling-links-in-messages."""


def check_unfurl(unfurl: dict[str, Any]) -> Verdict:
    """What Slack says to what is shown below one link: blocks, or the fields of an attachment."""
    if not isinstance(unfurl, dict) or not unfurl:
        return refused("cannot_parse_attachment", [Problem("must provide an object", "/unfurls")])
    problems = [
        Problem(f"invalid additional property: {name}", "/unfurls")
        for name in unfurl.keys() - ATTACHMENT_FIELDS
    ]
    preview = unfurl.get("preview", {})
    if not isinstance(preview, dict) or not preview.keys() <= PREVIEW_FIELDS:
        problems.append(Problem("failed to match all allowed schemas", "/unfurls/preview"))
    if "blocks" in unfurl:
        problems += block_problems(unfurl["blocks"], "U", "/unfurls/blocks")
    return refused("cannot_parse_attachment", problems) if problems else Verdict()
