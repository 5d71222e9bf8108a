"""Logging: one line an event, as text or JSON; never a body, a token or what somebody typed."""

import json
import logging
import sys
from datetime import UTC, datetime

TALKATIVE = {
    # These write whole payloads, tokens or addresses with numbers in them when asked for detail.
    "slack_sdk": logging.WARNING,
    "slack_bolt": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "apscheduler": logging.WARNING,
    "alembic": logging.WARNING,
    "uvicorn.access": logging.WARNING,
}


class JsonFormatter(logging.Formatter):
    """A line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(level: str, form: str) -> None:
    """Send every logger to standard error in the given form."""
    handler = logging.StreamHandler(sys.stderr)
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
    handler.setFormatter(JsonFormatter() if form == "json" else plain)
    # Not by the loggers' levels alone: Bolt gives each of its own the root's.
    handler.addFilter(_may_say)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, quiet in TALKATIVE.items():
        logging.getLogger(name).setLevel(quiet)


def _may_say(record: logging.LogRecord) -> bool:
    names = (name for name in TALKATIVE if f"{record.name}.".startswith(f"{name}."))
    return all(record.levelno >= TALKATIVE[name] for name in names)
