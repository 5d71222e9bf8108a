"""Whether this process can do its work."""

import logging
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.database import Database

log = logging.getLogger(__name__)


def health(database: Database) -> Callable[[Request], Awaitable[Response]]:
    """``GET /healthz``: 200 only when the database answers."""

    async def answer(_: Request) -> Response:
        try:
            await database.ping()
        except Exception as error:  # noqa: BLE001  # whatever it is, we are not well
            log.warning("the database does not answer: %s", type(error).__name__)
            return JSONResponse({"status": "the database does not answer"}, status_code=503)
        return JSONResponse({"status": "ok"})

    return answer
