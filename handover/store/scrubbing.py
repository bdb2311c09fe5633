"""Taking what was deleted out of the database's files as well, where copies of it may stand between the rows."""

from __future__ import annotations

from sqlalchemy import Engine


def scrub(engine: Engine) -> bool:
    """Rewrite the files without what was deleted. Others may go on working; who wants to write waits meanwhile.

    SQLite: the file holds only what its tables hold afterwards, and the log of changes is empty. False: somebody read all
    the time, and the log could not be emptied; once they stop, this can be done again.
    PostgreSQL: the space is given free to be written over; its own logs and backups are the operator's.
    """
    if engine.dialect.name != "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
        return True
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")  # pages that were split or merged keep copies of rows that have moved on
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [busy, *_] = cursor.fetchone() or (1,)
        return not busy
    finally:
        raw.close()
