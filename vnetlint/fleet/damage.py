"""What is wrong with a file that holds no facts, in words and not in the database's, and what to do about it."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vnetlint.files.paths import display
from vnetlint.fleet.database import DatabaseError, FactsError, database, quoted
from vnetlint.fleet.rows import COLUMNS, FORMAT, KINDS, LONGEST, MARK

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

WRITES = "`vnetlint facts PATH… -o FILE`"
_SIGN = b"PAR1"
"""What every file of Parquet begins and ends with."""
_SHORTEST = 12
"""The bytes of both signs and of the length between them."""

_IMPOSSIBLE = (
    ("kind IS NULL", "''", "a row has no kind"),
    (f"kind NOT IN ({', '.join(map(quoted, KINDS))})", "kind", "a row has the unknown kind '{}'"),
    ("host IS NULL", "kind", "a row of kind '{}' has no host"),
    ("contains(host, ':')", "host", "the name of host '{}' has a colon"),
    *(
        (f"length({name}) > {most}", f"length({name})", f"a {name} has {{}} characters, expected at most {most}")
        for name, most in LONGEST.items()
    ),
    ("span_start < 0", "span_start", "a place starts at '{}'"),
    ("span_end < span_start", "span_end", "a place ends at '{}', before its start"),
    ("(span_start IS NULL) <> (span_end IS NULL)", "kind", "a place of a row of kind '{}' has no start or no end"),
    ("kind IN ('file', 'nic', 'use', 'finding', 'subnet') AND path IS NULL", "kind", "a row of kind '{}' has no path"),
    ("kind IN ('nic', 'use', 'subnet') AND span_start IS NULL", "kind", "a row of kind '{}' has no place"),
)
"""Of rows that no file of facts has: the condition, a value to show, and what is wrong."""
FOREIGN = f"SELECT 1 FROM facts WHERE {' OR '.join(f'({condition})' for condition, _, _ in _IMPOSSIBLE)} LIMIT 1"
"""A row that no file of facts has."""


def broken(path: str, fault: str) -> FactsError:
    """Return the error for a file whose facts have to be written again."""
    return FactsError(f"{display(path)}: {fault}; write it again with {WRITES}")


def check_ends(path: str) -> None:
    """Raise FactsError unless a file begins and ends as Parquet does."""
    try:
        with open(path, "rb") as file:
            start = file.read(len(_SIGN))
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - len(_SIGN), 0))
            end = file.read(len(_SIGN))
    except OSError as error:
        raise FactsError(f"{display(path)}: cannot be read: {error.strerror or error}") from None
    if not size:
        raise broken(path, "not a file of facts: it is empty")
    if start != _SIGN:
        shown = start.decode("ascii", "backslashreplace")
        raise broken(path, f"not a file of facts: it begins with '{shown}', not as Parquet does")
    if size < _SHORTEST or end != _SIGN:
        raise broken(path, f"not whole: it ends after {size} bytes, not as Parquet does")


def check_version(connection: "DuckDBPyConnection", path: str) -> None:
    """Raise FactsError unless a file of Parquet holds facts of this version."""
    question = f"SELECT value FROM parquet_kv_metadata({quoted(path)}) WHERE key = {quoted(MARK)}"
    found = connection.execute(question).fetchone()
    version = bytes(found[0] or b"").decode("ascii", "replace")[:20] if found else ""
    if not version:
        raise broken(path, f"not a file of facts: it is Parquet without the mark '{MARK}'")
    if version != str(FORMAT):
        raise broken(path, f"facts of version '{version}': this vnetlint reads version '{FORMAT}'")


def check_whole(paths: Sequence[str], threads: int, memory: str) -> None:
    """Raise FactsError for the first of some files that cannot be read to its end."""
    columns = ", ".join(COLUMNS)
    for path in paths:
        # A database that has failed may answer nothing more, so each file gets one of its own.
        try:
            with database([path], threads, memory) as alone:
                _check_columns(alone, path)
                alone.execute(f"SELECT BIT_XOR(HASH({columns})) FROM read_parquet({quoted(path)})").fetchall()
        except DatabaseError:
            raise broken(path, "damaged: its bytes are no rows of Parquet") from None


def _check_columns(connection: "DuckDBPyConnection", path: str) -> None:
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({quoted(path)})").fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    for name, kind in COLUMNS.items():
        if name not in types:
            raise broken(path, f"damaged: missing column '{name}'")
        if types[name] != kind:
            raise broken(path, f"damaged: column '{name}' has type '{types[name]}', expected '{kind}'")


def check_rows(connection: "DuckDBPyConnection", paths: Sequence[str]) -> None:
    """Raise FactsError for the first of some files that has a row which no file of facts has."""
    for path in paths:
        for condition, value, fault in _IMPOSSIBLE:
            asked = f"SELECT {value} FROM read_parquet({quoted(path)}) WHERE {condition} LIMIT 1"
            if (found := connection.execute(asked).fetchone()) is not None:
                raise broken(path, f"damaged: {fault.format(str(found[0])[:80])}")
