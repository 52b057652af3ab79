"""`<domain>`: a guest, as far as the network is concerned, and its `<interface>`s of every type."""

from collections.abc import Callable, Iterator
from typing import Literal, get_args

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property, pattern
from vnetlint.model.addresses import parse_mac
from vnetlint.model.hostdev import repeated
from vnetlint.model.network import PciDevice
from vnetlint.model.plug import Plug
from vnetlint.model.repeats import Key, repeats
from vnetlint.model.view import Named, View, known
from vnetlint.xml.node import Attribute, Node

InterfaceType = Literal[
    "network", "bridge", "direct", "user", "ethernet", "hostdev", "vhostuser", "vdpa", "internal", "server", "client",
    "mcast", "udp", "vds", "null",
]  # fmt: skip


VIRTIO = frozenset({"virtio", "virtio-transitional", "virtio-non-transitional"})
"""The models that libvirt treats as virtio, by exact name: `virtio-net` is not one of them."""

PC_CARD = "rtl8139"
"""The card that a PC gets if its interface has no `<model>`."""

_STAND_IN = pattern("[A-Z_]+")
"""A placeholder such as `NICMODEL`, which a script replaces: no real model is written in capitals."""

_PC = pattern(r"(?:pc|q35|isapc|microvm)(?:-|$)")
"""The start of the names of QEMU machines that only x86 has."""

_OWN_NAMES = ("vnet", "macvtap", "macvlan")
"""The start of the names that libvirt itself gives to guests' devices."""


@dataclass(frozen=True, eq=False)
class FilterParameter(View):
    """`<parameter>` of `<filterref>`: one value of a filter's variable."""

    @property
    def name(self) -> str | None:
        """The variable, without its dollar sign."""
        return self.known("name")

    @property
    def value(self) -> str | None:
        """The value."""
        return self.known("value")


@dataclass(frozen=True, eq=False)
class FilterRef(View):
    """`<filterref>`: the network filter that guards an interface, or that another filter includes."""

    @property
    def filter(self) -> str | None:
        """The filter's name."""
        return self.known("filter")

    @cached_property
    def parameters(self) -> tuple[FilterParameter, ...]:
        """The values for the filter's variables; a variable may have several."""
        return tuple(FilterParameter(node) for node in self.node.all("parameter"))

    @cached_property
    def given(self) -> frozenset[str]:
        """The names of the variables that have a value here."""
        return frozenset(each.name for each in self.parameters if each.name)

    @property
    def names_all(self) -> bool:
        """Whether all parameters are known: no name is a placeholder, and no template decides which there are."""
        return not self.is_template and all(each.name for each in self.parameters)

    def value_of(self, name: str) -> str | None:
        """Return the first value of a variable, or None if it is unknown."""
        return next((each.value for each in self.parameters if each.name == name), None)


@dataclass(frozen=True, eq=False)
class PortRange(View):
    """`<range>` of `<portForward>`: ports of the host that passt opens, and the ports of the guest they lead to."""

    forward: Node
    interface: "Interface"

    @property
    def protocol(self) -> str | None:
        """The protocol: `tcp` or `udp`."""
        return known(self.forward.get("proto"))

    @property
    def address(self) -> str | None:
        """The address of the host on which the ports are opened: empty for all, None for a placeholder."""
        written = self.forward.get("address")
        return known(written) if written else ""

    @property
    def opens(self) -> bool:
        """Whether it opens ports. Otherwise it excludes ports that another range opens."""
        return self.node.get("exclude") in (None, "", "no")

    @property
    def first(self) -> int | None:
        """The first port of the host."""
        return self.number("start")

    @property
    def last(self) -> int | None:
        """The last port of the host; without `end`, the first."""
        return self.number("end") if self.node.get("end") is not None else self.first

    @property
    def to(self) -> int | None:
        """The first port of the guest; by default the same as on the host."""
        return self.number("to") if self.node.get("to") is not None else self.first

    @property
    def written(self) -> str:
        """The range as libvirt passes it to passt."""
        start, end, to = self.node.get("start"), self.node.get("end"), self.node.get("to")
        text = (f"{self.address}/" if self.address else "") + (start or "") + (f"-{end}" if end else "")
        if not to or self.first is None or self.last is None or self.to is None:
            return text
        return f"{text}:{to}" + (f"-{self.last - self.first + self.to}" if end else "")


_TYPES: dict[str, InterfaceType] = {each: each for each in get_args(InterfaceType)}


@dataclass(frozen=True, eq=False)
class Interface(View):
    """A guest's NIC and what it is plugged into."""

    domain: "Domain"

    @property
    def owner(self) -> "Domain":
        """The guest that it belongs to."""
        return self.domain

    @property
    def name_node(self) -> Node:
        """The element that stands for the whole interface."""
        return self.node

    @cached_property
    def type(self) -> InterfaceType | None:
        """The type, or None if it is missing or unknown to libvirt."""
        written = self.node.get("type")
        return _TYPES.get(written or "")

    @cached_property
    def source(self) -> Node | None:
        """`<source>`."""
        return self.node.child("source")

    def _source(self, name: str, *types: InterfaceType) -> Attribute | None:
        if self.type not in types or self.source is None:
            return None
        return self.source.attributes.get(name)

    @cached_property
    def network(self) -> Attribute | None:
        """The attribute that names the network, on an interface of type `network`."""
        return self._source("network", "network")

    @cached_property
    def bridge(self) -> Attribute | None:
        """The attribute that names the host's bridge, on an interface of type `bridge`."""
        return self._source("bridge", "bridge")

    @cached_property
    def device(self) -> Attribute | None:
        """The attribute that names the host's NIC, on an interface of type `direct`."""
        return self._source("dev", "direct")

    @cached_property
    def direct_mode(self) -> str | None:
        """The macvtap mode of an interface of type `direct`; `vepa` by default."""
        if self.type != "direct" or self.source is None:
            return None
        return self.source.get("mode") or "vepa"

    @property
    def mode_node(self) -> Node | None:
        """The element that has the macvtap `mode`."""
        return self.source if self.type == "direct" else None

    @cached_property
    def portgroup(self) -> Attribute | None:
        """The attribute that names the port group, on an interface of type `network`."""
        return self._source("portgroup", "network")

    @cached_property
    def mac_place(self) -> Attribute | None:
        """The attribute with the MAC address."""
        node = self.node.child("mac")
        return node.attributes.get("address") if node else None

    @cached_property
    def mac(self) -> str | None:
        """The MAC address in lower case; libvirt generates one if there is none."""
        return parse_mac(self.mac_place.value) if self.mac_place else None

    @cached_property
    def target(self) -> Attribute | None:
        """The attribute that names the host's end of the NIC, such as `vnet0`."""
        node = self.node.child("target")
        return node.attributes.get("dev") if node else None

    @cached_property
    def made_device(self) -> Attribute | None:
        """The attribute that names the host's end, if libvirt makes a device of exactly that name.

        libvirt drops names that look like its own, and replaces `%d` by a number.
        """
        place = self.target if self.type in ("network", "bridge", "direct", "ethernet") else None
        name = known(place.value) if place else None
        if place is None or name is None or "%d" in name or not self.domain.is_qemu:
            return None
        return None if name.startswith(_OWN_NAMES) or place.node.get("managed") == "no" else place

    @property
    def own_device(self) -> Attribute | None:
        """The attribute that names the host's end, made by libvirt or by another program."""
        if self.type == "ethernet" and self.target and self.target.node.get("managed") == "no" and self.domain.is_qemu:
            return self.target if known(self.target.value) else None
        return self.made_device

    @property
    def host_bridge(self) -> Attribute | None:
        """The attribute that names the host's bridge which it joins, if the name is known."""
        return self.bridge if self.bridge and known(self.bridge.value) else None

    @property
    def lower_devices(self) -> tuple[Attribute, ...]:
        """The attributes that name the NICs of the host under macvtap; an interface has at most one."""
        return (self.device,) if self.device and known(self.device.value) else ()

    @property
    def teaming(self) -> str | None:
        """The role in a teaming pair: `persistent` or `transient`."""
        node = self.node.child("teaming")
        return known(node.get("type")) if node else None

    @property
    def alias(self) -> str | None:
        """The administrator's own name for the NIC."""
        node = self.node.child("alias")
        return known(node.get("name")) if node else None

    @cached_property
    def model(self) -> str | None:
        """The emulated card: as written, else the one that libvirt adds; None if it is a placeholder or unknown.

        QEMU's guests of x86 get an rtl8139, and interfaces of type `vdpa` virtio.
        """
        node = self.node.child("model")
        if node is not None and (written := node.get("type")):
            return None if _STAND_IN.fullmatch(written) else known(written)
        if self.type == "vdpa":
            return "virtio"
        return PC_CARD if self.domain.is_qemu and self.domain.is_x86 else None

    @property
    def model_of_pc(self) -> str | None:
        """The card of a PC, if the interface has no model and the host's architecture decides which it gets."""
        node, domain = self.node.child("model"), self.domain
        unsaid = self.type != "vdpa" and not (node is not None and node.get("type"))
        return PC_CARD if unsaid and domain.is_qemu and domain.is_x86 is None and not domain.is_template else None

    @property
    def is_virtio(self) -> bool | None:
        """Whether the guest sees a virtio card of either kind; None where the model is unknown."""
        return self.model in VIRTIO if self.model else None

    @property
    def has_virtio_driver(self) -> bool:
        """Whether libvirt reads the queues of `<driver>`: only if `<model>` is virtio."""
        return self.is_virtio is True and self.node.child("model") is not None

    @cached_property
    def filterrefs(self) -> tuple[FilterRef, ...]:
        """The network filters; libvirt takes only one."""
        return tuple(FilterRef(node) for node in self.node.all("filterref"))

    @property
    def filterref(self) -> FilterRef | None:
        """The network filter that libvirt applies; it does so only for some types of interface."""
        return self.filterrefs[0] if self.filterrefs and self.type in ("network", "bridge", "ethernet") else None

    @cached_property
    def host_nic(self) -> PciDevice | None:
        """The address of the host's device, on an interface of type `hostdev` that names a PCI device."""
        address = self.source.child("address") if self.type == "hostdev" and self.source else None
        return PciDevice(address) if address and address.get("type") == "pci" else None

    @property
    def backend(self) -> str | None:
        """The backend of an interface of type `user`: empty if libvirt chooses, None for a placeholder."""
        node = self.node.child("backend")
        written = node.get("type") if node else None
        return known(written) if written else ""

    @cached_property
    def port_ranges(self) -> tuple[PortRange, ...]:
        """The ports that passt opens on the host."""
        if self.type not in ("user", "vhostuser") or self.backend != "passt":
            return ()
        forwards = self.node.all("portForward")
        return tuple(PortRange(node, forward, self) for forward in forwards for node in forward.all("range"))

    @property
    def port(self) -> Node | None:
        """`<port>`."""
        return self.node.child("port")

    @property
    def isolates_ports(self) -> bool:
        """Whether `<port isolated='yes'/>` keeps it from other NICs that have the same setting."""
        return self.port is not None and self.port.get("isolated") == "yes"

    @property
    def plugs(self) -> tuple[Plug, ...]:
        """What decides how it is plugged in: the interface itself. Networks have more such places."""
        return (Plug(self.node),)

    @property
    def inbound(self) -> View | None:
        """The `<inbound>` of its own `<bandwidth>`."""
        return self.plugs[0].inbound

    @property
    def mtu(self) -> int | None:
        """The MTU of the guest's NIC and its tap device, in bytes; None if it is not set or unknown."""
        node = self.node.child("mtu")
        return View(node).number("size") if node else None

    @property
    def boots(self) -> bool:
        """Whether the guest boots from it, by its own `<boot>` or by that of the guest for all NICs."""
        return self.node.child("boot") is not None or self.domain.boots_from_network

    @property
    def said(self) -> str:
        """The start of libvirt's messages about the interface; empty if libvirt generates the address in them."""
        return f"interface {self.mac} - " if self.mac else ""

    @property
    def label(self) -> str:
        """The interface in words, as messages name it."""
        return f"the interface of '{self.domain.name}'" if self.domain.name else "this interface"


@dataclass(frozen=True, eq=False)
class Domain(Named):
    """A guest."""

    @cached_property
    def is_qemu(self) -> bool:
        """Whether libvirt's QEMU driver runs it, with KVM or another accelerator or by emulation."""
        return self.node.get("type") in ("kvm", "qemu", "hvf")

    @property
    def boots_from_network(self) -> bool:
        """Whether `<os>` lists the network as a boot device."""
        system = self.node.child("os")
        return system is not None and any(each.get("dev") == "network" for each in system.all("boot"))

    @property
    def is_x86(self) -> bool | None:
        """Whether it is a PC, by its architecture or machine; None if it has neither and takes those of the host."""
        system = self.node.child("os")
        kind = system.child("type") if system else None
        arch, machine = (kind.get("arch"), kind.get("machine")) if kind is not None else (None, None)
        if arch or machine is None:
            return arch in ("x86_64", "i686") if arch else None
        return True if _PC.match(machine) else None

    @property
    def shares_memory(self) -> bool | None:
        """Whether other processes of the host can share all of its memory; None if that is a placeholder."""
        backing, cpu = self.node.child("memoryBacking"), self.node.child("cpu")
        access = backing.child("access") if backing else None
        numa = cpu.child("numa") if cpu else None
        general = access.get("mode") or "" if access else ""
        said = [cell.get("memAccess") or general for cell in (numa.all("cell") if numa else ())] or [general]
        return None if any(each and not known(each) for each in said) else all(each == "shared" for each in said)

    @cached_property
    def devices(self) -> Node | None:
        """`<devices>`."""
        return self.node.child("devices")

    def devices_named(self, name: str) -> "list[Node]":
        """Return the elements of the devices of a kind, such as `hostdev`, in order."""
        return self.devices.all(name) if self.devices else []

    def parts_of_devices(self, name: str) -> "list[Node]":
        """Return the first child of a name, such as `alias`, of each device that has one, in order."""
        return self._parts_of_devices.get(name, [])

    @cached_property
    def _parts_of_devices(self) -> "dict[str, list[Node]]":
        table: dict[str, list[Node]] = {}
        for device in self.devices.children if self.devices else ():
            for name, part in {part.name: part for part in reversed(device.children)}.items():
                table.setdefault(name, []).append(part)
        return table

    def repeats(self, part: str, key: Callable[[Node], Key | None]) -> Iterator[tuple[Node, Node, Key]]:
        """Yield the parts of devices whose key an earlier one has, with that one and the key.

        Yield nothing in a template, whose branches may exclude each other.
        """
        return repeats(self.parts_of_devices(part) if not self.is_template else (), key)

    @property
    def repeated_host_devices(self) -> "Iterator[tuple[Node, Node]]":
        """The host devices that the guest takes a second time, each with the first entry; none in a template."""
        devices = self.devices.children if self.devices and not self.is_template else ()
        kinds = (each for each in devices if each.name in ("hostdev", "interface"))
        return repeated(each for each in kinds if each.name == "hostdev" or each.get("type") == "hostdev")

    @cached_property
    def interfaces(self) -> tuple[Interface, ...]:
        """The guest's NICs in order."""
        found = self.devices.all("interface") if self.devices else ()
        return tuple(Interface(node, self) for node in found)

    @cached_property
    def teaming_pairs(self) -> tuple[tuple[Interface, Interface], ...]:
        """The teaming pairs: each persistent NIC with the transient one that names it by its alias."""
        staying = {each.alias: each for each in self.interfaces if each.teaming == "persistent" and each.alias}
        going = (each for each in self.interfaces if each.teaming == "transient")
        named = ((each.node.child("teaming"), each) for each in going)
        return tuple(
            (staying[name], each) for node, each in named if node and (name := node.get("persistent")) in staying
        )
