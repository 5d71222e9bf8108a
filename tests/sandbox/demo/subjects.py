"""Subjects to flag: numbers with right check digits, senders and shops that cannot be taken for real ones."""

from random import Random

from bot.domain.identifiers import candidates, checks
from bot.domain.subjects import Subject, SubjectKind

KINDS = {
    "dhl": 48,
    "s10": 8,
    "ups": 6,
    "amazon seller": 14,
    "web seller": 5,
    "listing": 11,
    "container": 5,
    "order": 3,
}
"""How often each kind is flagged, as weights."""


def subject(chance: Random, number: int) -> Subject:
    """The ``number``-th subject of the operation; never the same twice."""
    kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
    typed, wanted = _typed(kind, number, chance.randrange(1000))
    return next(each.subject for each in candidates(typed, wanted) if each.subject.kind is wanted)


def _typed(kind: str, number: int, salt: int) -> tuple[str, SubjectKind]:
    match kind:
        case "dhl":
            body = f"70{number:04d}{salt:03d}"
            return body + checks.mod7(body), SubjectKind.PARCEL
        case "s10":
            serial = f"9{number:04d}{salt:03d}"
            return f"LZ{serial}{checks.s10(serial)}CN", SubjectKind.PARCEL
        case "ups":
            body = (
                f"999AA101{number:04d}{salt:03d}"  # 999AA1 is the sample account of the carrier's own pages
            )
            return f"1Z{body}{checks.ups(body)}", SubjectKind.PARCEL
        case "amazon seller":
            return f"A0DEMOSELLER{number:04d}", SubjectKind.SELLER
        case "web seller":
            return f"https://made-up-outlet-{number}.example/", SubjectKind.SELLER
        case "listing":
            return f"B0DEMO{number:04d}", SubjectKind.LISTING
        case "container":
            body = f"ZZZU{number:03d}{salt:03d}"
            return body + checks.iso6346_container(body), SubjectKind.CONTAINER
        case _:
            return f"000-0000{salt:03d}-000{number:04d}", SubjectKind.ORDER
