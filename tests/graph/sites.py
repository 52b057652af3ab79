"""Sites to draw: a small one, one with sixty guests, and answers for their matrices that are made up."""

from collections.abc import Iterable
from typing import Any

from tests.sources import named
from vnetlint.graph.layout import Box, Curve, Layout
from vnetlint.graph.matrix import CellCase, CellReason, Matrix, MatrixCell
from vnetlint.graph.parts import Topology
from vnetlint.host import Host
from vnetlint.model import model_of
from vnetlint.project import Project
from vnetlint.reach.answer import Endpoint, EndpointKind, IpVersion, Protocol, Verdict
from vnetlint.reach.groups import Peers
from vnetlint.xml.tree import parse

VIEWS: tuple[tuple[IpVersion, Protocol], ...] = tuple(
    (version, protocol) for version in (4, 6) for protocol in ("icmp", "tcp", "udp")
)


def guest(name: str, *interfaces: str) -> str:
    inner = "\n".join(f"    {each}" for each in interfaces)
    return f"<domain type='kvm'>\n  <name>{name}</name>\n  <devices>\n{inner}\n  </devices>\n</domain>\n"


def nic(network: str, mac: str = "", more: str = "") -> str:
    address = f"<mac address='{mac}'/>" if mac else ""
    return f"<interface type='network'>{address}<source network='{network}'/>{more}</interface>"


def on_bridge(bridge: str, more: str = "") -> str:
    return f"<interface type='bridge'><source bridge='{bridge}'/>{more}</interface>"


def on_nic(device: str, mode: str = "bridge") -> str:
    return f"<interface type='direct'><source dev='{device}' mode='{mode}'/></interface>"


def network(
    name: str, forward: str, bridge: str, subnet: str, hosts: Iterable[tuple[str, str]] = (), more: str = ""
) -> str:
    leases = "".join(f"\n      <host mac='{mac}' ip='{address}'/>" for mac, address in hosts)
    return (
        f"<network>\n  <name>{name}</name>\n  {forward}\n  <bridge name='{bridge}'/>\n"
        f"  <ip address='{subnet}.1' prefix='24'>\n    <dhcp>\n"
        f"      <range start='{subnet}.100' end='{subnet}.199'/>{leases}\n    </dhcp>\n  </ip>{more}\n</network>\n"
    )


def joining(name: str, forward: str, bridge: str = "") -> str:
    own = f"\n  <bridge name='{bridge}'/>" if bridge else ""
    return f"<network>\n  <name>{name}</name>\n  {forward}{own}\n</network>\n"


def project(files: dict[str, str], host: dict[str, Any] | None = None) -> Project:
    models = tuple(
        model for path, text in files.items() for each in parse(named(path, text)) if (model := model_of(each))
    )
    return Project(models, Host.of(host) if host else None, complete=True)


KNOWN: dict[str, Any] = {
    "firewall_backend": "nftables",
    "firewall": [],
    "firewalld_zones": [],
    "bridge_netfilter": False,
    "reverse_path_filter": 0,
    "forward_policy": "accept",
    "input_policy": "accept",
}
"""What a host without a firewall of its own has in its inventory besides links and routes."""

SMALL_HOST: dict[str, Any] = {
    "version": 1,
    "name": "desk",
    "libvirt": "12.8.0",
    "interfaces": [
        {"name": "eno1", "kind": "nic", "addresses": ["192.168.50.10/24"]},
        {"name": "eno2", "kind": "nic", "master": "br0"},
        {"name": "br0", "kind": "bridge"},
    ],
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eno1"}],
    "forwarding": {"ipv4": True},
    "upstream": {"translates": ["ipv4"]},
    **KNOWN,
}
MAC = "52:54:00:00:00:01"
SMALL = {
    "networks/default.xml": network(
        "default", "<forward mode='nat'/>", "virbr0", "192.168.122", [(MAC, "192.168.122.10")]
    ),
    "networks/lab.xml": network("lab", "", "virbr1", "10.20.0"),
    "guests/web.xml": guest("web", nic("default", MAC)),
    "guests/db.xml": guest("db", nic("lab")),
    "guests/pbx.xml": guest("pbx", on_bridge("br0"), nic("lab")),
}

HOST: dict[str, Any] = {
    "version": 1,
    "name": "rack7",
    "libvirt": "12.8.0",
    "interfaces": [
        {"name": "bond0", "kind": "bond", "ports": ["eno1", "eno2"]},
        {"name": "eno1", "kind": "nic", "master": "bond0"},
        {"name": "eno2", "kind": "nic", "master": "bond0"},
        {"name": "br0", "kind": "bridge", "ports": ["bond0"], "addresses": ["192.0.2.10/24", "2001:db8:5::10/64"]},
        {"name": "ens4f0", "kind": "nic", "vfs": ["0000:3b:02.0", "0000:3b:02.1", "0000:3b:02.2"]},
        {"name": "eno3", "kind": "nic"},
    ],
    "routes": [
        {"to": "default", "via": "192.0.2.1", "dev": "br0"},
        {"to": "::/0", "via": "2001:db8:5::1", "dev": "br0"},
    ],
    "forwarding": {"ipv4": True, "ipv6": True},
    "upstream": {
        "translates": ["ipv4"],
        "routes": [{"to": "10.45.0.0/24", "via": "192.0.2.10"}, {"to": "fd45::/64", "via": "2001:db8:5::10"}],
    },
    **KNOWN,
    "machines": [{"name": "laptop", "on": "br0", "addresses": ["192.0.2.77/24"]}],
}


def mac(number: int) -> str:
    return f"52:54:00:00:{number >> 8:02x}:{number & 255:02x}"


def sixty() -> dict[str, str]:
    """A host with sixty guests on networks of every mode."""
    web = [(mac(n), f"10.45.0.{10 + n}") for n in range(1, 21)]
    app = [(mac(100 + n), f"192.168.122.{10 + n}") for n in range(1, 17)]
    six = "\n  <ip family='ipv6' address='fd45::1' prefix='64'/>"
    files = {
        "networks/default.xml": network("default", "<forward mode='nat'/>", "virbr0", "192.168.122", app),
        "networks/dmz.xml": network("dmz", "<forward mode='route' dev='br0'/>", "virbr5", "10.45.0", web, six),
        "networks/data.xml": network("data", "", "virbr6", "10.60.0", more="\n  <port isolated='yes'/>"),
        "networks/lan.xml": joining("lan", "<forward mode='bridge'/>", "br0"),
        "networks/backup.xml": joining("backup", "<forward mode='vepa'><interface dev='eno3'/></forward>"),
        "networks/fast.xml": joining("fast", "<forward mode='hostdev'><pf dev='ens4f0'/></forward>"),
        "guests/gate.xml": guest("gate", nic("lan"), nic("dmz"), nic("data")),
        "guests/pbx.xml": guest("pbx", on_bridge("br0", "<vlan><tag id='42'/></vlan>")),
        "guests/vault.xml": guest("vault", nic("backup"), nic("data")),
        "guests/probe.xml": guest("probe", on_nic("eno3", "private")),
    }
    guarded = "<filterref filter='clean-traffic'/>"
    files |= {f"guests/web-{n:02}.xml": guest(f"web-{n:02}", nic("dmz", mac(n), guarded)) for n in range(1, 21)}
    files |= {
        f"guests/app-{n:02}.xml": guest(f"app-{n:02}", nic("default", mac(100 + n)), nic("data")) for n in range(1, 17)
    }
    files |= {f"guests/db-{n}.xml": guest(f"db-{n}", nic("data")) for n in range(1, 9)}
    files |= {f"guests/ci-{n}.xml": guest(f"ci-{n}", nic("default")) for n in range(1, 7)}
    files |= {f"guests/desk-{n}.xml": guest(f"desk-{n}", nic("lan")) for n in range(1, 4)}
    files |= {f"guests/nfv-{n}.xml": guest(f"nfv-{n}", nic("fast")) for n in range(1, 4)}
    return files


def small_project() -> Project:
    return project(SMALL, SMALL_HOST)


def large_project() -> Project:
    return project(sixty(), HOST)


def made_matrix(topology: Topology) -> Matrix:
    """Answers that look like real ones: by the kinds of nodes, with every verdict among them."""
    kinds: dict[str, EndpointKind] = {"guest": "guest", "host": "host", "lan": "lan", "internet": "internet"}
    groups = []
    for node in topology.nodes:
        if node.kind in kinds:
            names = [member.name for member in node.members] or [node.key.removeprefix("lan:")]
            wrapped = [f"lan({name})" if node.kind == "lan" else name for name in names]
            groups.append(Peers(node.name, tuple(Endpoint(kinds[node.kind], name) for name in wrapped)))
    found = {
        (version, protocol): tuple(tuple(_cell(one, other, version, protocol) for other in groups) for one in groups)
        for version, protocol in VIEWS
    }
    return Matrix(tuple(groups), found)


def _cell(one: Peers, other: Peers, version: IpVersion, protocol: Protocol) -> MatrixCell | None:
    if one is other and len(one.members) == 1:
        return None
    sender, receiver = one.members[0], other.members[0]
    arrives = CellReason(f"'{receiver.name}' accepts it")
    leaves = CellReason("the network translates its address", "networks/default.xml:3")
    refused = (CellReason("libvirt rejects what is new from outside", "networks/default.xml:3"),)
    if {sender.kind, receiver.kind} <= {"lan", "internet"}:
        return None
    if receiver.kind == "internet" and version == 6 and sender.kind == "guest":
        unsure = (
            CellCase("the upstream router has a route back", "allowed", None, (arrives,)),
            CellCase("it has none", "one-way", None, (CellReason("no reply finds its way"),)),
        )
        return MatrixCell(unsure, ("upstream.routes",))
    if receiver.kind in ("internet", "lan") or sender.kind == "host":
        return MatrixCell((CellCase("", "allowed", "192.0.2.10", (leaves, arrives), is_translated=True),))
    verdicts: tuple[Verdict, ...] = ("allowed", "rejected", "dropped", "one-way", "no-route")
    number = sum(map(ord, sender.name + receiver.name)) + len(protocol) * (sender.kind == "guest")
    verdict = "allowed" if receiver.kind == "host" else verdicts[number % (2 if sender.kind == "guest" else 5)]
    return MatrixCell((CellCase("", verdict, None, (arrives,) if verdict == "allowed" else refused),))


def placed(topology: Topology) -> Layout:
    """A layout that needs no Graphviz: all boxes in a column, and straight lines between them."""
    boxes = {node.key: Box(20, 20 + 90 * number, 180, 70) for number, node in enumerate(topology.nodes)}
    curves = tuple(
        Curve(
            ((boxes[edge.tail].x, boxes[edge.tail].y), (1, 1), (2, 2), (boxes[edge.head].x, boxes[edge.head].y)),
            (50, 50),
        )
        for edge in topology.edges
    )
    return Layout(400, 2000, boxes, curves, tuple(Box(0, 0, 300, 900) for _ in topology.groups))
