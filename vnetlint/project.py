"""The files of one site, seen together: which network an interface names, who is on it, what exists twice.

A project is what one host holds. Where two files lie in different folders that need not be so, because people keep
several hosts in one repository: `same_host` tells, and rules about collisions speak more softly where it does not.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname
from typing import TYPE_CHECKING, TypeVar

from vnetlint.model import Domain, Filter, Interface, Model, Network, View
from vnetlint.model.addresses import Subnet
from vnetlint.model.network import Attachment, Ip
from vnetlint.model.view import Named

if TYPE_CHECKING:
    from vnetlint.host import Host

EXTERNAL_NETWORKS = frozenset({"default"})
"""Networks that exist although no file of the project defines them: libvirt ships `default`."""

_Key = TypeVar("_Key", bound=Hashable)
_Item = TypeVar("_Item", bound=View)


@dataclass(frozen=True, eq=False)
class Project:
    """An index over documents; each question is answered from a table that is built when first asked."""

    models: tuple[Model, ...] = ()
    host: "Host | None" = None
    complete: bool = False
    """Whether the files hold everything that the host has, so that what is absent is missing."""
    external: frozenset[str] = field(default=EXTERNAL_NETWORKS)

    @cached_property
    def networks(self) -> tuple[Network, ...]:
        """All networks, in the order of their files."""
        return tuple(model for model in self.models if isinstance(model, Network))

    @cached_property
    def domains(self) -> tuple[Domain, ...]:
        """All guests."""
        return tuple(model for model in self.models if isinstance(model, Domain))

    @cached_property
    def filters(self) -> tuple[Filter, ...]:
        """All network filters."""
        return tuple(model for model in self.models if isinstance(model, Filter))

    @cached_property
    def interfaces(self) -> tuple[Interface, ...]:
        """All guests' NICs."""
        return tuple(interface for domain in self.domains for interface in domain.interfaces)

    @cached_property
    def networks_by_name(self) -> dict[str, list[Network]]:
        """Networks by name; more than one where several hosts' files lie together."""
        return _grouped(self.networks, lambda network: network.name)

    @cached_property
    def networks_by_bridge(self) -> dict[str, list[Network]]:
        """Networks by the name of the bridge that they make or join."""
        return _grouped(self.networks, lambda network: network.bridge.name if network.bridge else None)

    @cached_property
    def interfaces_by_mac(self) -> dict[str, list[Interface]]:
        """Guests' NICs by MAC address in lower case."""
        return _grouped(self.interfaces, lambda interface: interface.mac)

    @cached_property
    def models_by_uuid(self) -> dict[str, list[Model]]:
        """Documents of each kind by UUID; the key starts with the kind."""
        return _grouped(self.models, lambda model: f"{model.node.name} {model.uuid}" if model.uuid else None)

    @cached_property
    def subnets(self) -> tuple[tuple[Subnet, Ip, Network], ...]:
        """Every known subnet with its `<ip>` and network, ordered by address, the wider first."""
        found = ((ip.subnet, ip, network) for network in self.networks for ip in network.ips if ip.subnet)
        return tuple(sorted(found, key=lambda each: (each[0].version, int(each[0].network_address), each[0].prefixlen)))

    @cached_property
    def _interfaces_by_network(self) -> dict[str, list[Interface]]:
        return _grouped(self.interfaces, lambda each: each.network.value if each.network else None)

    def interfaces_on(self, network: Network) -> tuple[Interface, ...]:
        """Give the guests' NICs that name a network and mean this one."""
        named = self._interfaces_by_network.get(network.name or "", ())
        return tuple(interface for interface in named if self.network_of(interface) is network)

    def network_of(self, interface: Interface) -> Network | None:
        """Give the network that an interface names; None where none is known, or several are and none is nearest."""
        if interface.network is None:
            return None
        candidates = self.networks_by_name.get(interface.network.value, [])
        if len(candidates) < 2:
            return candidates[0] if candidates else None
        ranked = sorted(candidates, key=lambda each: _distance(each.path, interface.path))
        nearest, next_nearest = (_distance(each.path, interface.path) for each in ranked[:2])
        return ranked[0] if nearest < next_nearest else None

    def attachment_of(self, interface: Interface) -> Attachment | None:
        """Give what an interface ends on, the network that it names resolved."""
        if interface.type == "bridge":
            return "host-bridge"
        if interface.type == "direct":
            return "macvtap"
        if interface.type == "hostdev":
            return "hostdev"
        network = self.network_of(interface)
        return network.attachment if network else None

    def same_host(self, one: Named, other: Named) -> bool:
        """Whether two documents are meant for one host: a complete project's are, and those of one folder.

        Never two of the same kind and name, which are two versions of one thing.
        """
        if one.node.name == other.node.name and one.name == other.name:
            return False
        return self.complete or dirname(one.path) == dirname(other.path)


def _grouped(items: Iterable[_Item], key: Callable[[_Item], _Key | None]) -> dict[_Key, list[_Item]]:
    table: defaultdict[_Key, list[_Item]] = defaultdict(list)
    for item in items:
        value = key(item)
        if value is not None:
            table[value].append(item)
    return dict(table)


def _distance(one: str, other: str) -> int:
    """The steps from one file's folder to the other's through the folder that holds both."""
    ours, theirs = dirname(one).split("/"), dirname(other).split("/")
    shared = next((i for i, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), None)
    common = min(len(ours), len(theirs)) if shared is None else shared
    return len(ours) + len(theirs) - 2 * common


def subjects(models: Iterable[Model]) -> Iterator[View]:
    """Give every view that a rule may be about: the documents and the guests' NICs."""
    for model in models:
        yield model
        if isinstance(model, Domain):
            yield from model.interfaces
