"""The order in which libvirt writes children, so that what a fix inserts is where people look for it.

libvirt reads them in any order. This one is that of the output of `virsh net-dumpxml` and `dumpxml`.
"""

CHILD_ORDER: dict[str, tuple[str, ...]] = {
    "network": (
        "name", "uuid", "title", "description", "metadata", "forward", "bridge", "mtu", "mac", "domain", "dns", "vlan",
        "bandwidth", "port", "ip", "route", "virtualport", "portgroup",
    ),
    "forward": ("driver", "pf", "interface", "address", "nat"),
    "ip": ("tftp", "dhcp"),
    "dhcp": ("range", "host", "bootp"),
    "interface": (
        "mac", "source", "virtualport", "ip", "route", "vlan", "portForward", "bandwidth", "target", "guest", "model",
        "driver", "backend", "filterref", "tune", "link", "mtu", "coalesce", "teaming", "rom", "boot", "alias",
        "address",
    ),
}  # fmt: skip

CONTAINERS = frozenset(
    (*CHILD_ORDER, "domain", "filter", "rule", "devices", "dns", "nat", "bandwidth", "virtualport", "portgroup", "vlan",
     "os", "features", "cpu", "clock", "metadata", "disk", "filterref", "controller", "hostdev")
)  # fmt: skip
"""Elements with child elements and no text, so that a placeholder in them stands for elements."""
