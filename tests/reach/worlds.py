"""Small worlds to ask: networks and guests in short XML, and a host in plain values."""

from collections.abc import Mapping
from typing import Any

from tests.sources import named
from vnetlint.host import Host
from vnetlint.model import model_of
from vnetlint.project import Project
from vnetlint.reach import Answer, Endpoint, Question, Reach
from vnetlint.reach.answer import IpVersion, Protocol
from vnetlint.xml.tree import parse

FOUND: dict[str, Any] = {
    "version": 1, "libvirt": "9.0.0", "firewall_backend": "iptables",
    "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24", "fd50::10/64"]}],
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"},
               {"to": "default", "via": "fd50::1", "dev": "eth0"}],
    "forwarding": {"ipv4": False, "ipv6": False}, "bridge_netfilter": False, "reverse_path_filter": 0,
    "forward_policy": "accept", "input_policy": "accept",
    "upstream": {"routes": [], "hairpin": False, "translates": ["ipv4"], "inbound": False},
}  # fmt: skip
"""A host of which everything is known."""


def network(name: str, mode: str | None = "nat", number: int = 10, *, inside: str = "", ip: str | None = None) -> str:
    """Return a network 10.NUMBER.0.0/24 with DHCP; `mode` None is isolated."""
    forward = "" if mode is None else f"<forward mode='{mode}'/>"
    address = (
        f"<ip address='10.{number}.0.1' prefix='24'><dhcp><range start='10.{number}.0.10' end='10.{number}.0.99'/>"
    )
    subnet = f"{address}</dhcp></ip>" if ip is None else ip
    return f"<network><name>{name}</name>{forward}<bridge name='br-{name}'/>{inside}{subnet}</network>"


def guest(name: str, *networks: str, inside: str = "") -> str:
    """Return a guest with a NIC on each network."""
    nics = "".join(f"<interface type='network'><source network='{each}'/>{inside}</interface>" for each in networks)
    return f"<domain type='kvm'><name>{name}</name><devices>{nics}</devices></domain>"


def host(**changes: Any) -> dict[str, Any]:
    """Return the known host with some keys changed; None takes a key away."""
    return {key: value for key, value in {**FOUND, **changes}.items() if value is not None}


def world(*texts: str, at: Mapping[str, Any] | None = FOUND) -> Reach:
    """Return the model of some documents on a host."""
    documents = [each for number, text in enumerate(texts) for each in parse(named(f"{number}.xml", text))]
    models = tuple(model for each in documents if (model := model_of(each)) is not None)
    return Reach(Project(models, Host.of(at) if at is not None else None, complete=True))


def ask(
    reach: Reach, source: str, target: str, version: IpVersion = 4, protocol: Protocol = "tcp", port: int | None = None
) -> Answer:
    """Return the answer to a question by names."""
    by_name: dict[str, Endpoint] = {each.name: each for each in reach.endpoints}
    return reach.ask(Question(by_name[source], by_name[target], version, protocol, port))


def verdict(reach: Reach, source: str, target: str, version: IpVersion = 4) -> str | None:
    """Return the verdict on a connection; None if it depends on something unknown."""
    return ask(reach, source, target, version).verdict
