"""Which schema faults libvirt's parser refuses at define, and in which words.

The schema is not libvirt's parser. Of what the schema does not allow, libvirt drops some without a word and refuses the
rest. A misspelt name, or an element in the wrong place, is dropped, and then missing where it should be.
"""

from vnetlint.finding import When
from vnetlint.schema import libvirt_messages
from vnetlint.schema.annotations import annotation, path_of
from vnetlint.schema.fault import Fault
from vnetlint.xml.node import Node


def message_of(fault: Fault) -> str | None:
    """What libvirt says when it refuses a document for a fault; None if it may accept the document."""
    node, form = fault.node, fault.form
    if form is not None:
        return (_without_attribute if form.element is None else _without_element)(form.on, form.name)
    match fault.kind:
        case "bad-value":
            return _of_value(fault)
        case "duplicate-element":
            return _filled_in(annotation(path_of(node), "second"), node)
        case "missing-attribute":
            return _without_attribute(node, fault.name)
        case "unknown-attribute":
            if {"prefix", "netmask"} <= node.attributes.keys():
                return _filled_in(annotation(path_of(node, fault.name), "exclusive"), node)
            return _without_attribute(node, fault.meant)
        case "missing-element":
            return _without_element(node, fault.name)
        case "unknown-element" if node.parent is not None:
            refused = _filled_in(annotation(path_of(node.parent), "unknown"), node)
            return refused or (_without_element(node.parent, fault.meant) if fault.meant else None)
        case "misplaced-element":
            return _of_misplaced(fault)
    return None


def refused_later(fault: Fault) -> tuple[When, str | None] | None:
    """When a fault that libvirt's parser accepts stops a network or guest, and what libvirt says then.

    QEMU looks for a relative path in `/`. The kernel sets no MTU above 65535.
    """
    if fault.kind != "bad-value" or fault.attribute is None:
        return None
    path = path_of(fault.node, fault.name)
    if path in ("domain/devices/disk/source@file", "domain/devices/disk/source@dev"):
        return "start", None
    if not fault.attribute.value.lstrip("-").isdecimal():
        return None
    if path == "network/mtu@size" and _makes_bridge(fault.node.document.root):
        return "start", libvirt_messages.NO_MTU
    return ("plug", libvirt_messages.NO_MTU) if path == "domain/devices/interface/mtu@size" else None


def _makes_bridge(network: Node) -> bool:
    forward = network.child("forward")
    return forward is None or forward.get("mode") in (None, "", "none", "nat", "route", "open")


def _of_value(fault: Fault) -> str | None:
    node = fault.node
    value = node.text.strip() if fault.attribute is None else fault.attribute.value
    name = "" if fault.attribute is None else fault.name
    path = path_of(node, name)
    if annotation(path, "of") == "virtio" and not (_is_virtio(node) or _assigns_card(node, name)):
        return None
    return _filled_in(libvirt_messages.of_value(path, value), node, name, value)


def _of_misplaced(fault: Fault) -> str | None:
    refused = annotation(path_of(fault.node), "misplaced")
    if refused is not None and fault.node.parent is not None:
        return _filled_in(refused, fault.node.parent)
    return _without_element(fault.related, fault.name) if fault.related is not None else None


def _without_attribute(node: Node, name: str) -> str | None:
    if not name or name in node.attributes:
        return None
    path = path_of(node, name)
    kind = node.parent.get("type") if node.parent is not None else None
    if path.startswith("domain/devices/interface/source@") and name in libvirt_messages.SOURCES.get(kind or "", ()):
        return _filled_in(libvirt_messages.REQUIRED, node, name)
    return _filled_in(libvirt_messages.of_missing(path), node, name)


def _without_element(node: Node, name: str) -> str | None:
    """What libvirt says of an element without a child; None if it has one."""
    if node.child(name) is not None:
        return None
    path = f"{path_of(node)}/{name}"
    if path == "domain/devices/interface/source" and node.get("type") in libvirt_messages.SOURCES:
        return _filled_in(libvirt_messages.LACKS_SOURCE, node)
    return _filled_in(libvirt_messages.of_missing(path), node)


def _filled_in(template: str | None, node: Node, attribute: str = "", value: str = "") -> str | None:
    if template is None:
        return None
    name = node.document.root.child("name")
    kind = node.get("type") or (node.parent.get("type") if node.parent is not None else None)
    return template.format(
        element=node.name,
        attribute=attribute,
        value=value,
        name=name.text.strip() if name else "",
        service=node.get("service") or "",
        record=node.get("name") or "",
        type=kind or "",
    ).rstrip()


def _assigns_card(driver: Node, name: str) -> bool:
    """Whether an attribute of a driver says how a card of the host is assigned."""
    return name == "name" and driver.parent is not None and driver.parent.get("type") == "hostdev"


def _is_virtio(driver: Node) -> bool:
    model = driver.parent.child("model") if driver.parent is not None else None
    kind = model.get("type") if model is not None else None
    return kind is not None and kind in ("virtio", "virtio-transitional", "virtio-non-transitional")
