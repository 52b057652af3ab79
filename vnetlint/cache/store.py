"""The file with what earlier runs found: a SQLite database of values by key.

Whatever is wrong with it (another program has it open, the disk is full, the home folder is read-only, its contents are
damaged) only costs time: then nothing is known, or nothing is kept.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b

from vnetlint.files.kept import folder

_NAME = "findings.db"
_DAY = 86400
_KEPT_DAYS = 30
"""How long a value is kept after it was last used."""
_MOST_BYTES = 256 * 2**20
"""The size at which the file is made anew."""
_PATIENCE = 0.5
"""Seconds to wait for another run that writes."""
_AT_ONCE = 500
_SUM = 16
"""The bytes of the checksum before each value."""

_TABLE = "CREATE TABLE IF NOT EXISTS kept (key BLOB PRIMARY KEY, value BLOB NOT NULL, used INTEGER NOT NULL)"


def path() -> str:
    """Return the path of the database."""
    return os.path.join(folder(), _NAME)


def parts(database: str) -> tuple[str, ...]:
    """Return the paths of a database and of what SQLite may have put beside it."""
    return tuple(database + end for end in ("", "-journal", "-wal", "-shm"))


class Store:
    """The database, opened when it is first asked."""

    def __init__(self, at: str) -> None:
        self._path = at
        self._connection: sqlite3.Connection | None = None
        self._is_broken = False

    def get(self, keys: Iterable[bytes]) -> dict[bytes, bytes]:
        """Return the values that are kept for keys."""
        found: dict[bytes, bytes] = {}
        self._with_database(lambda database: _read(database, list(keys), found))
        return found

    def put(self, values: Mapping[bytes, bytes]) -> None:
        """Keep values."""
        rows = [(key, _sum(key, value) + value, _today()) for key, value in values.items()]
        if rows:
            self._with_database(lambda database: _write(database, rows))

    def close(self) -> None:
        """Close the database."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None

    def _with_database(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do something with the database. If that fails, nothing more is asked of it in this run."""
        if self._is_broken:
            return
        try:
            work(self._connected())
        except sqlite3.OperationalError:
            self._give_up()
        except sqlite3.DatabaseError:
            # It is no database, or a damaged one: the next run makes another.
            self._give_up()
            with suppress(OSError):
                os.unlink(self._path)
        except (OSError, UnicodeError, MemoryError, OverflowError):
            self._give_up()

    def _give_up(self) -> None:
        self.close()
        self._is_broken = True

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            if os.path.exists(self._path) and os.path.getsize(self._path) > _MOST_BYTES:
                os.unlink(self._path)
            self._connection = sqlite3.connect(self._path, timeout=_PATIENCE)
            self._connection.execute("PRAGMA trusted_schema = OFF")
            # A value that is lost with the power costs time and nothing else.
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute(_TABLE)
        return self._connection


def _read(database: sqlite3.Connection, keys: Sequence[bytes], found: dict[bytes, bytes]) -> None:
    stale: list[tuple[int, bytes]] = []
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        marks = ",".join("?" * len(some))
        for key, value, used in database.execute(f"SELECT key, value, used FROM kept WHERE key IN ({marks})", some):
            if isinstance(value, bytes) and value[:_SUM] == _sum(key, value[_SUM:]):
                found[key] = value[_SUM:]
                if used != _today():
                    stale.append((_today(), key))
    if stale:
        with suppress(sqlite3.OperationalError), database:
            database.executemany("UPDATE kept SET used = ? WHERE key = ?", stale)


def _write(database: sqlite3.Connection, rows: list[tuple[bytes, bytes, int]]) -> None:
    with database:
        database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows)
        database.execute("DELETE FROM kept WHERE used < ?", (_today() - _KEPT_DAYS,))


def _sum(key: bytes, value: bytes) -> bytes:
    return blake2b(value, key=key[:64], digest_size=_SUM).digest()


def _today() -> int:
    return int(time.time()) // _DAY
