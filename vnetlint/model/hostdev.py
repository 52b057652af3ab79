"""Devices of the host that a guest takes, and which of them are the same one for libvirt."""

from collections.abc import Iterable, Iterator

from vnetlint.model.view import known
from vnetlint.xml.node import Node

Identity = tuple[str | int, ...]

_PCI = ("domain", "bus", "slot", "function")
_NUMBERS = {"pci": _PCI, "usb": ("bus", "device"), "scsi": ("bus", "target", "unit")}


def repeated(devices: Iterable[Node]) -> Iterator[tuple[Node, Node]]:
    """Yield each device whose `<source>` an earlier one has, with that one.

    A USB device is named by its address, by vendor and product, or by both. If two devices have addresses, these
    decide.
    """
    by_address: dict[Identity, Node] = {}
    by_product: dict[Identity, Node] = {}
    without_address: dict[Identity, Node] = {}
    for device in devices:
        source = device.child("source")
        kind = device.get("type") or "" if device.name == "hostdev" else "pci"
        address, product = (_address(kind, source), _product(kind, source)) if source else (None, None)
        earlier = by_address.get(address) if address else by_product.get(product) if product else None
        earlier = earlier or (without_address.get(product) if product else None)
        if earlier is not None:
            yield device, earlier
            continue
        if address:
            by_address[address] = device
        if product:
            by_product.setdefault(product, device)
            if not address:
                without_address[product] = device


def pci_attributes(address: str) -> dict[str, str]:
    """Return the attributes that spell a PCI address such as `0000:04:00.1`."""
    domain, bus, rest = address.split(":")
    return {name: f"0x{value}" for name, value in zip(_PCI, (domain, bus, *rest.split(".")), strict=True)}


def _address(kind: str, source: Node) -> Identity | None:
    place = source.child("address")
    unique = source.get("wwpn") if kind == "scsi_host" else place.get("uuid") if place and kind == "mdev" else None
    if unique is not None:
        return (kind, unique.lower()) if known(unique) else None
    numbers = _numbers(place.get(name) or "0" for name in _NUMBERS.get(kind, ())) if place else ()
    adapter = source.child("adapter")
    host = (adapter.get("name") if adapter else None) or ""
    return (kind, host, *numbers) if numbers and (kind != "scsi" or known(host)) else None


def _product(kind: str, source: Node) -> Identity | None:
    parts = [source.child(name) for name in ("vendor", "product")]
    numbers = _numbers((part.get("id") if part else None) or "" for part in parts)
    return (kind, *numbers) if kind == "usb" and numbers else None


def _numbers(values: Iterable[str]) -> tuple[int, ...]:
    """Return decimal or hexadecimal numbers; nothing if one is unknown."""
    try:
        return tuple(int(value, 0) for value in values)
    except ValueError:
        return ()
