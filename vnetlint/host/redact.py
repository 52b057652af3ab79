"""Redaction: names and addresses of an inventory are replaced, so that what contains or equals what stays the same.

IP addresses are mapped prefix by prefix: two addresses share as many leading bits afterwards as before, so subnets
contain what they contained. What kind of address it is (private, link-local, loopback, multicast) stays, and with it
the first bits of public addresses. Whoever knows some of the original addresses can infer the beginning of others.
What is not replaced: kinds, sizes of subnets, ports, policies, versions, PCI addresses, and how many of each there are.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any, NamedTuple

from vnetlint.host.inventory import Inventory
from vnetlint.host.names import comes_and_goes, engine_of, kind_of
from vnetlint.model.addresses import Address
from vnetlint.model.network import DEFAULT_NETWORK

_KEPT = tuple(ip_network(each) for each in (
    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "224.0.0.0/4",
    "0.0.0.0/8", "255.255.255.255/32", "fe80::/10", "ff00::/8", "::/127", "fc00::/8", "fd00::/8",
))  # fmt: skip
"""Subnets whose addresses mean something by themselves: no address is mapped into or out of them."""
_WHOLE = tuple(ip_network(each) for each in (
    "127.0.0.0/8", "224.0.0.0/4", "0.0.0.0/8", "255.255.255.255/32", "ff00::/8", "::/127",
))  # fmt: skip
"""Those of which each address stays: loopback, multicast, broadcast and the absence of an address."""
_FIXED = frozenset(
    (each.version, place, int(each.network_address) >> (each.max_prefixlen - place))
    for each in _KEPT
    for place in range(each.prefixlen)
)
"""The beginnings, by their length, after which a bit must stay because a subnet of those above begins so."""
_USUAL_NAMES = frozenset({"lo", "host", "internet"})
_KERNEL_NAME = re.compile(
    r"(?:(?:eth|wlan|bond|vnet|virbr|docker|tap|tun|macvtap|dummy|ifb|br)\d*"
    r"|en(?:o\d+|s\d+|p\d+s\d+)(?:f\d+)?(?:np\d+|d\d+)?|wlp\d+s\d+)(?:\.\d+)?"
)
"""Names that the kernel, systemd or libvirt give, which say nothing about a site. That of `enx…` has a MAC in it."""


_ZONES = frozenset(
    ("block", "dmz", "drop", "external", "home", "internal", "libvirt", "libvirt-routed", "public", "trusted", "work")
)
"""The zones that firewalld and libvirt bring."""


class _Name(NamedTuple):
    """A key whose texts are names: what the replacements begin with, and which names stay."""

    kind: str
    stays: Callable[[str], bool]


_ADDRESSES = frozenset(("to", "via", "from", "address", "addresses", "gateways", "subnets", "translated"))
"""The keys of addresses and subnets, wherever they are."""
_NAMES = {
    ("name",): _Name("host", lambda text: text == "host"),
    ("networks", "name"): _Name("network", lambda text: text == DEFAULT_NETWORK),
    ("guests", "name"): _Name("guest", lambda _: False),
    ("machines", "name"): _Name("machine", lambda _: False),
    # libvirt's own filters begin so.
    ("filters",): _Name("filter", lambda text: text.startswith(("allow-", "clean-traffic", "no-", "qemu-announce"))),
    ("interfaces", "lan"): _Name("lan", lambda _: False),
    ("migration_group",): _Name("group", lambda _: False),
    ("firewalld_zones",): _Name("zone", lambda text: text in _ZONES),
    ("firewall", "table"): _Name("table", lambda text: text.startswith("iptables")),
}


def redacted(inventory: Inventory, key: str | None = None) -> Inventory:
    """Return an inventory without what must not leave a site. The same key makes the same replacements.

    Without a key it is random, so that two runs cannot be compared.
    """
    mapping = _Mapping((key or secrets.token_hex(32)).encode())
    data = inventory.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return Inventory.model_validate(mapping.part(data, ()))


class _Mapping:
    """The replacements under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.address = cache(self._address)

    def part(self, value: Any, path: tuple[str, ...]) -> Any:
        """Return a part of an inventory with its replacements. `path` has the keys that lead to it."""
        if isinstance(value, dict):
            return {key: self.part(each, (*path, key)) for key, each in value.items()}
        if isinstance(value, list):
            return [self.part(each, path) for each in value]
        return self._text(value, path) if isinstance(value, str) else value

    def _text(self, value: str, path: tuple[str, ...]) -> str:
        replace = self._replacement(path)
        return replace(value) if replace else value

    def _replacement(self, path: tuple[str, ...]) -> Callable[[str], str] | None:
        """Return what replaces the texts at a path; None if they stay."""
        if (kept := _NAMES.get(path)) is not None:
            return lambda text: text if kept.stays(text) else self._name(kept.kind, text)
        match path:
            case ("interfaces", "name" | "master" | "parent" | "ports") | (*_, "dev" | "on" | "bridge" | "in" | "out"):
                return self._interface
            case (*_, "if"):
                return lambda text: self._name("condition", text)
            case (*_, "mac"):
                return self._mac
            case ("unix_sockets",) | ("folders",):
                return self._path
            case ("pci_devices", "address"):
                return None
            case ("dns_listeners",):
                return self._subnet
            case (*_, key) if key in _ADDRESSES:
                return self._subnet
        return None

    def _number(self, kind: str, text: str) -> int:
        return int.from_bytes(hmac.digest(self._key, f"{kind}\0{text}".encode("utf-8", "surrogatepass"), sha256)[:8])

    def _name(self, kind: str, text: str) -> str:
        return f"{kind}-{self._number(kind, text) % 16**6:06x}"

    def _interface(self, text: str) -> str:
        """Return the name of an interface: usual names and their VLANs stay, others keep what their beginning tells."""
        name, plus = text.removesuffix("+"), "+" * text.endswith("+")
        if name in _USUAL_NAMES or _KERNEL_NAME.fullmatch(name):
            return text
        base, dot, tag = name.rpartition(".")
        if dot and tag.isdigit():
            return f"{self._interface(base)[: 15 - len(dot + tag)]}{dot}{tag}{plus}"
        number = self._number("interface", name)
        if engine_of(name) == "Docker":
            return f"br-{number % 16**12:012x}"
        if comes_and_goes(name):
            return f"tun{number % 10**6}"
        kind = kind_of(name)
        prefix = {"bridge": "br", "veth": "veth", "tap": "tap", "bond": "bond", "other": "br-"}.get(kind or "", "if")
        return f"{prefix}{number % 16**6:06x}{plus}"

    def _mac(self, text: str) -> str:
        """Return a MAC: that it is QEMU's or locally administered stays, the rest is replaced."""
        digits = f"{self._number('mac', text.lower()):016x}"
        parts = [digits[place : place + 2] for place in range(0, 12, 2)]
        return ":".join(["52", "54", "00", *parts[:3]] if text.lower().startswith("52:54:00") else ["02", *parts[:5]])

    def _path(self, text: str) -> str:
        """Return a path whose parts below the system's own folders are replaced."""
        return "/".join(each if each in _FOLDERS else self._name("path", each) for each in text.split("/"))

    def _subnet(self, text: str) -> str:
        """Return an address or subnet as it was written, with the prefix that it had."""
        address, slash, prefix = text.partition("/")
        try:
            plain = ip_interface(text)
        except ValueError:
            return text
        if slash and int(plain.network.prefixlen) < plain.max_prefixlen and plain.ip == plain.network.network_address:
            # What is a network's own address stays one.
            mapped = ip_network(f"{self.address(plain.ip)}/{plain.network.prefixlen}", strict=False)
            return f"{mapped.network_address}/{prefix}"
        return f"{self.address(ip_address(address))}{slash}{prefix}"

    def _address(self, address: Address) -> Address:
        """Return the address that replaces one: each bit is turned over or not, by the bits before it."""
        if any(address in each for each in _WHOLE if each.version == address.version):
            return address
        size, value, made = address.max_prefixlen, int(address), 0
        for place in range(size):
            before, bit = value >> (size - place), value >> (size - place - 1) & 1
            made = made << 1 | bit ^ self._turns(address.version, place, before)
        return type(address)(made)

    def _turns(self, version: int, place: int, before: int) -> int:
        """Return whether a bit is turned over (1), by the bits before it and their number."""
        if (version, place, before) in _FIXED:
            return 0
        return hmac.digest(self._key, f"{version}/{place}/{before:x}".encode(), sha256)[0] & 1


_FOLDERS = frozenset(
    ("", "run", "var", "lib", "libvirt", "tmp", "srv", "etc", "usr", "dev", "qemu", "systemd", "openvswitch", "tftp",
     "tftpboot", "home", "opt", "vhost", "dbus")
)  # fmt: skip
"""Parts of paths that are the same everywhere."""
