"""``python -m tests.bench.unrecorded web``: the program without its register and its audit trail, to see what they cost."""

from bot.cli import program
from bot.services.disclosures import Disclosures
from storage.audit import AuditStore
from storage.disclosures import DisclosureStore


async def _nothing(*_: object, **__: object) -> None: ...


if __name__ == "__main__":
    # There is no setting for it, and there must be none.
    Disclosures.shown_to = _nothing  # type: ignore[method-assign]  # taken out on purpose
    DisclosureStore.add = _nothing  # type: ignore[method-assign]  # taken out on purpose
    AuditStore.write = _nothing  # type: ignore[method-assign]  # taken out on purpose
    program()
