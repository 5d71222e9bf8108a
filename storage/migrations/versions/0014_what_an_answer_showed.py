"""What the answer to a request over HTTP showed, for the register when the answer is repeated."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("receipts", sa.Column("answer_shown", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("receipts", "answer_shown")
