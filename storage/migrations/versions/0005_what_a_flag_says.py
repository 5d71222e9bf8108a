"""What a flag says beside its words."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXTS = {"brand": 100, "reason": 40, "confidence": 20, "category": 40, "wish": 20, "port": 100, "source": 400}


def upgrade() -> None:
    with op.batch_alter_table("flags", schema=None) as batch_op:
        for name, length in TEXTS.items():
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("flags", schema=None) as batch_op:
        for name in ("urgent", *TEXTS):
            batch_op.drop_column(name)
