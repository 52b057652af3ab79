"""What a file of facts holds: rows of one form, so that any engine that reads Parquet can ask about them."""

from typing import NamedTuple

FORMAT = 1
"""The version of the format. A file of another version is refused."""
MARK = "vnetlint_facts"
"""The key of a file's metadata that has the version of the format."""

KINDS = ("host", "file", "network", "subnet", "device", "nic", "use", "finding")
"""What a row is about. A `nic` has a MAC address, a `use` is that a guest's NIC names a network or device."""


class Row(NamedTuple):
    """A row. `kind` decides which of the others have a value."""

    kind: str
    host: str
    path: str | None = None
    """The path of a file, as the host's own reports print it."""
    span_start: int | None = None
    """Where a finding about the row starts in that file, in code points."""
    span_end: int | None = None
    element: str | None = None
    """The path of the element that such a finding is about."""
    name: str | None = None
    """The name of the host, network, guest or device; of a finding its rule."""
    uuid: str | None = None
    """The UUID of the network or guest."""
    mode: str | None = None
    """The forward mode of a network, the type of a NIC, the severity of a finding."""
    network: str | None = None
    """The network that a NIC names, or that a subnet belongs to."""
    bridge: str | None = None
    """The bridge that a network makes or joins, or that a NIC joins; for macvtap the host's NIC."""
    mtu: int | None = None
    mac: str | None = None
    """The MAC address of a NIC, in lower case."""
    lan: str | None = None
    """The name of the LAN that a NIC or network is on, with its VLAN; only if the inventory says it."""
    router: str | None = None
    """The router that leads to a subnet, by its LAN and its address there."""
    low: str | None = None
    """The first address of a subnet: its family and 32 hexadecimal digits, so that texts sort as addresses do."""
    high: str | None = None
    """The last address of a subnet."""
    subnets: str | None = None
    """All subnets of a network whose bridge libvirt makes, as people write them."""
    migration: str | None = None
    """The group of hosts between which guests migrate."""
    complete: bool | None = None
    """Of a host, whether its networks are all known; of a device, whether all devices are."""
    detail: str | None = None
    """Of a network its port groups, of a subnet how people write it, of a host what judged it, and a finding."""
    line_starts: tuple[int, ...] | None = None
    """Of a file where its lines start, in code points."""


TYPES = {
    "span_start": "BIGINT",
    "span_end": "BIGINT",
    "mtu": "BIGINT",
    "complete": "BOOLEAN",
    "line_starts": "BIGINT[]",
}
"""The types of columns that are no texts."""
COLUMNS = {name: TYPES.get(name, "VARCHAR") for name in Row._fields}
"""The columns and their types in SQL."""

LONGEST = {"host": 255, "path": 4096, "name": 1024, "network": 1024, "subnets": 1 << 16, "detail": 1 << 20}
"""The longest texts that are taken from a file of facts."""
