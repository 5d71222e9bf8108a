"""The API for partners' own systems, with its description at ``/v1/openapi.json``."""

from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from bot.domain.errors import BotError
from bot.services.all import Services
from handlers.http import flags
from handlers.http.problems import MEDIA_TYPE, Problem, Unexpected, on_problem

ABOUT = """Flag suspicious parcels, sellers, listings, containers and orders for your organisation, and see what became of it.

Every request carries an API key of your organisation as a bearer token. What you may not know of is answered as if it
were not there. Mistakes are answered as problem details (RFC 9457). Times are UTC.
"""


class Api(FastAPI):
    """An application of its own, so that even its refusals are problem details."""

    def openapi(self) -> dict[str, Any]:
        """The description, in which problems have their own media type, and nothing is answered in the framework's way."""
        described = super().openapi()
        for name in ("HTTPValidationError", "ValidationError"):
            described["components"]["schemas"].pop(name, None)
        for path in described["paths"].values():
            for operation in path.values():
                theirs = operation["responses"].get("422", {}).get("content", {}).get("application/json", {})
                if "HTTPValidationError" in str(theirs):
                    del operation["responses"]["422"]
                for status, response in operation["responses"].items():
                    if status >= "400" and "application/json" in response["content"]:
                        response["content"] = {MEDIA_TYPE: response["content"].pop("application/json")}
        return described


def api(services: Services) -> Api:
    """The API on these services, to be mounted at ``/v1``."""
    app = Api(
        title="Operation Fulfilled Action",
        summary="Flags from partners' own systems",
        description=ABOUT,
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    for error in (Problem, BotError, RequestValidationError, HTTPException):
        app.add_exception_handler(error, on_problem)
    app.add_middleware(Unexpected)
    app.include_router(flags.router)
    return app
