"""`<domain>`: a guest, as far as the network is concerned, and its `<interface>`s of every type."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

from vnetlint.model.addresses import parse_mac
from vnetlint.model.view import Named, View, known
from vnetlint.xml.tree import Attribute, Node

InterfaceType = Literal[
    "network", "bridge", "direct", "user", "ethernet", "hostdev", "vhostuser", "vdpa", "internal", "server", "client",
    "mcast", "udp", "vds", "null",
]  # fmt: skip


VIRTIO = frozenset({"virtio", "virtio-transitional", "virtio-non-transitional"})
"""The models that libvirt takes for virtio, by exact name: `virtio-net` is none."""


@dataclass(frozen=True, eq=False)
class FilterRef(View):
    """`<filterref>`: the network filter that guards an interface."""

    @property
    def filter(self) -> str | None:
        """The filter's name."""
        return self.known("filter")


@dataclass(frozen=True, eq=False)
class Interface(View):
    """A guest's NIC and what it is plugged into."""

    domain: "Domain"

    @property
    def type(self) -> InterfaceType | None:
        """The type; None where it is missing or no type of libvirt's."""
        written = self.node.get("type")
        return next((each for each in get_args(InterfaceType) if each == written), None)

    @property
    def source(self) -> Node | None:
        """`<source>`."""
        return self.node.child("source")

    def _source(self, name: str, *types: InterfaceType) -> Attribute | None:
        if self.type not in types or self.source is None:
            return None
        return self.source.attributes.get(name)

    @property
    def network(self) -> Attribute | None:
        """The attribute that names the network, on an interface of type `network`."""
        return self._source("network", "network")

    @property
    def bridge(self) -> Attribute | None:
        """The attribute that names the host's bridge, on an interface of type `bridge`."""
        return self._source("bridge", "bridge")

    @property
    def device(self) -> Attribute | None:
        """The attribute that names the host's NIC, on an interface of type `direct`."""
        return self._source("dev", "direct")

    @property
    def direct_mode(self) -> str | None:
        """How macvtap treats an interface of type `direct`: `vepa` unless said otherwise."""
        if self.type != "direct" or self.source is None:
            return None
        return self.source.get("mode") or "vepa"

    @property
    def portgroup(self) -> Attribute | None:
        """The attribute that names the port group, on an interface of type `network`."""
        return self._source("portgroup", "network")

    @property
    def mac_place(self) -> Attribute | None:
        """The attribute with the MAC address."""
        node = self.node.child("mac")
        return node.attributes.get("address") if node else None

    @property
    def mac(self) -> str | None:
        """The MAC address in lower case; libvirt invents one where there is none."""
        return parse_mac(self.mac_place.value) if self.mac_place else None

    @property
    def target(self) -> Attribute | None:
        """The attribute that names the host's end of the NIC, such as `vnet0`."""
        node = self.node.child("target")
        return node.attributes.get("dev") if node else None

    @property
    def model(self) -> str | None:
        """The emulated card: as written, else what libvirt writes; None where that is a placeholder or not known.

        QEMU's guests of x86 get an rtl8139, and interfaces of type `vdpa` virtio.
        """
        node = self.node.child("model")
        if node is not None and node.get("type"):
            return known(node.get("type"))
        if self.type == "vdpa":
            return "virtio"
        return "rtl8139" if self.domain.is_qemu and self.domain.is_x86 else None

    @property
    def is_virtio(self) -> bool | None:
        """Whether the guest sees a virtio card of either kind; None where the model is unknown."""
        return self.model in VIRTIO if self.model else None

    @cached_property
    def filterrefs(self) -> tuple[FilterRef, ...]:
        """The network filter, of which libvirt takes one."""
        return tuple(FilterRef(node) for node in self.node.all("filterref"))

    @property
    def label(self) -> str:
        """The interface in words, as messages name it."""
        return f"the interface of '{self.domain.name}'" if self.domain.name else "this interface"


@dataclass(frozen=True, eq=False)
class Domain(Named):
    """A guest."""

    @property
    def is_qemu(self) -> bool:
        """Whether libvirt's QEMU driver runs it, with KVM or another accelerator or by emulation."""
        return self.node.get("type") in ("kvm", "qemu", "hvf")

    @property
    def is_x86(self) -> bool:
        """Whether it says that it is a PC; without a word about it the guest has the host's architecture."""
        system = self.node.child("os")
        kind = system.child("type") if system else None
        return kind is not None and kind.get("arch") in ("x86_64", "i686")

    @cached_property
    def devices(self) -> Node | None:
        """`<devices>`."""
        return self.node.child("devices")

    @cached_property
    def interfaces(self) -> tuple[Interface, ...]:
        """The guest's NICs in order."""
        found = self.devices.all("interface") if self.devices else ()
        return tuple(Interface(node, self) for node in found)
