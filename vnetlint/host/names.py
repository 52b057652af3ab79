"""What the name of an interface tells: its kind, whether it lasts, and which program made it."""

import re

_KINDS = re.compile(
    r"(?P<bridge>virbr\d+|docker\d+|docker_gwbridge|br-[0-9a-f]{12}|cni\d+|cbr\d+|podman\d+|(?:lxc|lxd|incus)br\d+)"
    r"|(?P<tap>(?:vnet|tap)\d+)|(?P<veth>veth.*)|(?P<bond>bond\d+)|(?P<vlan>.+\.\d+)|(?P<dummy>dummy\d+|virbr\d+-nic)"
    r"|(?P<other>lo|(?:macvtap|macvlan|tun|wg|ppp|vxlan|gre|team)\d+|flannel\.\d+|cali.*|(?:vm|xen)?br[-_\d].*|ovs.*)"
)
"""The kinds of interfaces by their usual names; `br0` may be a bridge or an Open vSwitch."""

_ENGINES = (
    (re.compile(r"docker\d+|docker_gwbridge|br-[0-9a-f]{12}"), "Docker"),
    (re.compile(r"podman\d+|cni-podman\d+"), "Podman"),
    (re.compile(r"cni\d+|cbr\d+|kube-bridge"), "Kubernetes"),
    (re.compile(r"lxcbr\d+"), "LXC"),
    (re.compile(r"lxdbr\d+"), "LXD"),
    (re.compile(r"incusbr\d+"), "Incus"),
)
"""The bridges that other programs make and forward traffic for, by their usual names."""

_WIRELESS = re.compile(r"wlan\d+|wl[opsx]\w+")
"""Names that the kernel and systemd give to wireless NICs."""

_LIBVIRT_BRIDGE = re.compile(r"virbr\d+")
_PASSING = re.compile(r"(?:tun|tap|wg|ppp|vpn|ipsec|tailscale|zt|nordlynx|proton)[-\w]*")
"""Names of interfaces that come and go with a connection."""


def kind_of(name: str) -> str | None:
    """Return the kind of interface that a name suggests; None where it suggests none."""
    found = _KINDS.fullmatch(name)
    return found.lastgroup if found else None


def is_wireless(name: str) -> bool:
    """Whether a name is one that wireless NICs get."""
    return _WIRELESS.fullmatch(name) is not None


def comes_and_goes(name: str) -> bool:
    """Whether a name is that of an interface which exists only during a connection, such as a VPN's."""
    return _PASSING.fullmatch(name) is not None


def is_of_libvirt(name: str) -> bool:
    """Whether a name is one that libvirt gives to the bridges it makes."""
    return _LIBVIRT_BRIDGE.fullmatch(name) is not None


def engine_of(bridge: str) -> str | None:
    """Return the program other than libvirt that makes bridges of this name, such as Docker."""
    return next((engine for names, engine in _ENGINES if names.fullmatch(bridge)), None)
