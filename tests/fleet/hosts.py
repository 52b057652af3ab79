"""Hosts of a test: their files, their inventories, and what is found in their facts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.sources import named
from vnetlint.fleet.gather import HostFacts, rows_of
from vnetlint.fleet.judge import QUESTIONS, FleetRequest, judged
from vnetlint.fleet.read import opened
from vnetlint.fleet.rows import Row
from vnetlint.fleet.write import write
from vnetlint.host import Host
from vnetlint.model import model_of
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import Settings
from vnetlint.xml.tree import parse

LAN = "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/>{}</network>"
OFFICE: dict[str, Any] = {
    "interfaces": [{"name": "br0", "kind": "bridge"}, {"name": "eth0", "master": "br0", "lan": "office"}],
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "br0"}],
}
PROD: dict[str, Any] = {**OFFICE, "migration_group": "prod", "networks": []}


def nic(mac: str = "52:54:00:00:00:01", source: str = "network='lan'", kind: str = "network", more: str = "") -> str:
    """Return an interface of a guest."""
    return f"<interface type='{kind}'><mac address='{mac}'/><source {source}/>{more}</interface>"


def guest(name: str, *nics: str, uuid: str = "") -> str:
    """Return a guest."""
    known = f"<uuid>{uuid}</uuid>" if uuid else ""
    return f"<domain type='kvm'><name>{name}</name>{known}<devices>{''.join(nics)}</devices></domain>"


def network(name: str, mode: str, subnet: str = "", more: str = "") -> str:
    """Return a network whose bridge libvirt makes."""
    address, _, prefix = subnet.partition("/")
    ip = f"<ip address='{address}' prefix='{prefix}'/>" if subnet else ""
    forward = "" if mode == "isolated" else f"<forward mode='{mode}'/>"
    return f"<network><name>{name}</name>{forward}<bridge name='virbr7'/>{more}{ip}</network>"


@dataclass(frozen=True)
class OneHost:
    """A host: its documents, its inventory and its settings."""

    documents: tuple[str, ...] = ()
    inventory: Mapping[str, Any] | None = None
    settings: Settings = Settings()

    def rows(self, name: str) -> list[Row]:
        """Return its facts."""
        host = (
            None
            if self.inventory is None
            else Host.of({"version": 1, "name": name, **json.loads(json.dumps(self.inventory))})
        )
        sources = [named(f"{number}.xml", text) for number, text in enumerate(self.documents)]
        models = [model for each in sources for one in parse(each) if (model := model_of(one)) is not None]
        return list(rows_of(HostFacts(name, models, sources, (), replace(self.settings, host=host))))


def host(*documents: str, inventory: Mapping[str, Any] | None = OFFICE, settings: Settings | None = None) -> OneHost:
    """Return a host."""
    return OneHost(documents, inventory, settings or Settings())


def found(folder: Path, *rules: str, **hosts: OneHost) -> list[str]:
    """Return what rules find in the facts of hosts: `host:path: severity: message [rule]`, without line and column."""
    paths = [str(folder / f"{name}.parquet") for name in hosts]
    for path, (name, each) in zip(paths, hosts.items(), strict=True):
        write(path, each.rows(name))
    with opened(paths, threads=1) as facts:
        result = judged(facts, FleetRequest(builtin(), frozenset(rules or QUESTIONS))).result
    return [f"{each.path}: {each.severity}: {each.message} [{each.rule}]" for each in result.findings]
