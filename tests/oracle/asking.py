"""Ask libvirt about files that make a project: what it says to each of them, and at which moment.

The host is built from the inventory that stands beside the files. Where there is none, it has every card and bridge
that the files name, so that what libvirt says is said of the files. Guests run emulated and with little memory.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_network

from tests.oracle.libvirtd import Answer, Bridge, Host, Libvirtd, Nic, Route, answer, name_in
from tests.sources import named
from vnetlint.finding import When
from vnetlint.host import HostNetwork, Inventory, Link
from vnetlint.model.network import Network
from vnetlint.project import EXTERNAL_NETWORKS
from vnetlint.xml.tree import Node, parse

BARE = Host()
ISOLATED = "<network><name>{}</name></network>"
GUEST = (
    "<domain type='qemu'><name>{}</name><memory>65536</memory><os><type arch='x86_64'>hvm</type></os>"
    "<devices>{}<memballoon model='none'/></devices></domain>"
)

_AS_IT_RUNS_HERE = (
    (re.compile(r"(<domain\b[^>]*\btype=)(['\"])(?:kvm|hvf)\2"), r"\1\2qemu\2"),
    (re.compile(r"<(memory|currentMemory)\b[^>]*>\s*\d+\s*</\1>"), r"<\1>65536</\1>"),
    (re.compile(r"<emulator>[^<$]*</emulator>"), ""),
    (re.compile(r"(<type\b[^>]*\bmachine=)(['\"])pc-[\w.-]*\2"), r"\1\2pc\2"),
)
_NEEDED = (("memory", "<memory>65536</memory>"), ("os", "<os><type arch='x86_64' machine='pc'>hvm</type></os>"))
"""What examples leave out because nothing is said of it, and libvirt wants."""

TRAFFIC_CONTROL = {"htb": ("htb", "fw"), "sfq": ("sfq",), "ingress": ("ingress",), "police": ("police",)}
"""The parts of traffic control that an inventory tells, with the words of the commands that need them."""

_TOOLS = {"iptables": "iptables", "nftables": "nft"}


@dataclass(frozen=True)
class Said:
    """What libvirt said to a document, and when; `when` is `never` where it took it at every moment."""

    when: When
    message: str = ""


TOOK = Said("never")
"""libvirt took it, at every moment."""


@dataclass(frozen=True)
class Document:
    """One document of a file."""

    path: str
    text: str

    @cached_property
    def root(self) -> Node:
        """Its root element, as we read it."""
        return parse(named(self.path, self.text))[0].root

    @property
    def kind(self) -> str:
        """The name of the root element."""
        return self.root.name

    @property
    def name(self) -> str:
        """The name under which libvirt knows it."""
        child = self.root.child("name")
        return (self.root.get("name") if self.kind == "filter" else child.text.strip() if child else None) or ""


def documents_of(files: Mapping[str, str]) -> list[Document]:
    """Cut files into their documents; a file of one document stays whole."""
    found = []
    for path, text in files.items():
        roots = [each.root for each in parse(named(path, text))]
        if len(roots) == 1:
            found.append(Document(path, text))
        found += [Document(path, text[root.span.start : root.span.end]) for root in roots if len(roots) > 1]
    return found


def host_of(inventory: Inventory | None, documents: Sequence[Document]) -> Host:
    """The host that an inventory describes, as far as it tells; what it does not, is there if a file names it."""
    tftp = [node.get("root") or "" for each in documents for node in each.root.descendants() if node.name == "tftp"]
    listed = inventory.folders if inventory and inventory.folders is not None else tftp
    folders = tuple(sorted({each for each in listed if each.startswith("/")}))
    has = inventory.traffic_control if inventory else None
    taken = tuple(
        sorted({word for each in TRAFFIC_CONTROL if has is None or each in has for word in TRAFFIC_CONTROL[each]})
    )
    links = _links(inventory, documents)
    if inventory is None:
        return replace(links, folders=folders, traffic_control=taken)
    tools = inventory.firewall_tools
    removed = () if tools is None else tuple(sorted({"iptables", "nft"} - {_TOOLS[each] for each in tools}))
    removed += ("passt",) if inventory.user_backends is not None and "passt" not in inventory.user_backends else ()
    heard = [f"{each}#53" for each in inventory.dns_listeners or ()]
    heard += [f"{each.address or '0.0.0.0'}#{each.port}" for each in inventory.listeners or ()]
    return replace(links, folders=folders, traffic_control=taken, removed=removed, listeners=tuple(heard))


def _links(inventory: Inventory | None, documents: Sequence[Document]) -> Host:
    known = inventory.interfaces if inventory else None
    backend = inventory.firewall_backend if inventory else None
    forwarding = bool(inventory and inventory.forwarding.ipv4)
    if known is None:
        nics, bridges = links_of(documents)
        wanted = [Nic(name) for name in sorted(nics - bridges - {"eth0"})]
        switches = _switches(documents)
        made = tuple(Bridge(name, is_ovs=name in switches) for name in sorted(bridges))
        return Host((*BARE.nics, *wanted), made, BARE.routes, forwarding, backend)
    assert inventory is not None
    links = [link for link in known if link.name != "lo"]
    bridges_ = [link for link in links if link.kind in ("bridge", "ovs")]
    own = {network.bridge for network in inventory.networks or () if network.active}
    ports = {link.name: _ports(link, links) for link in bridges_}
    listed = {port for each in ports.values() for port in each}
    cards = [link for link in links if link not in bridges_]
    nics_ = [Nic(link.name, link.addresses) for link in cards]
    nics_ += [Nic(name) for name in sorted(listed - {link.name for link in links})]
    routes = tuple(_route(each.to, each.via, each.dev) for each in inventory.routes or () if each.via or each.dev)
    made = tuple(
        Bridge(link.name, ports[link.name], link.addresses, link.kind == "ovs" and inventory.open_vswitch is not False)
        for link in bridges_
        if link.name not in own
    )
    return Host(tuple(nics_), made, routes, forwarding, backend)


def ask(
    daemon: Libvirtd,
    documents: Sequence[Document],
    subject: Document,
    inventory: Inventory | None = None,
    *,
    complete: bool = False,
    plugs: bool = True,
) -> Mapping[str, Said]:
    """Give each file to libvirt, the subject's last of its kind, and tell what it said, by path.

    With `complete`, networks and filters that a guest names and no file defines are not there. Without `plugs`,
    no guest of ours tries the networks.
    """
    daemon.reset()
    own = {each.name for each in documents if each.kind == "network"}
    for network in inventory.networks or () if inventory else ():
        if network.name not in own:
            _define_as_listed(daemon, network)
    listed = {network.name for network in inventory.networks or ()} if inventory else set()
    missing = {name for name in _named_by(documents, "source", "network") if not complete or name in EXTERNAL_NETWORKS}
    for name in sorted(missing - own - listed):
        daemon.define_network(ISOLATED.format(_escaped(name)))
        daemon.start_network(name)
    filters = {each.name for each in documents if each.kind == "filter"}
    for name in sorted(set(_named_by(documents, "filterref", "filter")) - filters) if not complete else ():
        daemon.define_filter(f"<filter name='{_escaped(name)}'/>")
    inactive = {network.name for network in inventory.networks or () if not network.active} if inventory else set()
    said = [(each, _filter(daemon, each)) for each in documents if each.kind == "filter"]
    networks = [each for each in documents if each.kind == "network"]
    # A network that names its bridge has it before libvirt picks names for the others.
    order = sorted(networks, key=lambda each: ("<bridge" not in each.text, each is subject))
    defined = {each: _defined(daemon, each) for each in order}
    for each in sorted(networks, key=lambda each: each is subject):
        known = defined[each]
        if isinstance(known, Said):
            said.append((each, known))
        elif each.name not in inactive:
            started = _told("start", daemon.start_network(known))
            if started == TOOK and plugs:
                started = _tried(daemon, each, known, documents, is_subject=each is subject)
            said.append((each, started))
    guests = sorted((each for each in documents if each.kind == "domain"), key=lambda each: each is subject)
    said += [(each, _domain(daemon, each)) for each in guests]
    worst: dict[str, Said] = {}
    for each, answered in said:
        if worst.get(each.path, TOOK) == TOOK:
            worst[each.path] = answered
    return worst


def links_of(documents: Sequence[Document]) -> tuple[set[str], set[str]]:
    """The cards and the bridges of the host that files name, without the bridges that libvirt makes."""
    nics: set[str] = set()
    bridges: set[str] = set()
    made: set[str] = set()
    for each in documents:
        for node in each.root.descendants():
            dev, above = node.get("dev"), node.parent.name if node.parent else ""
            if each.kind == "network" and dev and node.name in ("forward", "interface", "pf"):
                nics.add(dev)
            if each.kind == "domain" and node.name == "source" and above == "interface":
                nics |= {dev} if dev and node.parent and node.parent.get("type") == "direct" else set()
                bridges |= {node.get("bridge") or ""}
        if each.kind == "network":
            network = Network(each.root)
            (made if network.owns_bridge else bridges).add(network.bridge_name or "")
    valid = re.compile(r"(?!virbr)[\w.-]{1,15}")
    return {each for each in nics if valid.fullmatch(each)}, {each for each in bridges - made if valid.fullmatch(each)}


def _switches(documents: Sequence[Document]) -> set[str]:
    """The bridges that files join as an Open vSwitch."""
    found: set[str | None] = set()
    for each in documents:
        for node in each.root.descendants():
            over = node.parent
            if node.name == "virtualport" and node.get("type") == "openvswitch" and over:
                source, network = over.child("source"), each.root.child("bridge")
                found |= {source.get("bridge") if source else None, network.get("name") if network else None}
    return {each for each in found if each}


def _defined(daemon: Libvirtd, document: Document) -> str | Said:
    """The name of the network as libvirt has it, or what it said."""
    defined = daemon.virsh("net-define", "/dev/stdin", stdin=document.text)
    return _told("define", answer(defined)) if defined.code else name_in(defined)


def _tried(daemon: Libvirtd, document: Document, name: str, documents: Sequence[Document], *, is_subject: bool) -> Said:
    """What is said to a guest of ours on a network that runs, and on each of its port groups that no file uses."""
    used = set(_named_by(documents, "source", "portgroup"))
    groups = [each.get("name") or "" for each in document.root.all("portgroup")] if is_subject else []
    groups = [each for each in groups if each not in used]
    if document.name not in set(_named_by(documents, "source", "network")):
        groups.append("")
    said = [_plugged(daemon, name, group, "") for group in groups]
    return next((each for each in said if each != TOOK), TOOK)


def _filter(daemon: Libvirtd, document: Document) -> Said:
    defined = daemon.define_filter(document.text)
    if not defined.ok:
        return _told("define", defined)
    daemon.define_network(ISOLATED.format("filtered"))
    daemon.start_network("filtered")
    return _plugged(daemon, "filtered", "", f"<filterref filter='{_escaped(document.name)}'/>")


def _plugged(daemon: Libvirtd, network: str, group: str, inside: str) -> Said:
    """What is said to a guest of ours on a network; it goes on running, for what only a second guest would hear."""
    name = f"on {network} {group}".strip()
    source = f"<source network='{_escaped(network)}'" + (f" portgroup='{_escaped(group)}'/>" if group else "/>")
    interface = f"<interface type='network'>{source}{inside}</interface>"
    defined = daemon.define_domain(GUEST.format(_escaped(name), interface))
    return _told("plug", daemon.start_domain(name) if defined.ok else defined)


def _domain(daemon: Libvirtd, document: Document) -> Said:
    text = document.text
    for pattern, here in _AS_IT_RUNS_HERE:
        text = pattern.sub(here, text)
    for name, needed in _NEEDED:
        if not document.root.child(name):
            text = text.replace("</name>", f"</name>{needed}", 1)
    defined = daemon.virsh("define", "/dev/stdin", stdin=text)
    if defined.code:
        return _told("define", answer(defined))
    return _told("plug", daemon.start_domain(name_in(defined)))


def _define_as_listed(daemon: Libvirtd, network: HostNetwork) -> None:
    inside = f"<bridge name='{network.bridge}'/>" if network.bridge else ""
    for each in map(ip_network, network.subnets or ()):
        inside += f"<ip family='ipv{each.version}' address='{each.network_address + 1}' prefix='{each.prefixlen}'/>"
    daemon.define_network(f"<network><name>{_escaped(network.name)}</name>{inside}</network>")
    if network.active:
        daemon.start_network(network.name)


def _named_by(documents: Sequence[Document], element: str, attribute: str) -> Iterator[str]:
    for each in documents:
        for node in each.root.descendants():
            if node.name == element and (value := node.get(attribute)):
                yield value


def _told(when: When, heard: Answer) -> Said:
    return TOOK if heard.ok else Said(when, heard.message)


def _ports(bridge: Link, links: Sequence[Link]) -> tuple[str, ...]:
    enslaved = (link.name for link in links if link.master == bridge.name)
    return tuple(dict.fromkeys((*(bridge.ports or ()), *enslaved)))


def _route(to: str, via: str | None, dev: str | None) -> Route:
    return Route("default" if to in ("0.0.0.0/0", "::/0") else to, via=via, dev=dev)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;")
