"""Stand-ins for the partners' APIs, after their contracts. So far: the carrier's shipment tracking.

``Partners(seed, now)`` holds the state, ``routes(partners)`` is mounted under ``/partners`` and
``control_routes(partners)`` under ``/sandbox/partners``. The bot is pointed at it with
``DHL_API_URL=http://127.0.0.1:3900/partners/dhl/track`` and ``DHL_API_KEY=sandbox-dhl-key``.

The carrier
-----------

``GET /partners/dhl/track/shipments?trackingNumber=…`` with the header ``DHL-API-Key`` (a bearer token beside it is
refused); ``service``, ``recipientPostalCode``, ``language``, ``offset`` and ``limit`` as in the contract. 200 is
``application/json``, everything else ``application/problem+json``; every answer has a ``correlation-id``. Parcels of
``parcel-de`` and ``parcel-nl`` show people only to who sends the recipient's postal code. 250 calls a day, anew at
00:00 GMT, and one call a second, else 429. A number that two units know is answered by the first; the other stands in
``possibleAdditionalShipmentsUrl``.

The control API
---------------

JSON in, JSON out; ``{"ok": true, …}``, or 400/404 with ``{"ok": false, "error": …, "shown": "a sentence"}``.
A parcel that two units know is chosen with ``?service=``.

=========================================  ===========================================================================
``GET /sandbox/partners/``                 ``partners``: key, name and limits of each
``GET /sandbox/partners/dhl``              ``key``, ``limits`` (limit, used, left, resets_at, calls, seconds, enabled),
                                           ``switches``, ``faults`` (each with what it does), ``parcels``, ``calls``
                                           (at, query, status, fault, correlation_id; the newest 500)
``POST …/dhl/reset``                       everything as seeded
``POST …/dhl/limits``                      any of ``limit``, ``used`` (of the day), ``calls`` within ``seconds`` (the
                                           spike limit), ``enabled``
``POST …/dhl/switches``                    ``fault`` (quota, bad_key, server_error, not_json, empty, slow, reset), and
                                           any of ``number``, ``status``, ``retry_after``, ``seconds``, ``times``,
                                           ``for_seconds`` → ``switch``
``DELETE …/dhl/switches[/{id}]``           off, one or all
``POST …/dhl/parcels``                     ``{"number": "…", "like": "3318810025"}``, with ``happened`` (how many steps)
                                           and ``hours_ago`` (the newest) if wanted; or a whole parcel as in
                                           ``seeds/parcels.toml`` → ``parcel``
``GET …/dhl/parcels/{number}``             ``parcel``: number, service, happened, steps, next, shipment
``DELETE …/dhl/parcels/{number}``          the carrier has forgotten it: 404 from now on
``POST …/dhl/parcels/{number}/move``       ``{"by": "step" | "day" | "end"}`` → ``moved`` (events), ``parcel``
``POST …/dhl/parcels/{number}/event``      an unforeseen event now: ``status``, and any of ``code``, ``description``,
                                           ``remark``, ``next_steps``, ``at`` (a place) → ``parcel``
=========================================  ===========================================================================
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.routing import BaseRoute

from sandbox.partners.control import control
from sandbox.partners.dhl import Dhl
from sandbox.partners.web import tracking

__all__ = ["Partners", "control_routes", "routes"]


class Partners:
    """Every partner's stand-in.

    ``seed`` has a table for each (``{"dhl": {"key": …, "limit": …, "parcels": […]}}``; all of it optional),
    ``now`` gives Unix seconds (the workspace's clock). Set ``changed`` to hear the key of a partner whose state
    has changed.
    """

    def __init__(self, seed: Mapping[str, Any] | None = None, now: Callable[[], float] = time.time) -> None:
        self.dhl = Dhl((seed or {}).get("dhl", {}), now)
        self.dhl.changed = lambda: self.changed("dhl")
        self.changed: Callable[[str], None] = lambda _partner: None

    def reset(self, seed: Mapping[str, Any] | None = None) -> None:
        """Everything as seeded; from now on in ``seed``, if there is one."""
        self.dhl.reset(None if seed is None else seed.get("dhl", {}))

    def saved(self) -> dict[str, Any]:
        """What ``restore`` brings back; JSON."""
        return {"dhl": self.dhl.saved()}

    def restore(self, saved: Mapping[str, Any]) -> None:
        self.dhl.restore(saved.get("dhl", {}))


def routes(partners: Partners) -> list[BaseRoute]:
    """The partners' own APIs, to be mounted under ``/partners``."""
    return tracking(partners.dhl)


def control_routes(partners: Partners) -> list[BaseRoute]:
    """To be mounted under ``/sandbox/partners``."""
    return control(partners.dhl)
