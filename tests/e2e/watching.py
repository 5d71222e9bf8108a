"""What several tests look for in the workspace."""

import re

from sandbox.client import Sandbox
from sandbox.persona import Persona, Words
from sandbox.sight import Seen

ALERT_CHANNELS = ("C0AMAZON", "C0DHL", "C0CBP", "C0IPRC")
REFERENCE = re.compile(r"OFA-\d{4}-[0-9A-HJKMNP-TV-Z]{6}")
DELIVERY = "operation_delivery"


def reference_in(seen: Seen) -> str:
    """The case's reference that stands in what somebody sees."""
    found = REFERENCE.search(seen.text)
    if found is None:
        raise AssertionError(f"There is no reference in:\n{seen.text}")
    return found[0]


def reads_below(
    sandbox: Sandbox, reader: Persona, parent: Seen, wanted: Words, *, within: float = 8.0
) -> Seen:
    """Wait until a reply below ``parent`` shows this."""

    def replies() -> list[Seen]:
        return [reply for reply in reader.messages(parent.channel, thread=parent) if reply.ts != parent.ts]

    def found() -> Seen | None:
        return next((reply for reply in replies() if reply.shows(wanted)), None)

    def otherwise() -> str:
        return f"{reader.name} reads no {wanted!r} below the alert, but:\n" + "\n".join(
            reply.text for reply in replies()
        )

    return sandbox.until(found, within, otherwise, reader.id)


def posts(sandbox: Sandbox, channel: str) -> list[dict[str, object]]:
    """What was posted to a channel and arrived, as the bot sent it, the oldest first; edits and threads' replies left out."""
    sent = [
        record["request"]["json"]
        for record in sandbox.traffic("chat.postMessage")
        if record["response"]["json"] and record["response"]["json"].get("ok")
    ]
    return [post for post in sent if post["channel"] == channel and "thread_ts" not in post]
