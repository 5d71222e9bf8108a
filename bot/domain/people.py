"""People, as Slack knows them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack: a user id means nothing without its team."""

    slack_team: str
    slack_user: str

    @property
    def key(self) -> str:
        """As one word: ``T0OPS/U0DHL1``. An organisation's key never has a slash in it."""
        return f"{self.slack_team}/{self.slack_user}"
