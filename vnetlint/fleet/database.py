"""DuckDB, which joins the facts, shut off from everything but the files that are named: no network, no other file."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vnetlint.errors import UserError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "2GB"
"""The most memory that the database takes. What needs more goes to a temporary file."""
_SETTINGS = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


class FactsError(UserError):
    """Facts cannot be read or written; the message says which and why."""


class DatabaseError(FactsError):
    """The database failed, for a reason that only it knows."""


@contextmanager
def database(files: Sequence[str], threads: int, memory: str = MEMORY) -> "Iterator[DuckDBPyConnection]":
    """Open an empty database that can read and write `files` and nothing else. Raises FactsError without DuckDB."""
    try:
        import duckdb
    except ImportError:
        raise FactsError(
            "facts need DuckDB: install vnetlint with the extra 'fleet' (pip install 'vnetlint[fleet]')"
        ) from None
    with tempfile.TemporaryDirectory(prefix="vnetlint-") as folder, duckdb.connect() as opened:
        opened.execute(f"SET temp_directory = {quoted(folder)}")
        opened.execute(f"SET memory_limit = {quoted(memory)}")
        opened.execute(f"SET threads = {int(threads)}")
        opened.execute(f"SET allowed_paths = [{', '.join(map(quoted, files))}]")
        for setting in _SETTINGS:
            opened.execute(setting)
        try:
            yield opened
        except duckdb.OutOfMemoryException:
            raise FactsError(f"the facts need more than {memory} of memory, or there is no space in {folder}") from None
        except duckdb.Error as error:
            raise DatabaseError(f"the database failed: {_reason(error)}") from None


def quoted(text: str) -> str:
    """Return a text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _reason(error: Exception) -> str:
    """Return the first line of an error of the database, without its kind."""
    first = next(iter(str(error).splitlines()), "")
    return first.partition(": ")[2] or first
