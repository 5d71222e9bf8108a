"""``POST /v1/flags`` and ``GET /v1/flags/{id}``: flags from partners' own systems."""

import hashlib
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Header, Path, Security
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.responses import Response

from bot.domain.errors import InvalidIdentifier, InvalidInput
from bot.domain.flag_details import LONGEST_NAME, Category, Confidence, Details, Reason, Wish, read_name
from bot.domain.flags import FlagDraft
from bot.domain.identifiers import Check, identify, names_several, things_in, tie, why_not
from bot.domain.markings import Marking, Pap, Tlp
from bot.domain.roles import Actor
from bot.domain.subjects import Subject, SubjectKind
from bot.messages.flag_form import LONGEST_WORDS
from bot.messages.payloads import FlagState, RaisedFlag
from bot.services.all import Services
from bot.services.api_flags import Repeatable
from handlers.http.guard import BEARER, GuardedRoute, caller, services
from handlers.http.problems import IDEMPOTENCY_KEY, Problem, ProblemPayload

LONGEST_IDENTIFIER = 2_000
MOST_RELEASES = 40
MOST_CANDIDATES = 50

TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""Anything but control characters: no database holds all of them, and nobody can read them."""

Name = Annotated[str, StringConstraints(max_length=LONGEST_NAME, pattern=TEXT)]
StrictBool = Annotated[bool, Field(strict=True)]


class Given(BaseModel):
    """Whatever is sent: a field that is not known is refused by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewSubject(Given):
    """What is flagged, as it was typed or scanned: a number, an id or a link."""

    identifier: Annotated[
        str,
        StringConstraints(min_length=1, max_length=LONGEST_IDENTIFIER, pattern=TEXT),
        Field(examples=["3318810025", "https://www.amazon.com/sp?seller=A2L77EE7U53NWQ"]),
    ]
    kind: Annotated[SubjectKind | None, Field(description="Found out where it is left out.")] = None
    scheme: Annotated[
        str | None,
        StringConstraints(max_length=40),
        Field(description="Of one of the candidates, where an identifier can mean several things."),
    ] = None


class NewFlag(Given):
    """A flag. Only the subject has to be given."""

    subject: NewSubject
    words: Annotated[
        str,
        StringConstraints(max_length=LONGEST_WORDS, pattern=TEXT, strip_whitespace=True),
        Field(description="What looks wrong.", examples=["counterfeit earbuds"]),
    ] = ""
    tlp: Annotated[
        Literal["clear", "green", "amber", "amber+strict"] | None,
        Field(
            description="Who may know (TLP 2.0); your organisation's default where it is left out. RED is for people."
        ),
    ] = None
    release: Annotated[
        list[Annotated[str, StringConstraints(max_length=40)]],
        Field(
            max_length=MOST_RELEASES,
            description="Organisations that an AMBER flag is released to.",
            examples=[["dhl"]],
        ),
    ] = []
    pap: Annotated[Pap, Field(description="RED: no partner is asked about it.")] = Pap.CLEAR
    brand: Name = ""
    reason: Reason | None = None
    confidence: Confidence | None = None
    category: Category | None = None
    wish: Annotated[Wish | None, Field(description="What you ask those who can to do.")] = None
    port: Name = ""
    urgent: StrictBool = False
    anyway: Annotated[
        StrictBool,
        Field(
            description="You know that the check digit does not fit, or how the case was closed before, and mean it."
        ),
    ] = False

    @property
    def draft(self) -> FlagDraft:
        """What the services take. Raises :class:`InvalidInput`, or a problem with the candidates."""
        details = Details(
            brand=read_name(self.brand, "brand"),
            reason=self.reason,
            confidence=self.confidence,
            category=self.category,
            wish=self.wish,
            port=read_name(self.port, "port"),
            urgent=self.urgent,
        )
        marking = _marking(self.tlp and Tlp(self.tlp), frozenset(key.strip().lower() for key in self.release))
        return FlagDraft(_subject(self.subject, self.anyway), self.words, marking, self.pap, details)


def _subject(given: NewSubject, anyway: bool) -> Subject:
    things = things_in(given.identifier, given.kind)
    if len(things) > 1:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            names_several(things),
            candidates=[each[0] for each in things[:MOST_CANDIDATES]],
        )
    found = things[0] if things else ()
    if not found and given.kind:
        identify(given.kind, given.identifier)  # raises with the sentence that helps
    if not found:
        hint = "Say in “kind” what it is, to hear what is wrong."
        raise InvalidIdentifier(why_not(given.identifier, hint))
    chosen = tie(tuple(each for each in found if given.scheme in (None, each.subject.scheme)))
    if len(chosen) != 1:
        problem = "can mean several things" if chosen else "cannot be read so"
        detail = f"“{given.identifier[:60]}” {problem}. Choose one of the candidates by its kind and scheme."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, candidates=chosen or found)
    if chosen[0].check is Check.FAILED and not anyway:
        raise InvalidIdentifier(
            f"{chosen[0].why} Compare it; if it does stand there so, send “anyway”: true."
        )
    return chosen[0].subject


def _marking(tlp: Tlp | None, releases: frozenset[str]) -> Marking | None:
    if tlp is None and not releases:
        return None
    if releases and tlp not in (None, Tlp.AMBER):
        raise InvalidInput("Only what is marked amber is released to single organisations.", "release")
    return Marking(tlp or Tlp.AMBER, releases)


def idempotency_key(
    value: Annotated[
        str,
        Header(
            alias=IDEMPOTENCY_KEY,
            min_length=1,
            max_length=255,
            pattern=r"^[!-~]+$",
            description="New for each flag; the same one when a request is repeated. Kept for a day.",
            examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        ),
    ],
) -> str:
    """The name of the request, with or without the quotes of draft-ietf-httpapi-idempotency-key-header."""
    return value[1:-1] if len(value) > 2 and value[0] == value[-1] == '"' else value


Asking = Annotated[Actor, Depends(caller)]
Called = Annotated[Services, Depends(services)]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ProblemPayload, "description": PROBLEMS[status]} for status in statuses}


PROBLEMS = {
    400: "The request cannot be read, or has no Idempotency-Key.",
    401: "No API key, or none in use.",
    403: "The key's organisation may not do this.",
    404: "There is no such flag, or none that you may know of: the same answer to both.",
    409: "True a moment ago, no longer.",
    413: "The body is too large.",
    415: "The body is no JSON.",
    422: "The flag does not hold; each mistake is told where it stands.",
    429: "The key has used up its budget; Retry-After says when to come again, in seconds.",
    500: "An error of ours, with a reference.",
}

LOCATION = {"Location": {"description": "Where the flag is found.", "schema": {"type": "string"}}}
EXAMPLE = {"subject": {"identifier": "3318810025"}, "words": "counterfeit earbuds", "tlp": "green"}

router = APIRouter(route_class=GuardedRoute, dependencies=[Security(BEARER)], tags=["flags"])


@router.post(
    "/flags",
    operation_id="raise_flag",
    status_code=HTTPStatus.CREATED,
    response_model=RaisedFlag,
    responses={
        200: {
            "model": RaisedFlag,
            "description": "Your key has flagged the same before.",
            "headers": LOCATION,
        },
        201: {"description": "Flagged.", "headers": LOCATION},
        **_problems(400, 401, 403, 404, 409, 413, 415, 422, 429, 500),
    },
)
async def raise_flag(
    flag: Annotated[NewFlag, Body(examples=[EXAMPLE])],
    key: Annotated[str, Depends(idempotency_key)],
    actor: Asking,
    called: Called,
) -> Response:
    """Flag something for the key's organisation.

    Repeated with the same Idempotency-Key and the same body it is done once and answered alike, for a day.
    """
    asked = flag.model_dump_json(exclude_defaults=True)
    request = Repeatable(key, hashlib.sha256(asked.encode()).hexdigest())
    answer = await called.api_flags.raise_flag(actor, flag.draft, request, again=flag.anyway)
    return Response(
        answer.body,
        answer.status,
        {"Location": f"/v1/flags/{answer.name}"},
        media_type="application/json",
    )


@router.get(
    "/flags/{id}",
    operation_id="show_flag",
    response_model=FlagState,
    responses=_problems(401, 404, 429, 500),
)
async def show_flag(
    name: Annotated[str, Path(alias="id", description="As the answer to the flag had it.")],
    actor: Asking,
    called: Called,
) -> Response:
    """A flag that came over HTTP and its case, as your organisation may see them now."""
    return Response(await called.api_flags.one(actor, name), media_type="application/json")
