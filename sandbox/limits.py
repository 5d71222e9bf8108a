"""How often a method may be called: https://docs.slack.dev/apis/web-api/rate-limits

Slack promises a tier's number "or more" a minute and allows bursts it does not document. Here a tier is exactly its number
in any minute, all at once if need be; posting is one message a second and channel, after a burst of ``POST_BURST``.
"""

from collections import deque

from sandbox.clock import Clock

TIERS = {"t1": 1, "t2": 20, "t3": 50, "t4": 100, "special": 600, "posting": 300, "none": 0}
"""Calls a minute per method and workspace. ``special`` is auth.test's "hundreds of requests per minute"; ``posting`` is the
"several hundred messages per minute" of a workspace."""

POST_BURST = 5
"""Messages a channel takes at once before the one-a-second rule bites."""


class Limits:
    def __init__(self, clock: Clock) -> None:
        self.enabled = True
        self._clock = clock
        self._calls: dict[tuple[str, str], deque[float]] = {}
        self._posts: dict[str, tuple[float, float]] = {}
        self._blocked: dict[tuple[str, str], float] = {}

    def clear(self) -> None:
        self._calls.clear()
        self._posts.clear()
        self._blocked.clear()

    def call(self, team: str, method: str, tier: str) -> int | None:
        """None if the call may pass (and counts), else the seconds for ``Retry-After``."""
        allowed = TIERS[tier]
        if not self.enabled or not allowed:
            return None
        now = self._clock.now()
        key = (team, method)
        if (until := self._blocked.get(key, 0.0)) > now:
            return _whole(until - now)
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - 60:
            calls.popleft()
        if len(calls) >= allowed:
            self._blocked[key] = calls[0] + 60
            return _whole(calls[0] + 60 - now)
        calls.append(now)
        return None

    def post(self, channel: str) -> int | None:
        """One message into ``channel``: a bucket of ``POST_BURST`` that gains one a second."""
        if not self.enabled:
            return None
        now = self._clock.now()
        level, at = self._posts.get(channel, (float(POST_BURST), now))
        level = min(float(POST_BURST), level + now - at)
        if level < 1:
            self._posts[channel] = (level, now)
            return _whole(1 - level)
        self._posts[channel] = (level - 1, now)
        return None


def _whole(seconds: float) -> int:
    return max(1, int(seconds) + (seconds % 1 > 0))
