"""Names by their beginnings, for fields that are filled by typing."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Beginning = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")


def upgrade() -> None:
    table = op.create_table(
        "case_names",
        sa.Column("reader", sa.String(length=60), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("beginning", Beginning, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_names_case_id_cases")),
        sa.PrimaryKeyConstraint("reader", "field", "beginning", "case_id", name=op.f("pk_case_names")),
    )
    _fill(table)
    op.create_index("ix_case_names_case_id", "case_names", ["case_id"])


def downgrade() -> None:
    op.drop_table("case_names")


# What bot/domain/offered_names.py says, as it was when this was written.

AT_ONCE = 2000
NAMED = sa.text("""
    SELECT cases.id, cases.owner, cases.marking, cases.releases, subjects.kind, subjects.platform, subjects.number,
           flags.organisation AS author, flags.marking AS said_to, flags.releases AS said_also, flags.brand, flags.port,
           flags.withdrawn_at IS NOT NULL AND flags.withdraw_words = '' AS was_undone
    FROM cases JOIN subjects ON subjects.id = cases.subject_id JOIN flags ON flags.case_id = cases.id
    WHERE cases.id > :after AND cases.id <= :until
    AND (subjects.kind = 'seller' OR flags.brand <> '' OR flags.port <> '')
""")


def _fill(table: sa.Table) -> None:
    connection = op.get_bind()
    last = connection.scalar(sa.text("SELECT max(id) FROM cases")) or 0
    for after in range(0, last, AT_ONCE):
        rows = connection.execute(NAMED, {"after": after, "until": after + AT_ONCE}).all()
        found = sorted({each for row in rows for each in _found(row)})
        names = ("reader", "field", "beginning", "case_id")
        if found:
            connection.execute(table.insert(), [dict(zip(names, each, strict=True)) for each in found])


def _found(row: Any) -> Iterator[tuple[str, str, str, int]]:
    opens_case = _keys(row.marking, row.releases, row.owner)
    opens_flag = _keys(row.said_to, row.said_also, row.author)
    both = opens_case & opens_flag
    if "*" in opens_case:
        both = opens_flag
    elif "*" in opens_flag:
        both = opens_case
    if row.was_undone:
        both = set()
    seller = f"{row.platform}:{row.number}" if row.kind == "seller" else ""
    for keys, field, name in (
        (opens_case, "seller", seller),
        (both, "brand", row.brand),
        (both, "port", row.port),
    ):
        yield from ((key, field, each, row.id) for key in keys for each in _beginnings(name))


def _keys(marking: str, releases: str, owner: str) -> set[str]:
    if marking in ("clear", "green"):
        return {"*"}
    if marking == "amber":
        return {owner, *filter(None, releases.split(","))}
    return {owner} if marking == "amber+strict" else set()


def _beginnings(name: str) -> set[str]:
    name = " ".join(name.split()).casefold()
    starts = [0, *(word.start() for word in re.finditer(r"[^\W_]+", name))][:7]
    return set(filter(None, (_folded(f"{name[at:]} {name[:at]}") for at in starts)))


def _folded(text: str) -> str:
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())[:100]
