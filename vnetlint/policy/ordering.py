"""Values that have an order: numbers, MAC addresses, IP addresses."""

from typing import Literal, NamedTuple

from vnetlint.model.addresses import parse_address, parse_mac


class Ordering(NamedTuple):
    """A value as a number, and what kind of value it is; only values of one kind are compared."""

    kind: Literal["number", "mac", "ipv4", "ipv6"]
    number: int


def ordered(text: str) -> Ordering | None:
    """Return the place of a value in the order of its kind, or None if it has none."""
    if text.isascii() and text.isdigit() and len(text) < 20:
        return Ordering("number", int(text))
    if mac := parse_mac(text):
        return Ordering("mac", int(mac.replace(":", ""), 16))
    if address := parse_address(text):
        return Ordering("ipv4" if address.version == 4 else "ipv6", int(address))
    return None
