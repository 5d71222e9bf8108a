"""All services, by name."""

from dataclasses import dataclass

from bot.services.access_requests import AccessRequests
from bot.services.alerts import Alerts
from bot.services.amendments import Amendments
from bot.services.api_flags import ApiFlags
from bot.services.api_keys import ApiKeys
from bot.services.audiences import Audiences
from bot.services.audit import Audit
from bot.services.cases import Cases
from bot.services.deconfliction import Deconfliction
from bot.services.digests import Digests
from bot.services.disclosures import Disclosures
from bot.services.flags import Flags
from bot.services.lookups import Lookups
from bot.services.markings import Markings
from bot.services.members import Members
from bot.services.organisations import Organisations
from bot.services.recognising import Recognising
from bot.services.suggestions import Suggestions
from bot.services.upkeep import Upkeep


@dataclass(frozen=True, slots=True)
class Services:
    """What the doors and the worker call."""

    flags: Flags
    suggestions: Suggestions
    recognising: Recognising
    cases: Cases
    markings: Markings
    amendments: Amendments
    deconfliction: Deconfliction
    members: Members
    organisations: Organisations
    access_requests: AccessRequests
    digests: Digests
    lookups: Lookups
    alerts: Alerts
    disclosures: Disclosures
    audit: Audit
    audiences: Audiences
    upkeep: Upkeep
    api_keys: ApiKeys
    api_flags: ApiFlags
