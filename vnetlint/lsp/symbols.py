"""The outline of a file, also of a half-typed one, and the names of a whole project."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from vnetlint.finding import Span
from vnetlint.lsp.mentions import Mention
from vnetlint.model import Domain, Filter, Interface, Model, Network
from vnetlint.model.filter import FilterRule
from vnetlint.xml.node import Attribute, Node

SymbolRole = Literal[
    "network", "mode", "bridge", "subnet", "range", "host", "route", "port group", "guest", "NIC", "filter", "rule",
    "reference",
]  # fmt: skip


@dataclass(frozen=True)
class Symbol:
    """One entry of the outline, with those below it. `name_span` is in `span`."""

    role: SymbolRole
    name: str
    detail: str
    span: Span
    name_span: Span
    children: "tuple[Symbol, ...]" = ()


def outline(models: Iterable[Model]) -> tuple[Symbol, ...]:
    """Return the outline of a file's documents."""
    return tuple(_of_model(model) for model in models)


def _of_model(model: Model) -> Symbol:
    if isinstance(model, Network):
        mode = model.mode or (model.forward.node.get("mode") if model.forward else None)
        return _named(model, "network", f"{mode} network" if mode else "network", _in_network(model))
    if isinstance(model, Domain):
        nics = (_nic(number, each) for number, each in enumerate(model.interfaces, 1))
        return _named(model, "guest", "guest", nics)
    chain = model.node.get("chain")
    return _named(model, "filter", f"network filter, chain {chain}" if chain else "network filter", _in_filter(model))


def _named(model: Model, role: SymbolRole, detail: str, children: Iterator[Symbol]) -> Symbol:
    place: Node | Attribute | None = model.node.child("name")
    if isinstance(model, Filter):
        place = model.node.attributes.get("name")
    written = place.value if isinstance(place, Attribute) else place.text.strip() if place else ""
    span = model.node.name_span if place is None or not written else Mention("network", written, place).span
    return Symbol(role, written or f"({role} without a name)", detail, model.node.span, span, tuple(children))


def _in_network(network: Network) -> Iterator[Symbol]:
    forward, bridge = network.forward, network.bridge
    if forward is not None:
        devices = dict.fromkeys(place.value for place in forward.devices)
        yield _symbol("mode", forward.node, f"forward {forward.node.get('mode') or 'nat'}", ", ".join(devices))
    if bridge is not None:
        made = "made by libvirt" if network.owns_bridge else "of the host"
        yield _symbol("bridge", bridge.node, f"bridge {bridge.node.get('name') or ''}", made)
    for node in network.node.children:
        match node.name:
            case "ip":
                yield _subnet(node)
            case "portgroup":
                default = ", default" if node.get("default") == "yes" else ""
                yield _symbol("port group", node, node.get("name") or "", f"port group{default}")
            case "route":
                via = node.get("gateway")
                yield _symbol("route", node, f"route {_address(node)}", f"via {via}" if via else "")
            case "dns":
                yield from (_dns_host(each) for each in node.all("host"))


def _subnet(node: Node) -> Symbol:
    dhcp = node.child("dhcp")
    inside: list[Symbol] = []
    for each in dhcp.children if dhcp else ():
        if each.name == "range":
            inside.append(_symbol("range", each, f"{each.get('start') or ''}–{each.get('end') or ''}", "DHCP range"))
        elif each.name == "host":
            label, address = each.get("name") or each.get("mac") or each.get("id"), each.get("ip")
            inside.append(_symbol("host", each, label or address or "", address if label and address else ""))
    return _symbol("subnet", node, _address(node), "subnet", inside)


def _address(node: Node) -> str:
    address, prefix = node.get("address") or "", node.get("prefix") or node.get("netmask")
    return f"{address}/{prefix}" if prefix else address


def _dns_host(node: Node) -> Symbol:
    names = ", ".join(each.text.strip() for each in node.all("hostname"))
    return _symbol("host", node, names or node.get("ip") or "", node.get("ip") or "" if names else "")


_PLUGS = {"network": "network", "bridge": "bridge", "direct": "dev"}


def _nic(number: int, interface: Interface) -> Symbol:
    kind, source = interface.node.get("type") or "", interface.source
    plug = source.get(_PLUGS[kind]) if source and kind in _PLUGS else None
    found = [
        _symbol("reference", each, f"filter {each.get('filter') or ''}", "") for each in interface.node.all("filterref")
    ]
    detail = ", ".join(filter(None, (f"{kind} {plug or ''}".strip(), interface.mac)))
    return _symbol("NIC", interface.node, f"NIC {number}", detail, found)


def _in_filter(nwfilter: Filter) -> Iterator[Symbol]:
    for node in nwfilter.node.children:
        if node.name == "rule":
            words = (node.get("action"), node.get("direction"), FilterRule(node).protocol)
            match = node.children[0].attributes.values() if node.children else ()
            detail = " ".join(f"{each.name}={each.value}" for each in match)
            yield _symbol("rule", node, " ".join(each for each in words if each), detail)
        elif node.name == "filterref":
            yield _symbol("reference", node, f"filter {node.get('filter') or ''}", "included")


def _symbol(role: SymbolRole, node: Node, name: str, detail: str, children: Iterable[Symbol] = ()) -> Symbol:
    # Editors refuse an empty name.
    return Symbol(role, name.strip() or f"({role})", detail, node.span, node.name_span, tuple(children))


ROLES: dict[str, SymbolRole] = {
    "network": "network", "bridge": "bridge", "port group": "port group", "network filter": "filter"
}  # fmt: skip
"""The roles of what has a name, by the kind of the name."""
