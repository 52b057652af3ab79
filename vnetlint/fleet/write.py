"""Write facts as a file of Parquet."""

import json
import os
import tempfile
from collections.abc import Iterable
from typing import IO

from vnetlint.files.write import save
from vnetlint.fleet.database import database, quoted
from vnetlint.fleet.rows import COLUMNS, FORMAT, MARK, Row


def write(path: str, rows: Iterable[Row]) -> int:
    """Write rows to a file, whole or not at all, and return their number.

    Raises FactsError if DuckDB is not installed, and WriteError if the file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix="vnetlint-") as folder:
        plain, made = os.path.join(folder, "rows.json"), os.path.join(folder, "facts.parquet")
        with open(plain, "w", encoding="ascii") as file:
            count = _write_lines(file, rows)
        columns = ", ".join(f"{name}: {quoted(kind)}" for name, kind in COLUMNS.items())
        with database([plain, made], threads=1) as opened:
            opened.execute(
                f"COPY (SELECT * FROM read_json({quoted(plain)}, format = 'newline_delimited', columns = {{{columns}}},"
                f" maximum_object_size = {1 << 28})) TO {quoted(made)}"
                f" (FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{MARK}: '{FORMAT}'}})"
            )
        with open(made, "rb") as finished:
            save(path, finished.read())
    return count


def _write_lines(file: IO[str], rows: Iterable[Row]) -> int:
    count = 0
    for row in rows:
        count += 1
        known = {name: _text(value) for name, value in row._asdict().items() if value is not None}
        file.write(json.dumps(known) + "\n")
    return count


def _text(value: object) -> object:
    """Return a value as UTF-8 can write it: a file's name may have bytes that are no text."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
