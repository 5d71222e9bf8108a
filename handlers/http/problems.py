"""What is answered where something is wrong: problem details (RFC 9457), each with a sentence that helps.

The type is always ``about:blank``, so that the title is the status's own phrase and everything special stands beside it.
Hidden is as absent: nothing here names what was asked for.
"""

import logging
import math
import secrets
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.errors import BotError, InvalidInput, NotAllowed, NotAMember, NotFound, TooMany
from bot.domain.identifiers import Candidate, Check
from bot.domain.references import new_error_reference
from bot.domain.subjects import SubjectKind
from handlers.http.sentences import sentence

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

MOST_ERRORS = 20
"""Of a body with thousands of mistakes the first are told."""


class FieldProblem(BaseModel):
    """One mistake, where it stands."""

    detail: str
    pointer: Annotated[
        str | None, Field(description="JSON Pointer to the field.", examples=["#/subject/identifier"])
    ] = None
    header: Annotated[str | None, Field(examples=["Idempotency-Key"])] = None


class CandidatePayload(BaseModel):
    """One thing that an identifier can mean. Send its kind and scheme to choose it."""

    kind: SubjectKind
    scheme: str
    number: str
    platform: str | None
    name: Annotated[str, Field(examples=["DHL Express waybill"])]
    check: Check
    why: str


class ProblemPayload(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = "about:blank"
    title: Annotated[str, Field(examples=["Unprocessable Content"])]
    status: int
    detail: Annotated[str, Field(description="What is wrong and what to do.")]
    errors: Annotated[list[FieldProblem] | None, Field(description="Each mistake in the request.")] = None
    candidates: Annotated[
        list[CandidatePayload] | None,
        Field(
            description="What an identifier can mean, where nothing decides; or each of the things that it names."
        ),
    ] = None
    reference: Annotated[str | None, Field(description="Names an error of ours, here and in the log.")] = None


class Problem(Exception):
    """An answer that says what is wrong."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        errors: Sequence[FieldProblem] = (),
        candidates: Sequence[Candidate] = (),
        reference: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = dict(headers or {})
        self.payload = ProblemPayload(
            title=TITLES.get(status, status.phrase),
            status=status,
            detail=detail,
            errors=list(errors) or None,
            candidates=[_candidate(each) for each in candidates] or None,
            reference=reference,
        )

    @property
    def response(self) -> Response:
        return Response(
            self.payload.model_dump_json(exclude_none=True), self.status, self.headers, media_type=MEDIA_TYPE
        )


TITLES = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}
"""RFC 9110's phrases, where Python still has older ones."""


def _candidate(candidate: Candidate) -> CandidatePayload:
    subject = candidate.subject
    return CandidatePayload(
        kind=subject.kind,
        scheme=subject.scheme,
        number=subject.number,
        platform=subject.platform,
        name=candidate.name,
        check=candidate.check,
        why=candidate.why,
    )


# -- from errors to problems ----------------------------------------------------------------------------------

STATUSES: dict[type[BotError], HTTPStatus] = {
    NotAMember: HTTPStatus.UNAUTHORIZED,
    NotAllowed: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    BotError: HTTPStatus.CONFLICT,
}

DETAILS = {
    HTTPStatus.NOT_FOUND: "There is nothing here. /v1/openapi.json says what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address takes other methods; the header Allow names them.",
    HTTPStatus.BAD_REQUEST: "The body is no JSON in UTF-8.",
}


def of_bot_error(error: BotError) -> Problem:
    """Our own sentences, each with its status."""
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    if isinstance(error, NotAMember):
        headers["WWW-Authenticate"] = 'Bearer realm="operation", error="invalid_token"'
    field = error.field if isinstance(error, InvalidInput) else None
    return Problem(
        status, error.sentence, errors=[_at(field, error.sentence)] if field else [], headers=headers
    )


def _at(field: str, detail: str) -> FieldProblem:
    if field == IDEMPOTENCY_KEY:
        return FieldProblem(detail=detail, header=field)
    return FieldProblem(detail=detail, pointer=pointer([*PLACES.get(field, ()), field]))


IDEMPOTENCY_KEY = "Idempotency-Key"
PLACES = {"identifier": ["subject"], "kind": ["subject"], "scheme": ["subject"]}
"""Where a field of the domain's stands in a body; at the top where it is not named here."""


def pointer(path: Iterable[object]) -> str:
    """A JSON Pointer as a URI fragment (RFC 6901, section 6). What a stranger wrote is cut."""
    words = (str(part).replace("~", "~0").replace("/", "~1")[:60] for part in path)
    return "#" + "".join(f"/{quote(word, safe='~', errors='replace')}" for word in words)


def of_validation(error: RequestValidationError) -> Problem:
    """What does not have the shape that is asked for, mistake by mistake."""
    mistakes: Sequence[Any] = error.errors()
    if any(mistake["loc"][0] == "header" for mistake in mistakes):
        detail = (
            "Send a header Idempotency-Key of 1 to 255 printable characters, new for each flag, such as a UUID: "
            "with it the request can be repeated without flagging twice."
        )
        return Problem(HTTPStatus.BAD_REQUEST, detail, errors=[_at(IDEMPOTENCY_KEY, detail)])
    if any(mistake["loc"] == ("body",) and mistake["type"] == "missing" for mistake in mistakes):
        return Problem(HTTPStatus.BAD_REQUEST, "The body is empty. Send the flag as a JSON object.")
    if any(mistake["type"] == "json_invalid" for mistake in mistakes):
        return Problem(HTTPStatus.BAD_REQUEST, DETAILS[HTTPStatus.BAD_REQUEST])
    errors = [
        FieldProblem(detail=sentence(mistake), pointer=pointer(mistake["loc"][1:]))
        for mistake in mistakes[:MOST_ERRORS]
    ]
    more = len(mistakes) - len(errors)
    said = errors[0].detail if len(errors) == 1 else f"{len(mistakes)} fields are not right."
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"{said} The first {len(errors)} are told here." if more else said,
        errors=errors,
    )


def of_http(error: HTTPException) -> Problem:
    """What the framework refuses by itself."""
    status = HTTPStatus(error.status_code)
    return Problem(status, DETAILS.get(status, status.phrase), headers=error.headers)


async def on_problem(_: Request, error: Exception) -> Response:
    """The handler of every error that is meant for whoever asked."""
    match error:
        case Problem():
            problem = error
        case BotError():
            problem = of_bot_error(error)
        case RequestValidationError():
            problem = of_validation(error)
        case HTTPException():
            problem = of_http(error)
        case _:
            raise error
    return problem.response


class Unexpected:
    """The outermost layer: an error of ours is answered with a reference that the log has too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception:
            if begun:
                raise
            reference = new_error_reference(secrets.choice)
            log.exception("error %s in the HTTP API", reference)
            problem = Problem(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "Something went wrong on our side. Repeat the request with the same Idempotency-Key; if it happens "
                f"again, give the operation's admins this reference: {reference}",
                reference=reference,
            )
            await problem.response(scope, receive, send)
