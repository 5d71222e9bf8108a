"""What several tests look for in the workspace."""

import re

from sandbox.client import Sandbox
from sandbox.persona import Persona, Words
from sandbox.sight import Seen

READERS = {"C0AMAZON": "U0AMAZON2", "C0DHL": "U0DHL2", "C0CBP": "U0CBP2", "C0IPRC": "U0IPRC2"}
"""Every organisation's channel, and a liaison who reads it."""

REFERENCE = re.compile(r"OFA-\d{4}-[0-9A-HJKMNP-TV-Z]{6}")


def waybill(serial: int) -> str:
    """A DHL Express waybill whose check digit fits: the first nine digits modulo seven."""
    digits = 331_881_002 + serial
    return f"{digits}{digits % 7}"


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


def told_of(number: str) -> re.Pattern[str]:
    """An alert of the parcel that has the carrier's answer in it."""
    return re.compile(rf"Alert: parcel {number}[\s\S]*DHL said so")


def alert_ids(sandbox: Sandbox, channel: str, number: str) -> list[str]:
    """For each copy of the parcel's alert that stands in the channel, the id of the delivery that brought it."""
    standing = sandbox.person(READERS[channel]).messages(channel)
    return [
        seen.raw["metadata"]["event_payload"]["delivery_id"]
        for seen in standing
        if seen.shows(f"Alert: parcel {number}")
    ]


def ids_everywhere(sandbox: Sandbox, number: str) -> dict[str, list[str]]:
    """The same for every organisation's channel."""
    return {channel: alert_ids(sandbox, channel, number) for channel in READERS}


def everyone_is_told(sandbox: Sandbox, wanted: Words, *, within: float = 40.0) -> None:
    """Wait until it stands in every organisation's channel."""
    for channel, reader in READERS.items():
        sandbox.person(reader).sees(wanted, channel, within=within)
