"""Settings: the only reader of the environment, and never at import."""

from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.deconfliction import SHORTEST_KEY
from bot.domain.errors import SetupError
from storage.database import async_url


class Need(StrEnum):
    """What a command cannot do without."""

    SLACK = "slack"
    """It speaks to Slack's Web API."""
    SLACK_REQUESTS = "slack requests"
    """It receives Slack's requests, by HTTP or by Socket Mode."""


def _http_url(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")
    if " " in value or not value.isprintable() or not _names_a_host(value):
        raise ValueError("is no address such as https://example.org/api")
    return value


def _names_a_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # so it says of a bad port, and of brackets
        return False


def _database_url(value: str) -> str:
    async_url(value)
    return value


def _as_given(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if not all("!" <= character <= "~" for character in secret):
        raise ValueError(
            "has characters that a key does not have, such as spaces or typographic quotes; copy it anew"
        )
    return value


Credential = Annotated[SecretStr, AfterValidator(_as_given)]
"""A secret that somebody else made: with other characters it is not as it was given, nor fit for a header."""


def _long_key(value: SecretStr) -> SecretStr:
    if value.get_secret_value() and len(value.get_secret_value().encode()) < SHORTEST_KEY:
        raise ValueError(f"must have at least {SHORTEST_KEY} bytes; openssl rand -hex 32 makes a good one")
    return value


class Settings(BaseSettings):
    """What the environment and ``.env`` say. Each field is documented in the README's table of settings."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    slack_bot_token: Credential = SecretStr("")
    slack_signing_secret: Credential = SecretStr("")
    slack_app_token: Credential = SecretStr("")
    slack_api_url: Annotated[str, AfterValidator(_http_url)] = "https://slack.com/api/"
    database_url: Annotated[str, AfterValidator(_database_url)] = "sqlite:///var/operation.db"
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535)
    operation_file: str = ""
    operation_key: Annotated[SecretStr, AfterValidator(_long_key)] = SecretStr("")
    dhl_api_key: Credential = SecretStr("")
    dhl_api_url: Annotated[str, AfterValidator(_http_url)] = "https://api-eu.dhl.com/track"
    dhl_calls_per_day: int = Field(default=250, ge=1)
    dhl_seconds_between_calls: float = Field(default=5.0, ge=0, le=86_400)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @property
    def socket_mode(self) -> bool:
        """Whether Slack's requests come over Socket Mode instead of HTTP."""
        return bool(self.slack_app_token.get_secret_value())


def load_settings(*needs: Need, **given: Any) -> Settings:
    """Read the settings; ``given`` stands before the environment.

    Raises :class:`SetupError` with one line for each setting that is missing or bad, all at once, by name.
    """
    problems: list[str] = []
    bad = set[str]()
    try:
        settings = Settings(**given)
    except ValidationError as error:
        problems = [_line(problem) for problem in error.errors()]
        bad = {str(problem["loc"][0]).lower() for problem in error.errors()}
        settings = Settings.model_construct(**{name: _default(name) for name in bad}, **_readable(bad, given))
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError([f".env: cannot be read: {error}"]) from error
    problems += _missing(settings, needs, bad)
    if problems:
        raise SetupError(sorted(problems))
    return settings


def _missing(settings: Settings, needs: tuple[Need, ...], bad: set[str]) -> list[str]:
    """What is needed and not there; a bad one is there."""
    problems = []

    def is_there(name: str) -> bool:
        return name in bad or bool(getattr(settings, name).get_secret_value())

    if needs and not is_there("slack_bot_token"):
        problems.append(
            "SLACK_BOT_TOKEN: is missing; it begins with xoxb- (“OAuth & Permissions” of the app)"
        )
    by_http = Need.SLACK_REQUESTS in needs and not is_there("slack_app_token")
    if by_http and not is_there("slack_signing_secret"):
        problems.append(
            "SLACK_SIGNING_SECRET: is missing (“Basic Information” of the app); "
            "or set SLACK_APP_TOKEN for Socket Mode"
        )
    return problems


def _line(problem: Any) -> str:
    """One mistake in a sentence, without the value: it may be a secret."""
    name = str(problem["loc"][0]).upper()
    return f"{name}: {problem['msg'].removeprefix('Value error, ')}"


def _default(name: str) -> Any:
    return Settings.model_fields[name].default


def _readable(bad: set[str], given: dict[str, Any]) -> dict[str, Any]:
    """Whatever can be read beside the bad ones, so that what is missing is reported in the same breath."""
    kept = {name: value for name, value in given.items() if name not in bad}
    good = Settings(**kept, **{name: _default(name) for name in bad})
    return {name: getattr(good, name) for name in Settings.model_fields if name not in bad}
