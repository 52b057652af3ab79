"""Whether what runs differs from its definition in what matters for networks."""

from collections.abc import Hashable

from vnetlint.inputkey import LibvirtKey
from vnetlint.model import Domain, Interface, Model, Network, model_of
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse


def differs(key: LibvirtKey, defined: str, running: str) -> bool:
    """Whether a running network has another mode or other subnets, or a guest other interfaces, than it is defined."""
    return defined != running and _traits(key, defined) != _traits(key, running)


def _traits(key: LibvirtKey, text: str) -> list[Hashable]:
    models = (model_of(each) for each in parse(Source(key, text)))
    return [_traits_of(each) for each in models if each is not None]


def _traits_of(model: Model) -> Hashable:
    if isinstance(model, Network):
        return model.mode, model.bridge_name, tuple(sorted(str((ip.address, ip.subnet)) for ip in model.ips))
    return frozenset(map(_interface, model.interfaces)) if isinstance(model, Domain) else None


def _interface(interface: Interface) -> Hashable:
    nwfilter = interface.filterref
    rest = interface.mac, nwfilter.filter if nwfilter else None
    # The XML of a running guest has the type that its network gave the interface, and a bridge or device beside it.
    if interface.source is not None and (network := interface.source.get("network")) is not None:
        return "network", network, rest
    places = (interface.bridge, interface.device)
    return interface.type, tuple(each.value if each else None for each in places), rest
