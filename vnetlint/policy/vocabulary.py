"""The names of the model that selectors use: kinds of elements, their values, and the elements they lead to."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from vnetlint.model import Domain, Filter, Interface, Network, View
from vnetlint.model.view import has_unknowns, known, text_of
from vnetlint.project import Project
from vnetlint.xml.node import Attribute, Node


class FoundValue(NamedTuple):
    """A value of an element, and where it is written. The text is None if it is a placeholder or unknown."""

    text: str | None
    place: Node | Attribute


@dataclass(frozen=True)
class ModelName:
    """A name of the model: how it is read, and whether that takes the other files of the project."""

    words: str
    read: Callable[[Any, Project | None], Iterable[FoundValue]]
    needs_project: bool = False


@dataclass(frozen=True)
class Leading:
    """A name of the model that leads to other elements, of the kind `to`; None among them is one that is unknown."""

    words: str
    to: str
    read: Callable[[Any, Project | None], Iterable[View | None]]
    needs_project: bool = False
    is_many: bool = True
    """Whether it leads to parts, of which there may be many, and not to the one that an element belongs to."""


@dataclass(frozen=True)
class Subject:
    """A kind of element that rules can be about."""

    words: str
    on: type[View] | tuple[type[View], ...]
    """The view that the engine calls rules with; several if the elements can be in any document."""
    views: Callable[[Any], Iterable[View]]
    """The elements of the kind in that view."""
    values: Mapping[str, ModelName]
    relations: Mapping[str, Leading] = field(default_factory=dict)


def written(node: Node, elements: Iterable[str], attribute: str | None) -> list[FoundValue]:
    """Return the values of an element's XML: of an attribute, or the texts of child elements."""
    found, unknown = [node], []
    for name in elements:
        below = [child for each in found for child in each.all(name)]
        unknown += [FoundValue(None, each) for each in found if not each.all(name) and each.has_unknown_content]
        found = below
    values = (_of_attribute(each, attribute) if attribute else _of_text(each) for each in found)
    return [*(each for each in values if each is not None), *unknown]


def _of_attribute(node: Node, name: str) -> FoundValue | None:
    place = node.attributes.get(name)
    if place is None:
        return FoundValue(None, node) if node.has_unknown_attributes else None
    # An empty value is a value, and a placeholder is none.
    return FoundValue(known(place.value) if place.value else "", place)


def _of_text(node: Node) -> FoundValue:
    text = node.text.strip()
    return FoundValue(known(text) if text else "", node)


def _xml(words: str, path: str, parse: Callable[[str], str] = str) -> ModelName:
    """Return a name for a value as it is written, such as `source/@dev`."""
    *elements, last = path.split("/")
    attribute = last.removeprefix("@") if last.startswith("@") else None
    steps = elements if attribute else [*elements, last]

    def read(view: View, _: Project | None) -> Iterable[FoundValue]:
        return (
            each._replace(text=parse(each.text)) if each.text else each for each in written(view.node, steps, attribute)
        )

    return ModelName(words, read)


def _value(words: str, read: Callable[[Any], object], place: Callable[[Any], Node | Attribute | None]) -> ModelName:
    """Return a name for a value of the model. It is absent if its place is, and unknown if it is None at its place."""

    def values(view: View, _: Project | None) -> Iterable[FoundValue]:
        at = place(view)
        if at is not None:
            value = read(view)
            yield FoundValue(None if value is None else str(value), at)

    return ModelName(words, values)


def _flag(words: str, read: Callable[[Any], bool], place: Callable[[Any], Node | Attribute | None]) -> ModelName:
    """Return a name for a setting that is always `yes` or `no`."""
    return _value(words, lambda view: "yes" if read(view) else "no", lambda view: place(view) or view.node)


def _filter_of(interface: Interface, _: Project | None) -> Iterable[FoundValue]:
    if (reference := interface.filterref) is not None:
        yield FoundValue(reference.filter, reference.attribute("filter") or reference.node)


def _network_of(interface: Interface, project: Project | None) -> Iterable[View | None]:
    if interface.type == "network":
        # A network that no file defines, or that could be one of several, is unknown.
        yield project.networks.of(interface) if project else None


def _guests_on(network: Network, project: Project | None) -> Iterable[View]:
    return project.guests.interfaces_on(network) if project else ()


def _around(view: View, _: Project | None) -> Iterable[View]:
    root = view.node.document.root
    return (Network(root),) if root.name == "network" else (Filter(root),)


def _lower(text: str) -> str:
    return text.lower()


SUBJECTS: Mapping[str, Subject] = {
    "network": Subject(
        "a network",
        Network,
        lambda network: (network,),
        {
            "name": _xml("its name", "name"),
            "uuid": _xml("its UUID", "uuid", _lower),
            "mode": _value(
                "its forward mode; `isolated` without <forward>", lambda each: each.mode, lambda each: each.mode_place
            ),
            "device": _xml("the NIC of the host that traffic leaves by", "forward/@dev"),
            "bridge": _xml("its bridge", "bridge/@name"),
            "mac": _xml("the MAC address of its bridge", "mac/@address", _lower),
            "mtu": _xml("its MTU", "mtu/@size"),
            "domain": _xml("its DNS domain", "domain/@name", _lower),
            "isolated": _flag(
                "whether its guests are kept from each other", lambda each: each.isolates_ports, lambda each: each.port
            ),
            "trust-rx-filters": _xml("whether guests may change their filters", "@trustGuestRxFilters"),
        },
        {
            "ip": Leading("its addresses", "ip", lambda network, _: network.ips),
            "portgroup": Leading("its port groups", "portgroup", lambda network, _: network.portgroups),
            "route": Leading("its static routes", "route", lambda network, _: network.routes),
            "interface": Leading("the guests' NICs on it", "interface", _guests_on, needs_project=True),
        },
    ),
    "guest": Subject(
        "a guest",
        Domain,
        lambda domain: (domain,),
        {
            "name": _xml("its name", "name"),
            "uuid": _xml("its UUID", "uuid", _lower),
            "type": _xml("its hypervisor, such as `kvm`", "@type"),
        },
        {"interface": Leading("its NICs", "interface", lambda domain, _: domain.interfaces)},
    ),
    "interface": Subject(
        "a guest's NIC",
        Interface,
        lambda interface: (interface,),
        {
            "type": _xml("its type", "@type"),
            "mac": _xml("its MAC address", "mac/@address", _lower),
            "model": _xml("its card", "model/@type"),
            "bridge": _value(
                "the host's bridge that it joins", lambda each: known(each.bridge.value), lambda each: each.bridge
            ),
            "device": _value(
                "the host's NIC that it takes by macvtap",
                lambda each: known(each.device.value),
                lambda each: each.device,
            ),
            "mode": _value(
                "its macvtap mode; `vepa` by default",
                lambda each: known(each.direct_mode),
                lambda each: each.source if each.type == "direct" else None,
            ),
            "portgroup": _xml("its port group", "source/@portgroup"),
            "target": _xml("the host's end", "target/@dev"),
            "filter": ModelName("the network filter that libvirt applies", _filter_of),
            "isolated": _flag("whether its port is isolated", lambda each: each.isolates_ports, lambda each: each.port),
            "vlan": _xml("its VLANs", "vlan/tag/@id"),
            "trust-rx-filters": _xml("whether the guest may change its filters", "@trustGuestRxFilters"),
        },
        {
            "guest": Leading("its guest", "guest", lambda interface, _: (interface.domain,), is_many=False),
            "network": Leading("the network that it names", "network", _network_of, needs_project=True, is_many=False),
        },
    ),
    "filter": Subject(
        "a network filter",
        Filter,
        lambda each: (each,),
        {
            "name": _xml("its name", "@name"),
            "chain": _value("its chain; `root` by default", lambda each: each.chain, lambda each: each.node),
            "uuid": _xml("its UUID", "uuid", _lower),
        },
        {"rule": Leading("its rules", "filter-rule", lambda each, _: each.rules)},
    ),
    "ip": Subject(
        "an <ip> of a network",
        Network,
        lambda network: network.ips,
        {
            "address": _xml("the address of the bridge", "@address", _lower),
            "subnet": _value("the subnet", lambda each: each.subnet, lambda each: each.attribute("address")),
            "family": _value("`ipv4` or `ipv6`", lambda each: each.family, lambda each: each.node),
        },
        {
            "network": Leading("its network", "network", _around, is_many=False),
            "range": Leading("its DHCP ranges", "range", lambda each, _: each.ranges),
            "host": Leading("its static hosts", "host", lambda each, _: each.hosts),
        },
    ),
    "portgroup": Subject(
        "a port group of a network",
        Network,
        lambda network: network.portgroups,
        {
            "name": _xml("its name", "@name"),
            "default": _flag("whether it applies without being chosen", lambda each: each.is_default, lambda _: None),
            "vlan": _xml("its VLANs", "vlan/tag/@id"),
            "trust-rx-filters": _xml("whether guests may change their filters", "@trustGuestRxFilters"),
        },
        {"network": Leading("its network", "network", _around, is_many=False)},
    ),
    "route": Subject(
        "a static route of a network",
        Network,
        lambda network: network.routes,
        {
            "subnet": _value("its destination", lambda each: each.subnet, lambda each: each.attribute("address")),
            "gateway": _xml("its gateway", "@gateway", _lower),
        },
        {"network": Leading("its network", "network", _around, is_many=False)},
    ),
    "range": Subject(
        "a DHCP range of a network",
        Network,
        lambda network: (each for ip in network.ips for each in ip.ranges),
        {
            "start": _xml("its first address", "@start", _lower),
            "end": _xml("its last address", "@end", _lower),
            "size": _value("its number of addresses", lambda each: each.size or None, lambda each: each.node),
        },
        {"network": Leading("its network", "network", _around, is_many=False)},
    ),
    "host": Subject(
        "a static host of a network",
        Network,
        lambda network: (each for ip in network.ips for each in ip.hosts),
        {
            "name": _xml("its name", "@name", _lower),
            "mac": _xml("its MAC address", "@mac", _lower),
            "address": _xml("its address", "@ip", _lower),
        },
        {"network": Leading("its network", "network", _around, is_many=False)},
    ),
    "filter-rule": Subject(
        "a <rule> of a network filter",
        Filter,
        lambda each: each.rules,
        {
            "action": _xml("what becomes of a packet", "@action"),
            "direction": _xml("`in`, `out` or `inout`, as seen from the guest", "@direction"),
            "protocol": _value("its protocol", lambda each: each.protocol, lambda each: each.match),
            "priority": _value("its priority; 500 by default", lambda each: each.priority, lambda each: each.node),
        },
        {"filter": Leading("its filter", "filter", _around, is_many=False)},
    ),
}
"""By the name that selectors use."""

ELEMENT = Subject(
    "an element that an XPath selects",
    (Network, Domain, Filter),
    lambda document: (document,),
    {
        "element": _value("its name", lambda each: each.node.name, lambda each: each.node),
        "document": _value(
            "the name of the network, guest or filter that it is in",
            lambda each: _document_name(each.node),
            lambda each: each.node,
        ),
    },
)
"""What an XPath selects if no kind is named."""


def _document_name(node: Node) -> str | None:
    root = node.document.root
    return known(root.get("name")) if root.name == "filter" else text_of(root.child("name"))


ALIASES: Mapping[str, str] = {"domain": "guest"}
"""Other names of kinds."""


def is_known(view: View | None) -> bool:
    """Whether an element and all in it are known: no placeholder stands for whole elements or attributes."""
    return view is not None and not (view.is_template and has_unknowns(view.node))
