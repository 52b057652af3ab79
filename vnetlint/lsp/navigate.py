"""Go to the definition of a network, port group or filter, and find the references to it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vnetlint.finding import Span
from vnetlint.model import Domain, Filter, Interface, Model, Network
from vnetlint.model.domain import FilterRef
from vnetlint.project import Project
from vnetlint.xml.node import Node


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file."""

    path: str
    span: Span


def definitions(project: Project, path: str, offset: int) -> list[Spot]:
    """Return where the network, port group or filter is defined that the attribute at an offset names."""
    for model in project.models:
        if model.path == path and model.node.start <= offset <= model.node.end:
            return list(dict.fromkeys(_definitions(project, model, offset)))
    return []


def references(project: Project, path: str, offset: int, declaration: bool) -> list[Spot]:
    """Return the references to the network or filter whose name or reference is at an offset.

    `declaration` adds the definition itself.
    """
    targets = _targets(project, path, offset)
    found = [spot for target in targets for spot in _named_by(project, target)]
    if declaration:
        found = [name_of(target) for target in targets] + found
    return list(dict.fromkeys(found))


def _definitions(project: Project, model: Model, offset: int) -> Iterator[Spot]:
    for target in _named_at(project, model, offset):
        yield name_of(target)
    if isinstance(model, Domain):
        for interface in model.interfaces:
            group = interface.portgroup
            if group is None or not _within(group.span, offset):
                continue
            for network in _networks_of(project, interface):
                for each in network.node.all("portgroup"):
                    if each.get("name") == group.value:
                        yield Spot(network.path, each.attributes["name"].value_span)


def _targets(project: Project, path: str, offset: int) -> list[Network | Filter]:
    """Return the networks or filters that are meant at an offset, by their own name or by a reference to it."""
    for model in project.models:
        if model.path != path or not model.node.start <= offset <= model.node.end:
            continue
        if isinstance(model, (Network, Filter)) and _within(name_span(model), offset):
            return [model]
        return list(_named_at(project, model, offset))
    return []


def _named_at(project: Project, model: Model, offset: int) -> Iterator[Network | Filter]:
    if isinstance(model, Domain):
        for interface in model.interfaces:
            if interface.network is not None and _within(interface.network.span, offset):
                yield from _networks_of(project, interface)
    for reference in _filter_references(model):
        attribute = reference.node.attributes.get("filter")
        if attribute is not None and _within(attribute.span, offset):
            meant = project.filters.of(reference)
            yield from [meant] if isinstance(meant, Filter) else project.filters.by_name.get(attribute.value, ())


def _networks_of(project: Project, interface: Interface) -> Iterable[Network]:
    """Return the network that an interface means, or all with its name if that is ambiguous."""
    meant = project.networks.of(interface)
    name = interface.network.value if interface.network else ""
    return [meant] if meant else project.networks.by_name.get(name, ())


def _named_by(project: Project, target: Network | Filter) -> Iterator[Spot]:
    if isinstance(target, Network):
        for interface in project.guests.interfaces_on(target):
            if interface.network is not None:
                yield Spot(interface.domain.path, interface.network.value_span)
        return
    for reference in project.filters.references_to(target):
        yield Spot(reference.node.document.source.path, reference.node.attributes["filter"].value_span)


def _filter_references(model: Model) -> Iterator[FilterRef]:
    for node in model.node.descendants():
        if node.name == "filterref":
            yield FilterRef(node)


def name_of(model: Network | Filter) -> Spot:
    """Return the place of a network's or filter's name."""
    return Spot(model.path, name_span(model))


def name_span(model: Network | Filter) -> Span:
    """Return the span of a network's or filter's name, or of its start tag's name if it has none."""
    if isinstance(model, Filter) and "name" in model.node.attributes:
        return model.node.attributes["name"].value_span
    name: Node | None = model.node.child("name")
    if name is None:
        return model.node.name_span
    text = name.document.source.excerpt(name.content_span)
    start = name.open_end + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip())) if text.strip() else name.name_span


def _within(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end
