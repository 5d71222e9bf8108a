"""What was released to fewer than its case before that was written down stays so when the case is marked otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("flags", "entries"):
        part = sa.table(name, *map(sa.column, ("case_id", "marking", "releases", "apart")))
        case = sa.table(
            "cases", *map(sa.column, ("id", "marking", "releases", "owner", "opener_team", "opener_user"))
        )
        names = "," + part.c.releases + ","
        # What the program adds for all who may see a case names its owner, or its opener, too.
        opener = case.c.opener_team + "/" + case.c.opener_user
        added = sa.or_(names.contains("," + case.c.owner + ","), names.contains("," + opener + ","))
        fewer = sa.and_(
            case.c.id == part.c.case_id,
            case.c.marking == part.c.marking,
            case.c.releases != part.c.releases,
            sa.not_(added),
        )
        op.execute(part.update().where(sa.exists().where(fewer)).values(apart=sa.true()))


def downgrade() -> None:
    """What stands apart cannot be told any more from what did so before; and to stay strict does no harm."""
