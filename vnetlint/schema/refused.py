"""Which schema faults libvirt's parser refuses at define: what of its tables a fault comes under.

The schema is not libvirt's parser: of what it rejects, some is dropped without a word, some refused. A name that is
misspelt, or an element in the wrong place, is dropped, and then missed where it should be.
"""

from vnetlint.finding import When
from vnetlint.model.addresses import parse_mac
from vnetlint.schema import refusals
from vnetlint.schema.fault import Fault
from vnetlint.xml.tree import Node

_DEVICES = "domain/devices/"


def message_of(fault: Fault) -> str | None:
    """Give what libvirt says when it refuses a document for a fault; None where it may take the document."""
    node = fault.node
    if fault.kind == "bad-value":
        return _of_value(fault, fault.attribute.value) if fault.attribute is not None else _of_text(fault)
    if fault.kind == "duplicate-element":
        return _said(refusals.SECOND.get(path_of(node)), node)
    if fault.kind == "unknown-attribute" and {"prefix", "netmask"} <= node.attributes.keys():
        return _said(refusals.EXCLUSIVE.get(f"{path_of(node)}@{fault.name}"), node)
    if fault.kind in ("missing-attribute", "unknown-attribute"):
        name = fault.name if fault.kind == "missing-attribute" else fault.meant
        return _without_attribute(node, name) if name and name not in node.attributes else None
    if fault.kind == "missing-element":
        return _without_element(node, fault.name)
    if fault.kind == "unknown-element" and node.parent is not None:
        refused = _said(refusals.UNKNOWN.get(path_of(node.parent)), node)
        return refused or (_without_element(node.parent, fault.meant) if fault.meant else None)
    return _of_misplaced(fault) if fault.kind == "misplaced-element" else None


def refused_later(fault: Fault) -> tuple[When, str | None] | None:
    """Return when a fault that libvirt's parser accepts stops a network or guest, and what is said then.

    QEMU looks for a relative path in `/`. The kernel sets no MTU above 65535.
    """
    if fault.kind != "bad-value" or fault.attribute is None:
        return None
    place = f"{path_of(fault.node)}@{fault.name}"
    if place in ("domain/devices/disk/source@file", "domain/devices/disk/source@dev"):
        return "start", None
    if not fault.attribute.value.lstrip("-").isdecimal():
        return None
    if place == "network/mtu@size" and _makes_bridge(fault.node.document.root):
        return "start", refusals.NO_MTU
    return ("plug", refusals.NO_MTU) if place == "domain/devices/interface/mtu@size" else None


def _makes_bridge(network: Node) -> bool:
    forward = network.child("forward")
    return forward is None or forward.get("mode") in (None, "", "none", "nat", "route", "open")


def _of_value(fault: Fault, value: str) -> str | None:
    node, name = fault.node, fault.name
    path = f"{path_of(node)}@{name}"
    if not value and path in refusals.EMPTY:
        return refusals.EMPTY[path]
    mac = parse_mac(value)
    if mac is not None and path in refusals.MULTICAST and int(mac[:2], 16) & 1:
        return _said(refusals.MULTICAST[path], node, name, value)
    if path in refusals.VIRTIO_ONLY and not _is_virtio(node):
        return None
    if path.startswith("filter/rule/"):
        return _said(refusals.ILLEGAL, node, name, value) if refusals.is_illegal(node.name, name, value) else None
    of_any_device = f"domain/devices/*/{node.name}@{name}" if path.startswith(_DEVICES) and path.count("/") == 3 else ""
    for table in (refusals.VALUES, refusals.OUT_OF_RANGE):
        cannot_be_read, template = table.get(path) or table.get(of_any_device) or (None, "")
        if cannot_be_read is not None and cannot_be_read(value):
            return _said(template, node, name, value)
    return None


def _of_misplaced(fault: Fault) -> str | None:
    refused = refusals.MISPLACED.get(path_of(fault.node))
    if refused is not None and fault.node.parent is not None:
        return _said(refused, fault.node.parent)
    return _without_element(fault.related, fault.name) if fault.related is not None else None


def _of_text(fault: Fault) -> str | None:
    path, value = path_of(fault.node), fault.node.text.strip()
    if not value and path in refusals.EMPTY:
        return refusals.EMPTY[path]
    cannot_be_read, template = refusals.TEXTS.get(path, (None, ""))
    return _said(template, fault.node, value=value) if cannot_be_read is not None and cannot_be_read(value) else None


def _without_attribute(node: Node, name: str) -> str | None:
    path = path_of(node)
    kind = node.parent.get("type") if node.parent is not None else None
    if path == "domain/devices/interface/source" and name in refusals.SOURCES.get(kind or "", ()):
        return _said(refusals.LACKS_ATTRIBUTE, node, name)
    return _said(refusals.MISSING.get(f"{path}@{name}"), node, name)


def _without_element(node: Node, name: str) -> str | None:
    """Say what libvirt says of an element without a child; nothing where it has one."""
    if node.child(name) is not None:
        return None
    path = f"{path_of(node)}/{name}"
    if path == "domain/devices/interface/source" and node.get("type") in refusals.SOURCES:
        return _said(refusals.LACKS_SOURCE, node)
    return _said(refusals.ABSENT.get(path), node)


def _said(template: str | None, node: Node, attribute: str = "", value: str = "") -> str | None:
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


def _is_virtio(driver: Node) -> bool:
    model = driver.parent.child("model") if driver.parent is not None else None
    kind = model.get("type") if model is not None else None
    return kind is not None and kind in ("virtio", "virtio-transitional", "virtio-non-transitional")


def path_of(node: Node) -> str:
    """Give the names of the elements from the root to a node, joined by `/`."""
    steps = [node.name]
    above = node.parent
    while above is not None:
        steps.append(above.name)
        above = above.parent
    return "/".join(reversed(steps))
