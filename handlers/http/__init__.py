"""The HTTP door. Adding a route is a line in this table; one of the API's, in its module."""

from starlette.routing import BaseRoute, Mount, Route

from bot.services.all import Services
from handlers.http.api import api
from handlers.http.health import health
from storage.database import Database


def routes(database: Database, services: Services) -> list[BaseRoute]:
    """Everything that is answered over HTTP, besides Slack's requests."""
    return [Route("/healthz", health(database), methods=["GET"]), Mount("/v1", api(services))]
