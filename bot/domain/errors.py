"""All errors of this program, one family.

BotError                    a sentence a person may read
 ├─ InvalidInput            what they typed does not hold; may name the field of a form
 │   └─ InvalidIdentifier   a number, id or link that cannot be what they say it is
 ├─ NotAMember              on no organisation's list
 ├─ NotAllowed              a member, but not with this role or organisation
 ├─ NotFound                absent, or not for this reader: the same sentence for both
 ├─ TooMany                 more in a short time than is allowed; says when to come again
 ├─ Conflict                true a moment ago, no longer
 └─ NotReady                the program has just started and does not know yet what it needs for this
ClientError                 a partner's API did not answer with a fact
DeliveryError               a message did not arrive
SetupError                  the program cannot start as it is configured
"""


class BotError(Exception):
    """Something a person is told in its own words: one or two sentences, what is wrong and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class InvalidInput(BotError):
    """What was typed does not hold.

    ``field`` is the name of the form's field it belongs to, where there is one.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class InvalidIdentifier(InvalidInput):
    """A number, id or link that cannot be what it is said to be."""

    def __init__(self, sentence: str, field: str | None = "identifier") -> None:
        super().__init__(sentence, field)


class NotAMember(BotError):
    """The person who asks is on no organisation's list."""


class NotAllowed(BotError):
    """The person is a member, but their role or organisation does not give them this right."""


class NotFound(BotError):
    """There is nothing by that name, or nothing this reader may know of; which of the two is never said."""


class Conflict(BotError):
    """What the click was about has changed since the message was shown."""


class NotReady(BotError):
    """The program has just started, and does not know yet what it needs for this; in a moment it will."""


class TooMany(BotError):
    """More was asked in a short time than is allowed; ``retry_after`` is in seconds."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class ClientError(Exception):
    """A partner's API gave no fact.

    ``outcome`` is one word for it (see :class:`bot.domain.facts.Outcome`), ``retry_after`` seconds to wait
    where the partner said so.
    """

    def __init__(
        self, outcome: str, detail: str, *, permanent: bool, retry_after: float | None = None
    ) -> None:
        super().__init__(detail)
        self.outcome = outcome
        self.detail = detail
        self.permanent = permanent
        self.retry_after = retry_after


class DeliveryError(Exception):
    """A message did not arrive.

    ``reason`` is the destination's own word (Slack's error name); ``permanent`` means that trying again is useless
    until somebody mends something, ``passing`` that it will mend itself (the network, a rate limit); where neither
    is known, both are false. ``retry_after`` is in seconds.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        passing: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.passing = passing
        self.retry_after = retry_after


class SetupError(Exception):
    """The program cannot start or load as configured; ``problems`` has one line for each thing to mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems
