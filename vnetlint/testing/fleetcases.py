"""The examples on the pages of rules about several hosts: each folder is a host, whose inventory is in it."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from vnetlint.files.read import opened as read
from vnetlint.fleet.gather import HostFacts, rows_of
from vnetlint.fleet.judge import FleetRequest, judged
from vnetlint.fleet.read import opened
from vnetlint.fleet.write import write
from vnetlint.host import Host
from vnetlint.inputkey import FactsKey, FileKey
from vnetlint.model import model_of
from vnetlint.result import Result
from vnetlint.rulebook.page import Block
from vnetlint.testing.cases import PageExample
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse


@dataclass(frozen=True)
class FleetExample(PageExample):
    """An example of several hosts."""

    hosts: Mapping[str, Host] = field(default_factory=dict)
    """The inventories by folder."""

    def lint(self) -> Result:
        """Return what rules across hosts find, by way of a file of facts for each host."""
        texts: dict[str, Source] = {}
        with tempfile.TemporaryDirectory() as folder:
            paths = [str(Path(folder, f"{name}.parquet")) for name in self.hosts]
            for path, (name, host) in zip(paths, self.hosts.items(), strict=True):
                sources = [each for each in self._of(name) if isinstance(each, Source)]
                texts |= {f"{name}:{each.path}": replace(each, key=FactsKey(name, each.path)) for each in sources}
                models = [model for each in sources for one in parse(each) if (model := model_of(one)) is not None]
                write(path, rows_of(HostFacts(name, models, sources, (), replace(self.settings, host=host))))
            with opened(paths, threads=1) as facts:
                found = judged(facts, FleetRequest(self.catalogue, self.catalogue.select(self.settings.rules))).result
        return replace(found, sources=texts)

    def _of(self, name: str) -> list[object]:
        inside = {path.partition("/")[2]: data for path, data in self.files.items() if path.startswith(f"{name}/")}
        return [read(FileKey(path), data) for path, data in inside.items()]


def hosts_of(blocks: "list[Block] | tuple[Block, ...]") -> dict[str, Host]:
    """Return the inventories of an example, by the folders of their files."""
    files = ((block.file or "", block.text) for block in blocks if block.language == "json")
    return {file.partition("/")[0]: Host.of(json.loads(text)) for file, text in files}
