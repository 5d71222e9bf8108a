"""Who acts: people, as Slack knows them, and partners' own systems by their API keys."""

from dataclasses import dataclass

API_TEAM = "api"
"""Stands where a person has their Slack team, for what acts by an API key; a team's id begins with T or E."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in Slack: a user id means nothing without its team. Or an API key, by its name."""

    slack_team: str
    slack_user: str

    @property
    def key(self) -> str:
        """As one word: ``T0OPS/U0DHL1``. An organisation's key never has a slash in it."""
        return f"{self.slack_team}/{self.slack_user}"

    @property
    def is_api_key(self) -> bool:
        """Whether it is no person at all: Slack knows nobody of that name, and no message can go there."""
        return self.slack_team == API_TEAM
