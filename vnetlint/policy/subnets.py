"""Subnets that policies name, and whether an address or a subnet is in one of them."""

from collections.abc import Iterable
from ipaddress import ip_network

from vnetlint.model.addresses import Subnet


def subnet_named(text: str) -> Subnet:
    """Return a subnet. Raises ValueError, in words, if the text is not one."""
    try:
        subnet = ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"'{text[:60]}' is not a subnet such as 10.20.0.0/16") from None
    try:
        return ip_network(text)
    except ValueError:
        raise ValueError(f"'{text[:60]}' is an address within a subnet; did you mean '{subnet}'?") from None


def within(text: str, subnets: Iterable[Subnet]) -> bool | None:
    """Whether an address or subnet is in one of some subnets; None if it is neither."""
    try:
        found = ip_network(text, strict=False)
    except ValueError:
        return None
    return any(
        found.version == each.version
        and each.network_address <= found.network_address  # type: ignore[operator]
        and found.broadcast_address <= each.broadcast_address  # type: ignore[operator]
        for each in subnets
    )
