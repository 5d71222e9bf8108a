"""What a repeated request led to is found by its flag, which moves with its case, and no longer written beside the receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("receipts", "case_id")


def downgrade() -> None:
    op.add_column(
        "receipts", sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
    )
