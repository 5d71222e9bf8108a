"""Ids in Slack's forms. One counter for all, which a reset does not set back: an id is never reused."""

import random
import secrets

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Ids:
    def __init__(self) -> None:
        self._random = random.Random()  # noqa: S311  an id that Slack makes up guards nothing
        self._last = 0
        self._last_micros = 0

    def new(self, prefix: str) -> str:
        """``C0SB00000A``, ``V0SB00000B`` …: Slack's prefix, then a number nobody had before."""
        return f"{prefix}0SB{self._base36().rjust(6, '0')}"

    def timestamp(self, now: float) -> str:
        """A message ``ts``: later than every one before it, whatever the clock says."""
        self._last_micros = max(int(now * 1_000_000), self._last_micros + 1)
        return f"{self._last_micros // 1_000_000}.{self._last_micros % 1_000_000:06d}"

    def trigger(self) -> str:
        return f"{self._next()}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"

    def token(self) -> str:
        return secrets.token_urlsafe(18)

    def short(self) -> str:
        """What Slack makes up for a block or an action that came without an id."""
        return "".join(self._random.choices(_ALPHABET, k=5))

    def view_hash(self, now: float) -> str:
        return f"{int(now)}.{secrets.token_hex(4)}"

    def state(self) -> tuple[int, int]:
        return self._last, self._last_micros

    def forward(self, last: int, last_micros: int) -> None:
        """Go on behind what a loaded workspace has used."""
        self._last = max(self._last, last)
        self._last_micros = max(self._last_micros, last_micros)

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _base36(self) -> str:
        number, digits = self._next(), ""
        while number:
            number, digit = divmod(number, 36)
            digits = _ALPHABET[digit] + digits
        return digits
