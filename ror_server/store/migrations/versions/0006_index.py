"""Indexes of establishments and of legal entities alone, with what the filters look at."""

from alembic import op

from ror_server.store.tables import EG_FILTERED, alive
from ror_tui.api_client.models import Kind

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OLD = ("ix_structures_departement", "ix_structures_kind", "ix_structures_counts", "ix_structures_commune")


def upgrade() -> None:
    for name in OLD:
        op.drop_index(name, "structures")
    eg, filtered = alive(Kind.EG), list(EG_FILTERED)
    op.create_index("ix_ej_nom", "structures", ["nom_tri", "id", "disciplines"], **alive(Kind.EJ))
    op.create_index("ix_eg_id", "structures", ["id", "departement", *filtered, "parent_id"], **eg)
    op.create_index("ix_eg_departement", "structures", ["departement", "nom_tri", "id", *filtered, "parent_id"], **eg)
    op.create_index("ix_eg_parent", "structures", ["parent_id", "nom_tri", "id", *filtered, "departement"], **eg)
    op.create_index("ix_eg_commune", "structures", ["commune", "departement", "parent_id", "id"], **eg)
