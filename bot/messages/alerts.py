"""What goes to an organisation's channel, and word of what could not be delivered."""

from collections.abc import Mapping

from bot.domain.alerts import OTHERS_READ_ALONG, REMEDIES, UNKNOWN_REMEDY
from bot.domain.cases import CLOSINGS, Change, Status
from bot.domain.disclosures import Shown, all_of
from bot.domain.markings import strictest
from bot.domain.sharing import CaseView, EntryView, Fate, Standing
from bot.messages.blocks import Block, Message, actions, button, context, escape, header, quoted, section
from bot.messages.cases import (
    ACKNOWLEDGE,
    OPEN,
    entry_line,
    fact_blocks,
    flag_blocks,
    is_urgent,
    labels_of,
    ledger_line,
    status_line,
    summary,
)

RESUME = "delivery.resume"


def alert(view: CaseView) -> Message:
    """The standing copy of an alert: edited as the case changes, so that it always shows how things are."""
    is_open = view.status is Status.OPEN
    title = ("Urgent alert" if is_urgent(view) else "Alert") if is_open else "Closed"
    buttons = [button("Open case", OPEN, view.reference)]
    if view.may_acknowledge:
        buttons.insert(0, button("Acknowledge", ACKNOWLEDGE, view.reference, style="primary"))
    blocks: list[Block] = [
        context(f"{labels_of(view)} · {view.reference}"),
        header(f"{title}: {view.subject.label}"),
        section(status_line(view)),
        *flag_blocks(view),
        *fact_blocks(view),
        section("*Who has acknowledged*\n" + _ledger(view)),
        *actions(buttons),
    ]
    return Message(f"{title}. {summary(view)}", blocks, (all_of(view),))


def _ledger(view: CaseView) -> str:
    """Whether another organisation's copy is there already would soon be out of date on this one: left out."""
    return "\n".join(
        f"⏳ *{escape(line.name)}* has not acknowledged yet"
        if line.standing in (Standing.WAITING, Standing.BEING_TOLD)
        else ledger_line(line)
        for line in view.ledger
    )


def withheld() -> Message:
    """What is left of a message whose reader may no longer see what it told of."""
    text = "What stood here is not for everyone who reads it now."
    return Message(text, [section(text)])


def note(view: CaseView, entry: EntryView) -> Message:
    """One change, told below the alert."""
    line = f"{entry_line(entry)} · {view.reference}"
    if entry.change in (Change.FLAGGED, Change.CORRECTED) and entry.words and entry.fate is Fate.STANDS:
        line += f"\n{quoted(entry.words)}"
    if entry.change is Change.WITHDRAWN:
        line += _closed_with_it(view, entry)
    label = strictest(view.tlp, entry.tlp).label
    blocks = [context(f"*{label}*"), section(line)]
    text = f"{label} {view.reference}: {escape(entry.name)} {entry.change}"
    return Message(text, blocks, (Shown(view.id, view.version, (f"entry {entry.id}",)),))


def _closed_with_it(view: CaseView, withdrawal: EntryView) -> str:
    """What followed from a withdrawal in the same moment."""
    later = (entry for entry in view.timeline if entry.id > withdrawal.id)
    follows = next((entry for entry in later if entry.change in CLOSINGS), None)
    if follows is None or (follows.at, follows.person) != (withdrawal.at, withdrawal.person):
        return ""
    if follows.change is Change.CLOSED:
        return "\nNo flag stands any more; the case is closed."
    return f"\n{entry_line(follows)}"


ACCEPT = "channel.accept"


def others_came(channel: str, came: Mapping[str, str]) -> Message:
    """To a channel into which others have come: what follows from it, and who can decide.

    ``came``: their organisations, key and name; empty where they are of none of the operation's.
    """
    if not came:
        text = (
            "Somebody who is on no organisation’s list reads along in this channel now. "
            "Only TLP:GREEN and TLP:CLEAR alerts come here while they do."
        )
        return Message(text, [section(f"👥 {text}")])
    who = " and ".join(escape(name) for name in came.values())
    text = (
        f"{who} {'reads' if len(came) == 1 else 'read'} along in this channel now. "
        "Only TLP:GREEN and TLP:CLEAR alerts come here until one of your coordinators accepts that."
    )
    accept = button("Accept", ACCEPT, f"{channel} {','.join(sorted(came))}")
    return Message(text, [section(f"👥 {text}"), *actions([accept])])


def read_acceptance(value: str) -> tuple[str, frozenset[str]]:
    """The channel and the organisations that the button is about."""
    channel, _, keys = value.partition(" ")
    return channel, frozenset(filter(None, keys.split(",")))


TRYING_AGAIN = Message("What waits there is tried again.", [section("What waits there is tried again.")])


def others_trouble(address: str, organisation: str, reason: str) -> Message:
    """Word to an admin about an organisation that has nobody of its own who could mend it: no word of what waits.

    That somebody reads along for whom something is not would be such a word.
    """
    title = f"{escape(organisation)} has no coordinator, and is not reached."
    text = f"Messages to {_place(address)} do not arrive, and {escape(organisation)} has no coordinator who could see to it."
    if reason == OTHERS_READ_ALONG:
        ask = "Make one of its people a coordinator with `/op members`: they can have it tried again."
        return Message(title, [section(f"⚠️ {text} {ask}")])
    remedy = REMEDIES.get(reason, UNKNOWN_REMEDY)
    lines = [f"⚠️ {text}", f"{remedy.meaning} (`{escape(reason)}`). {remedy.mend}"]
    return Message(title, [section("\n".join(lines)), *actions([button("Try again", RESUME, address)])])


def _place(address: str) -> str:
    return f"<@{escape(address)}>" if address[:1] in ("U", "W") else f"<#{escape(address)}>"


def partner_trouble(partner: str) -> Message:
    """Word to an admin that a partner does not take our key: nobody else can mend that."""
    text = (
        f"{escape(partner)} refuses our key, so nothing is looked up there. "
        f"Set a valid `{escape(partner).upper()}_API_KEY` and restart; `python -m bot check` tries it."
    )
    return Message(
        text.replace("`", ""),
        [section(f"⚠️ {text}\nNothing is lost: what waits is asked once the key is taken.")],
    )


def trouble(address: str, reason: str) -> Message:
    """Word to a coordinator that a channel cannot be reached, and how that is mended."""
    remedy = REMEDIES.get(reason, UNKNOWN_REMEDY)
    text = f"Messages to {_place(address)} do not arrive: {remedy.meaning} (`{escape(reason)}`)."
    return Message(
        f"Messages to a channel do not arrive: {remedy.meaning}. {remedy.mend}",
        [
            section(f"⚠️ {text}\n{remedy.mend}\nNothing is lost: what waits is sent once it works."),
            *actions([button("Try again", RESUME, address)]),
        ],
    )
