"""Who hears of a case, and when a message that did not arrive is tried again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.markings import Marking
from bot.domain.organisations import Organisation
from bot.domain.people import Person
from bot.domain.sharing import Reader, may_see


class DeliveryKind(StrEnum):
    """What a row of the outbox brings."""

    ALERT = "alert"
    """An organisation's standing copy of the alert, edited as the case changes."""
    NOTE = "note"
    """A reply below that copy, which tells of one change."""
    CARD = "card"
    """The card in which one person has clicked, drawn anew in its place."""
    NEW_CARD = "new card"
    """A card that a person has yet to get, such as after a form."""
    CARD_BY_MESSAGE = "card by message"
    """The same as a direct message, where it was asked for too long ago, such as by a form left open."""
    FOLLOW_UP = "follow-up"
    """A partner's answer, below the card that a command was answered with: Slack lets nobody replace that one."""
    POINTER = "pointer"
    """Word to one who is named in a TLP:RED case that it is there for them to open."""
    DIGEST = "digest"
    OTHERS_CAME = "others came"
    """Word to a channel that others read along there now, and what follows from it."""
    TROUBLE = "trouble"
    """Word to a coordinator that a destination cannot be reached, and how to mend it."""
    ACCESS_REQUEST = "access request"
    """Word to one who may decide it that somebody asks to be put on a list."""
    WELCOME = "welcome"
    """Word to somebody that they are on a list now."""
    RECOGNISED = "recognised"
    """What was recognised in what somebody wrote to the bot; for them alone."""
    FLAG_NEWS = "flag news"
    """Word to a flagger of what became of their flag; edited as more of the same follows."""
    MEETING = "meeting"
    """Word to a coordinator that a partner holds a record related to one of theirs."""
    PROBING = "probing"
    """Word to an admin that somebody meets hidden records unusually often."""
    INTRODUCTION = "introduction"
    """Word to a channel that an organisation's alerts come there from now on."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an organisation is told."""

    organisation: str
    channel: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox: ids and a version, never text. It is read and rendered when it is sent."""

    id: str
    """Stable over every attempt; travels in the message's metadata, so that a double can be told."""
    kind: DeliveryKind
    address: str
    """A channel id, a user id, or a response URL."""
    organisation: str | None
    case_id: int | None
    entry_id: int | None
    digest_run_id: int | None
    slack_team: str
    slack_user: str
    """Whom a card or a word of trouble is for."""
    wanted_version: int
    sent_version: int
    message_ts: str | None
    """The message already posted, where there is one: it is edited instead of posted again."""
    attempts: int
    created_at: datetime
    was_late: bool
    """An earlier try did not arrive."""
    sent_digest: str = ""
    """Of what the message shows now."""
    about: str = ""
    """Of a word of trouble: the address that cannot be reached and the reason. Of an access request, of a meeting, or of
    what was recognised: its id. Of a flag's news: which kind. Of a card: what the flag came to."""


TO_ONE_PERSON = frozenset(
    {DeliveryKind.CARD, DeliveryKind.NEW_CARD, DeliveryKind.FOLLOW_UP, DeliveryKind.RECOGNISED}
)
"""What only one person sees, and only within half an hour: what cannot be shown by then is given up."""


def route(marking: Marking, owner: str, organisations: Iterable[Organisation]) -> tuple[Destination, ...]:
    """Every organisation that may know of a case so marked, its owner included: the owner's copy has no button."""
    return tuple(
        Destination(organisation.key, organisation.alerts_channel)
        for organisation in organisations
        if may_see(marking, owner, None, Reader(frozenset({organisation.key})))
    )


def hearers(
    part: Marking, author: Person, organisation: str, destinations: Iterable[Destination]
) -> tuple[Destination, ...]:
    """Of those who are told of a case, the organisations that may know of a part that one of another has added."""
    return tuple(
        place
        for place in destinations
        if may_see(part, organisation, author, Reader(frozenset({place.organisation})))
    )


FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)


def next_attempt(now: datetime, attempts: int, retry_after: float | None) -> datetime:
    """When to try again after ``attempts`` failures (at least one); what the destination asked for goes first."""
    if retry_after is not None:
        return now + timedelta(seconds=retry_after)
    return now + min(FIRST_RETRY * (1 << min(attempts - 1, 16)), LONGEST_RETRY)


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a refusal means, and how a person mends it."""

    meaning: str
    mend: str


OTHERS_READ_ALONG = "others_read_along"
"""Our own reason to hold a message back: somebody in the channel may not see it."""

_ARCHIVED = Remedy(
    "The channel is archived",
    "Unarchive it, or name another in the operation file or with `/op organisations`.",
)

_FORBIDDEN = Remedy("The workspace’s settings forbid the bot to post there", "Ask a workspace admin.")

REMEDIES: dict[str, Remedy] = {
    OTHERS_READ_ALONG: Remedy(
        "Others read along in the channel, and what waits is not for them",
        "Take them out of the channel, or accept them on the note there.",
    ),
    "channel_not_found": Remedy(
        "Slack knows no such channel, or the bot may not see it",
        "Check the channel in the operation file or with `/op organisations`; "
        "in a private one type `/invite` and the bot’s name.",
    ),
    "not_in_channel": Remedy("The bot is not in the channel", "Type `/invite` and the bot’s name there."),
    "is_archived": _ARCHIVED,
    "is_inactive": _ARCHIVED,  # so says chat.update
    "invalid_auth": Remedy(
        "Slack does not accept the bot’s token", "Set a valid `SLACK_BOT_TOKEN`, then restart."
    ),
    "account_inactive": Remedy(
        "The bot has been removed from Slack", "Install it again and set its new token."
    ),
    "token_revoked": Remedy("The bot’s token was revoked", "Install the app again and set its new token."),
    "not_authed": Remedy("The bot sent no token", "Set `SLACK_BOT_TOKEN`, then restart."),
    "missing_scope": Remedy("The app lacks a scope", "Reinstall it from `manifest.json`."),
    "token_expired": Remedy(
        "The bot’s token has expired",
        "Switch token rotation off in the app’s settings, install it again and set its new token.",
    ),
    "messages_tab_disabled": Remedy(
        "The app’s Messages tab is switched off", "Switch it on, as in `manifest.json`."
    ),
    "restricted_action": _FORBIDDEN,
    "restricted_action_read_only_channel": _FORBIDDEN,
    "restricted_action_thread_only_channel": _FORBIDDEN,
    "restricted_action_non_threadable_channel": _FORBIDDEN,
    "restricted_action_thread_locked": _FORBIDDEN,
    "ekm_access_denied": _FORBIDDEN,
}
"""Refusals that no retry mends, by Slack's error names (docs.slack.dev/reference/methods/chat.postMessage, and chat.update)."""

UNKNOWN_REMEDY = Remedy(
    "Slack refused the message",
    "Run `python -m bot check`; where it finds nothing wrong, look this name up on docs.slack.dev.",
)
