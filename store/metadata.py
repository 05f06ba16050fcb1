"""What all tables stand in, and how their parts are named."""

from sqlalchemy import Column, Integer, MetaData

metadata = MetaData(
    # Alembic can only alter what has a name.
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[int]:
    """A key that the writer gives, who is alone in its transaction."""
    return Column("id", Integer, primary_key=True, autoincrement=False)
