"""The database behind the article store: opened, made ready, locked; and its errors in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.schema import CreateIndex, CreateTable

from index.errors import IndexUnavailableError
from index.tables import tables

POSTGRESQL_LOCK: Final = 0x64617465  # a number that no other program is likely to take; it spells "date"


def sqlite_url(file: Path) -> sa.URL:
    """The URL of a SQLite file; one in a folder that may only be read is opened so."""
    # SQLite makes files beside a database even to read it, unless told that nobody can change it.
    clean = file.exists() and not file.with_name(file.name + "-wal").exists()
    if clean and not os.access(file.parent, os.W_OK):
        frozen = {"uri": "true", "immutable": "1"}
        return sa.URL.create("sqlite", database=file.absolute().as_uri(), query=frozen)
    return sa.URL.create("sqlite", database=str(file))


def open_database(url: str | sa.URL) -> sa.Engine:
    """The engine of a database; whatever goes wrong in it later is an IndexUnavailableError.

    Raises:
        IndexUnavailableError: the URL is none, or its driver is not installed.
    """
    try:
        url = sa.make_url(url)
        engine = sa.create_engine(url)
    except ImportError as error:
        raise IndexUnavailableError(
            f"no driver for the article store: {url}: {error}; "
            "install it, for PostgreSQL with: pip install 'psycopg[binary]'"
        ) from error
    except SQLAlchemyError as error:
        # What cannot be parsed is not shown: there may be a password in it.
        raise _unavailable(str(url) if isinstance(url, sa.URL) else "its URL", error) from error

    def mapped(context: sa.ExceptionContext) -> IndexUnavailableError:
        return _unavailable(str(engine.url), context.original_exception)

    sa.event.listen(engine, "handle_error", mapped)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    return engine


def make_tables(engine: sa.Engine) -> None:
    """Make the tables that are missing; another process may be making them at the same time."""
    with alone(engine) as db:
        for table in tables.sorted_tables:
            db.execute(CreateTable(table, if_not_exists=True))
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                db.execute(CreateIndex(index, if_not_exists=True))


@contextmanager
def alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that waits for others of its kind: what is made where it is missing is made once."""
    with engine.begin() as db:
        if engine.dialect.name == "postgresql":
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(POSTGRESQL_LOCK + 1)))
        yield db


@contextmanager
def locked(engine: sa.Engine) -> Iterator[bool]:
    """Whether this process alone may write, until the end of the block.

    A database server is locked itself: its writers may sit on several machines. SQLite is left to the
    lock file of the index folder.
    """
    if engine.dialect.name != "postgresql":
        yield True
        return
    # The lock belongs to the session; without autocommit a transaction would stay open as long.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        alone = bool(db.scalar(sa.select(sa.func.pg_try_advisory_lock(POSTGRESQL_LOCK))))
        try:
            yield alone
        finally:
            if alone:
                db.execute(sa.select(sa.func.pg_advisory_unlock(POSTGRESQL_LOCK)))


def _prepare_sqlite(connection: Any, _record: Any) -> None:  # noqa: ANN401 - the driver's own types
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")  # readers go on while a writer commits; survives kill -9
    # A commit must outlive a power failure: the derived indexes are written after it, and trusted by it.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _unavailable(url: str, error: BaseException) -> IndexUnavailableError:
    reason = (str(getattr(error, "orig", None) or error) or type(error).__name__).splitlines()[0]
    return IndexUnavailableError(
        f"cannot use the article store: {url}: {reason}; check that its folder can be written, or DATELINE_STORE"
    )
