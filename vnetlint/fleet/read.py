"""Read files of facts. They come from other hosts, so nothing in them is trusted: they are rows of plain values."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from glob import glob
from typing import TYPE_CHECKING, Any

from vnetlint.fleet.damage import FOREIGN, WRITES, check_ends, check_rows, check_version, check_whole
from vnetlint.fleet.database import MEMORY, DatabaseError, FactsError, database, quoted
from vnetlint.fleet.rows import COLUMNS
from vnetlint.inputkey import FactsKey
from vnetlint.xml.lines import LineIndex
from vnetlint.xml.source import Source

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MOST_LINES = 1 << 22
_PATTERN = "*?["
"""What makes a pattern of a path, here and in the database."""


class FleetFacts:
    """Facts of many hosts, ready to be asked: a table `facts` of rows."""

    def __init__(self, connection: "DuckDBPyConnection") -> None:
        self._connection = connection

    def ask(self, question: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield the rows that answer a question in SQL."""
        cursor = self._connection.execute(question, list(values))
        while rows := cursor.fetchmany(1000):
            yield from rows

    def count(self, question: str) -> int:
        """Return the number that answers a question."""
        return next((int(row[0] or 0) for row in self.ask(question)), 0)

    def sources(self, keys: Iterable[FactsKey]) -> "FleetSources":
        """Return the files of all hosts, of which `keys` can be looked up, without their texts."""
        wanted = list(dict.fromkeys(keys))
        found = {each.display: source_of(each, ()) for each in wanted}
        rows = self.ask(
            "SELECT host, path, line_starts FROM facts JOIN (SELECT UNNEST(?) AS on_host, UNNEST(?) AS named) AS wanted"
            f" ON host = on_host AND path = named WHERE kind = 'file' AND len(line_starts) < {_MOST_LINES}",
            [[each.on for each in wanted], [each.path for each in wanted]],
        )
        for host, path, starts in rows:
            key = FactsKey(host, path)
            found[key.display] = source_of(key, starts)
        files = self.count("SELECT COUNT(*) FROM facts WHERE kind = 'file'")
        return FleetSources(found, max(files, len(found)))


class FleetSources(Mapping[str, Source]):
    """The files of a fleet by path. Only those that findings name can be looked up; the others are only counted."""

    def __init__(self, known: Mapping[str, Source], count: int) -> None:
        self._known = known
        self._count = count

    def __getitem__(self, path: str) -> Source:
        return self._known[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return self._count


class KnownLines(LineIndex):
    """The starts of the lines of a text that is not here."""

    def __init__(self, starts: Iterable[int]) -> None:
        self.text = ""
        self.starts = sorted({0, *(each for each in starts if each is not None and each > 0)})

    def line_end(self, line: int) -> int:
        """Return the start of the line, because its end is not known."""
        return self.starts[line - 1]


def source_of(key: FactsKey, starts: Iterable[int]) -> Source:
    """Return a file of another host, of which only the lines are known."""
    source = Source(key, "")
    source.__dict__["lines"] = KnownLines(starts)
    return source


def files_of(patterns: Iterable[str]) -> list[str]:
    """Return the files that patterns such as `FACTS/*.parquet` mean. Raises FactsError if one means none."""
    found: list[str] = []
    for pattern in patterns:
        matching = [pattern] if os.path.lexists(pattern) else sorted(glob(pattern, recursive=True))
        if not matching:
            fault = "no file matches" if any(each in pattern for each in _PATTERN) else "no such file"
            raise FactsError(f"{pattern}: {fault}; expected one that {WRITES} wrote")
        found += matching
    for path in found:
        _check_name(path)
    return list(dict.fromkeys(map(os.path.abspath, found)))


def _check_name(path: str) -> None:
    """Raise FactsError if a path is not that of a regular file, or is one that the database would misunderstand."""
    if os.path.isdir(path):
        raise FactsError(f"{path}: a folder; name the files in it, such as '{os.path.join(path, '*.parquet')}'")
    if not os.path.isfile(path):
        raise FactsError(f"{path}: not a regular file; expected one that {WRITES} wrote")
    if any(each in path for each in _PATTERN):
        raise FactsError(f"{path}: a name of a file of facts cannot contain *, ? or [; rename it")
    if any("\ud800" <= each <= "\udfff" for each in path):
        raise FactsError(f"{path}: a name of a file of facts must be UTF-8; rename it")


@contextmanager
def opened(paths: Sequence[str], threads: int, memory: str = MEMORY) -> Iterator[FleetFacts]:
    """Open files of facts. Raises FactsError if one does not hold facts, or those of another version."""
    for path in paths:
        check_ends(path)
    try:
        with database(paths, threads, memory) as connection:
            for path in paths:
                check_version(connection, path)
            _view(connection, paths)
            yield FleetFacts(connection)
    except DatabaseError:
        check_whole(paths, threads, memory)
        raise


def _view(connection: "DuckDBPyConnection", paths: Sequence[str]) -> None:
    """Make the table `facts` of files. Raises FactsError if they hold something else, or a file of a host twice."""
    listed = ", ".join(map(quoted, paths))
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in COLUMNS.items())
    connection.execute(
        f"CREATE VIEW facts AS SELECT {columns}, filename FROM read_parquet([{listed}], filename = true)"
    )
    if connection.execute(FOREIGN).fetchone() is not None:
        check_rows(connection, paths)
    if (twice := connection.execute(_TWICE).fetchone()) is not None:
        raise FactsError(
            f"two files of facts have {twice[1]} of host '{twice[0]}': give each host a name of its own by"
            " --host-name, and name the facts of each only once"
        )


_TWICE = (
    "SELECT host, path FROM facts WHERE kind = 'file' GROUP BY host, path HAVING COUNT(*) > 1 ORDER BY 1, 2 LIMIT 1"
)
