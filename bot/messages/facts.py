"""What a partner says, in a line: always with whose word it is and how old."""

from datetime import datetime

from bot.domain.facts import Fact, Outcome, ParcelStatus, PartnerView, partner_for
from bot.domain.markings import Pap
from bot.domain.sharing import CaseView
from bot.domain.subjects import SubjectKind
from bot.messages.blocks import ago, escape

STATUS_WORDS = {
    ParcelStatus.PRE_TRANSIT: "Announced, not yet in transit",
    ParcelStatus.TRANSIT: "In transit",
    ParcelStatus.DELIVERED: "Delivered",
    ParcelStatus.FAILURE: "Delivery failed",
    ParcelStatus.UNKNOWN: "Status unknown",
}

WORDS_ON_A_CARD = 200

TROUBLE_WORDS = {
    Outcome.QUOTA: "takes no more questions for now (quota used up)",
    Outcome.BAD_KEY: "refuses our key",
    Outcome.PARTNER_ERROR: "answers with an error",
    Outcome.UNREADABLE: "answers with something unreadable",
    Outcome.UNREACHABLE: "does not answer",
}


def partner_lines(view: CaseView) -> list[str]:
    """What is known from each partner of the case's subject; a sentence where there is nothing to know."""
    if view.pap is Pap.RED:
        return ["PAP:RED: no partner is asked about it."]
    if view.partners:
        return [line for partner in view.partners for line in _lines(partner)]
    if view.subject.kind is SubjectKind.PARCEL and partner_for(view.subject) is None:
        return [
            f"No partner of this operation can be asked about {view.subject.carrier or 'this carrier'}’s parcels."
        ]
    if partner_for(view.subject) is not None:  # by a case whose label binds everybody, or there is no key
        return [
            f"*{partner_for(view.subject)}:* has not been asked: PAP:RED forbids it, or its API is not connected here."
        ]
    return []


def short_status(view: CaseView) -> str:
    """The latest carrier status in a few words, for lists; empty where there is none."""
    for partner in view.partners:
        if partner.fact is not None:
            return f"{partner.partner}: {_headline(partner.fact)}"
    return ""


def _lines(view: PartnerView) -> list[str]:
    name = f"*{view.partner}:*"
    lines = []
    if view.fact is not None:
        lines += [
            f"{name} {_headline(view.fact)}",
            *_details(view.fact),
            f"_{view.partner} said so {ago(view.fact.told_at)}_",
        ]
    if view.trouble is not None:
        lines.append(_trouble(view))
    elif view.asking:
        lines.append(
            "_Asking again; the answer follows._"
            if view.fact
            else f"{name} is being asked; the answer follows."
        )
    return lines


def _headline(fact: Fact) -> str:
    if fact.outcome is Outcome.NOT_FOUND or fact.latest is None:
        return "knows no parcel of this number (new ones take up to half an hour to appear)"
    place = f" · {escape(fact.latest.place)}" if fact.latest.place else ""
    back = " · going back to the sender" if fact.returning else ""
    return STATUS_WORDS[fact.latest.status] + place + back


def _details(fact: Fact) -> list[str]:
    if fact.latest is None:
        return []
    lines = []
    if fact.latest.words:
        lines.append(f"“{escape(fact.latest.words, WORDS_ON_A_CARD)}”")
    route = " → ".join(escape(place) for place in (fact.origin, fact.destination) if place)
    time = carrier_time(fact.latest.time)
    if route or time:
        lines.append(" · ".join(filter(None, (route, f"carrier’s time {time}" if time else ""))))
    if fact.customs_hint:
        lines.append(
            "Hint: the carrier’s words mention customs or an inspection. That is not a legal status."
        )
    return lines


def carrier_time(text: str) -> str:
    """The carrier's own time as it said it: one without a zone is a local time of the place, and we say so."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return escape(text)
    if "T" not in text:
        return text
    zone = f"UTC{moment:%z}" if moment.tzinfo else "local"
    return f"{moment:%Y-%m-%d %H:%M} {zone}"


def _trouble(view: PartnerView) -> str:
    if view.trouble is None:
        return ""
    since = f" (first seen {ago(view.trouble_since)})" if view.trouble_since else ""
    again = " We keep asking." if view.asking else ""
    return f"⚠️ {view.partner} {TROUBLE_WORDS[view.trouble]}{since}.{again}"
