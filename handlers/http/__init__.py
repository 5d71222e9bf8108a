"""The HTTP door. Adding a route is a line in this table."""

from starlette.routing import BaseRoute, Route

from handlers.http.health import health
from storage.database import Database


def routes(database: Database) -> list[BaseRoute]:
    """Everything that is answered over HTTP, besides Slack's requests."""
    return [Route("/healthz", health(database), methods=["GET"])]
