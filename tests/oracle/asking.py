"""Ask libvirt about files, in two ways.

`ask` asks a libvirtd about the files of one project: what it says to each of them, and at which moment. The host is
built from the inventory beside the files. Without one it has every NIC and bridge that the files name, so that libvirt
refuses only what is wrong in the files. Guests run emulated and with little memory.

`Parser` asks about many documents at once, each on its own, and only whether they can be defined. virsh with
`test:///default` reads guests and networks as every driver of libvirt does, and adds no checks of a driver. It does not
know network filters, so a libvirtd is asked about those.
"""

import io
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from typing import Self

from tests.oracle.libvirtd import Answer, Bridge, Host, Libvirtd, Nic, Route, answer, name_in
from tests.sources import named
from vnetlint.finding import When
from vnetlint.host import HostNetwork, Inventory, Link
from vnetlint.model.network import Network
from vnetlint.project import EXTERNAL_NETWORKS
from vnetlint.xml.node import Node
from vnetlint.xml.tree import parse

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
"""Elements that libvirt needs and examples leave out because they are not about them."""

TRAFFIC_CONTROL = {"htb": ("htb", "fw"), "sfq": ("sfq",), "ingress": ("ingress",), "police": ("police",)}
"""The parts of traffic control that an inventory lists, with the words of the commands that need them."""

_TOOLS = {"iptables": "iptables", "nftables": "nft"}

_BATCH = 400
"""How many documents the parser is asked about at once."""
_SECONDS = 20
"""The time limit of a batch, which takes a second if nothing goes wrong."""
_DEFINE = {"domain": "define", "network": "net-define", "filter": "nwfilter-define"}
_FAILED = re.compile(
    r"^error: Failed to define [a-z ]+ from '?\S*?(\d+)\.xml'?\n((?:(?!error: Failed to define ).*\n?)*)", re.MULTILINE
)
_DONE = re.compile(r"^done (\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """What libvirt said to a document, and when; `when` is `never` if it accepted it at every moment."""

    when: When
    message: str = ""


TOOK = Said("never")
"""libvirt accepted it at every moment."""


@dataclass(frozen=True)
class Document:
    """One document of a file."""

    path: str
    text: str

    @cached_property
    def root(self) -> Node:
        """Its root element, as vnetlint reads it."""
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
    """The host that an inventory describes; it also has what the files name and the inventory leaves open."""
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
    """Return what libvirt said to each file, by path; the subject comes last of its kind.

    With `complete`, networks and filters that a guest names and no file defines do not exist. Without `plugs`,
    the networks are not tried with a guest.
    """
    daemon.renew()
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
    # Networks that name their bridge come first, before libvirt picks names for the others.
    order = sorted(networks, key=lambda each: ("<bridge" not in each.text, each is subject))
    defined = {each: _defined(daemon, each) for each in order}
    for each in sorted(networks, key=lambda each: each is subject):
        known = defined[each]
        if isinstance(known, Said):
            said.append((each, known))
        elif each.name not in inactive:
            started = _said("start", daemon.start_network(known))
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
    """The NICs and bridges of the host that files name, without the bridges that libvirt makes."""
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
    """The name of the network as libvirt read it, or its error."""
    defined = daemon.virsh("net-define", "/dev/stdin", stdin=document.text)
    return _said("define", answer(defined)) if defined.code else name_in(defined)


def _tried(daemon: Libvirtd, document: Document, name: str, documents: Sequence[Document], *, is_subject: bool) -> Said:
    """What libvirt says to a trial guest on a running network, and on each of its port groups that no file uses."""
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
        return _said("define", defined)
    daemon.define_network(ISOLATED.format("filtered"))
    daemon.start_network("filtered")
    return _plugged(daemon, "filtered", "", f"<filterref filter='{_escaped(document.name)}'/>")


def _plugged(daemon: Libvirtd, network: str, group: str, inside: str) -> Said:
    """What libvirt says to a trial guest on a network; it keeps running, because some errors need a second guest."""
    name = f"on {network} {group}".strip()
    source = f"<source network='{_escaped(network)}'" + (f" portgroup='{_escaped(group)}'/>" if group else "/>")
    interface = f"<interface type='network'>{source}{inside}</interface>"
    defined = daemon.define_domain(GUEST.format(_escaped(name), interface))
    return _said("plug", daemon.start_domain(name) if defined.ok else defined)


def _domain(daemon: Libvirtd, document: Document) -> Said:
    text = document.text
    for pattern, here in _AS_IT_RUNS_HERE:
        text = pattern.sub(here, text)
    for name, needed in _NEEDED:
        if not document.root.child(name):
            text = text.replace("</name>", f"</name>{needed}", 1)
    defined = daemon.virsh("define", "/dev/stdin", stdin=text)
    if defined.code:
        return _said("define", answer(defined))
    return _said("plug", daemon.start_domain(name_in(defined)))


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


def _said(when: When, heard: Answer) -> Said:
    return TOOK if heard.ok else Said(when, heard.message)


def _ports(bridge: Link, links: Sequence[Link]) -> tuple[str, ...]:
    enslaved = (link.name for link in links if link.master == bridge.name)
    return tuple(dict.fromkeys((*(bridge.ports or ()), *enslaved)))


def _route(to: str, via: str | None, dev: str | None) -> Route:
    return Route("default" if to in ("0.0.0.0/0", "::/0") else to, via=via, dev=dev)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;")


# -- many documents, each on its own ----------------------------------------------------------------------------------


class Parser:
    """The parser of one libvirt, of this system or of one in a folder; use it in a `with` statement."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root
        self._libvirtd: Libvirtd | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._libvirtd is not None:
            self._libvirtd.close()

    def ask(self, kind: str, documents: Sequence[str]) -> list[str]:
        """What libvirt says to each document with a root of this kind; empty if it accepts the document."""
        said: dict[int, str] = {}
        while len(said) < len(documents):
            rest = [number for number in range(len(documents)) if number not in said][:_BATCH]
            answers = self._ask(kind, {number: documents[number] for number in rest})
            # The first document without an answer crashed it, or takes far too long.
            unanswered = [number for number in rest if number not in answers]
            said |= answers | ({unanswered[0]: "(no answer)"} if unanswered else {})
        return [said[number] for number in range(len(documents))]

    def version(self) -> str:
        """The version of this libvirt."""
        return subprocess.run(
            [*self._chroot(), "virsh", "--version"], capture_output=True, text=True, check=True
        ).stdout.strip()

    def _chroot(self) -> list[str]:
        return [] if self.root is None else ["chroot", str(self.root)]

    def _ask(self, kind: str, documents: dict[int, str]) -> dict[int, str]:
        with tempfile.TemporaryDirectory() as folder:
            for number, text in documents.items():
                Path(folder, f"{number}.xml").write_text(text, encoding="utf-8")
            if kind == "filter":
                output = self._of_libvirtd(_script(kind, documents, "/run/asked"), Path(folder))
            else:
                output = self._of_virsh(_script(kind, documents, folder if self.root is None else "/mnt"), folder)
        done = {int(number) for number in _DONE.findall(output[0])}
        failed = {int(found[1]): found[2].strip().removeprefix("error: ") for found in _FAILED.finditer(output[1])}
        return {number: failed.get(number, "") for number in done}

    def _of_virsh(self, script: str, folder: str) -> tuple[str, str]:
        command = ["stdbuf", "-oL", "virsh", "--quiet", "--connect", "test:///default"]
        if self.root is not None:
            # The folder is mounted for this process only, so the system in the other root stays as it is.
            mounting = f"mount --bind '{folder}' '{self.root}/mnt' && exec chroot '{self.root}' \"$@\""
            command = ["unshare", "--mount", "sh", "-c", mounting, "sh", *command]
        try:
            done = subprocess.run(command, input=script.encode(), capture_output=True, timeout=_SECONDS, check=False)
            output, errors = done.stdout, done.stderr
        except subprocess.TimeoutExpired as late:
            output, errors = late.stdout or b"", late.stderr or b""
        return output.decode("utf-8", "replace"), errors.decode("utf-8", "replace")

    def _of_libvirtd(self, script: str, folder: Path) -> tuple[str, str]:
        if self._libvirtd is None:
            self._libvirtd = Libvirtd(root=self.root)
            self._libvirtd.__enter__()
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.add(folder, arcname="asked")
        self._libvirtd.run("sh", "-c", "rm -rf /run/asked && tar x -C /run", stdin=packed.getvalue())
        done = self._libvirtd.run("virsh", "--quiet", "--connect", "qemu:///system", stdin=script, timeout=600)
        return done.stdout, done.stderr


def _script(kind: str, documents: dict[int, str], folder: str) -> str:
    return "".join(f"{_DEFINE[kind]} {folder}/{number}.xml\necho done {number}\n" for number in documents)
