"""The corpus that the benchmarks run on: a folder with a MANIFEST.tsv of other tools' verdicts on each file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from vnetlint.files.read import opened
from vnetlint.inputkey import FileKey
from vnetlint.xml.source import Input


@dataclass(frozen=True)
class Entry:
    """A file of the corpus and the verdicts of other tools, empty if they were not asked."""

    path: Path
    name: str
    root: str
    jing: str
    virsh_define: str
    virsh_message: str
    libvirtd_define: str
    libvirtd_message: str
    libvirtd_start: str
    start_message: str
    form: str = ""
    """The kind of file, if the manifest has it: plain, template, broken or foreign."""

    def open(self) -> Input:
        """Read the file as the command line would."""
        return opened(FileKey(self.name), self.path.read_bytes())


def entries(corpus: Path) -> list[Entry]:
    """Read the manifest of a corpus."""
    return list(_rows(corpus))


def _rows(corpus: Path) -> Iterator[Entry]:
    with (corpus / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            values = {
                field.name: row[field.name] for field in fields(Entry) if field.name in row and field.name != "path"
            }
            yield Entry(path=corpus / row["path"], name=row["path"], **values)
