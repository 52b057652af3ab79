"""The order in which libvirt itself writes children, so that what a fix inserts is where people look for it.

libvirt reads them in any order. The order is an annotation of the schemas, `vn:order`, taken from what
`virsh net-dumpxml` and `virsh dumpxml` print.
"""

from functools import cache

from vnetlint.datafolders import schemas

CONTAINERS = frozenset(
    ("network", "forward", "ip", "dhcp", "interface", "domain", "filter", "rule", "devices", "dns", "nat", "bandwidth",
     "virtualport", "portgroup", "vlan", "os", "features", "cpu", "clock", "metadata", "disk", "filterref",
     "controller", "hostdev")
)  # fmt: skip
"""Elements that hold elements and no text of their own, so that a placeholder in them is elements."""


def child_order(parent: str) -> tuple[str, ...]:
    """The names of the children of an element of some name in libvirt's order; empty if it is not known."""
    return _orders().get(parent, ())


@cache
def _orders() -> dict[str, tuple[str, ...]]:
    lines = (schemas() / "order.txt").read_text("utf-8").splitlines()
    return {parent: tuple(children.split()) for parent, _, children in (line.partition(":") for line in lines)}
