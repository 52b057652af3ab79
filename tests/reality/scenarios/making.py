"""Short ways to write the networks and guests that most scenarios have."""

from __future__ import annotations

from ipaddress import ip_interface

from tests.reality.scenario import Guest, Nic, defaults


def network(name: str, forward: str, *addresses: str, inside: str = "") -> str:
    """The XML of a network on the bridge `vb-NAME` that has addresses; `inside` is more XML."""
    lines = ["<network>", f"  <name>{name}</name>"]
    lines += [f"  {forward}"] * bool(forward)
    lines.append(f"  <bridge name='vb-{name}' stp='off'/>")
    for each in addresses:
        address, prefix = each.split("/")
        family = " family='ipv6'" if ":" in each else ""
        lines.append(f"  <ip{family} address='{address}' prefix='{prefix}'/>")
    return "\n".join([*lines, *([f"  {inside}"] * bool(inside)), "</network>", ""])


def nat(name: str, *addresses: str, dev: str | None = None, inside: str = "") -> str:
    """A NAT network; `inside` is XML within its `<forward>`."""
    by = f" dev='{dev}'" if dev else ""
    return network(name, f"<forward mode='nat'{by}>{inside}</forward>", *addresses)


def routed(name: str, *addresses: str, dev: str | None = None, inside: str = "") -> str:
    """A routed network."""
    return network(name, f"<forward mode='route'{f' dev={dev!r}' if dev else ''}/>", *addresses, inside=inside)


def opened(name: str, *addresses: str, inside: str = "") -> str:
    """An open network."""
    return network(name, "<forward mode='open'/>", *addresses, inside=inside)


def isolated(name: str, *addresses: str, inside: str = "") -> str:
    """An isolated network."""
    return network(name, "", *addresses, inside=inside)


def bridged(name: str, bridge: str) -> str:
    """A network that is a bridge of the host."""
    return f"<network>\n  <name>{name}</name>\n  <forward mode='bridge'/>\n  <bridge name='{bridge}'/>\n</network>\n"


def direct(name: str, mode: str, *devices: str) -> str:
    """A network of macvtaps on NICs of the host."""
    nics = "".join(f"<interface dev='{each}'/>" for each in devices)
    return f"<network>\n  <name>{name}</name>\n  <forward mode='{mode}'>{nics}</forward>\n</network>\n"


def gateways(*addresses: str) -> tuple[str, ...]:
    """The first address of the subnet of each address."""
    return tuple(str(ip_interface(each).network[1]) for each in addresses)


def guest(name: str, network: str, *addresses: str, via: bool = True, isolated: bool = False) -> Guest:
    """A guest with fixed addresses and, with `via`, the first address of each subnet as its gateway."""
    routes = defaults(*gateways(*addresses)) if via else ()
    return Guest(name, (Nic(network, addresses, isolated=isolated),), routes)


def lan_guest(name: str, nic: Nic) -> Guest:
    """A guest of the LAN, whose gateway is the router."""
    return Guest(name, (nic,), defaults("192.168.50.1", "fd50::1"))
