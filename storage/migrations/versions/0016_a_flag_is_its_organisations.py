"""Whoever goes on for another organisation may say the same for it: the same flag twice is of one organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE = ["case_id", "slack_team", "slack_user", "words_digest"]
STANDING = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    _same_are(["case_id", "organisation", *BEFORE[1:]])


def downgrade() -> None:
    _same_are(BEFORE)


def _same_are(columns: list[str]) -> None:
    op.drop_index("uq_flags_same", "flags")
    op.create_index(
        "uq_flags_same", "flags", columns, unique=True, sqlite_where=STANDING, postgresql_where=STANDING
    )
