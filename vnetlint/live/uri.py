"""The URI of a connection, as libvirt reads it (https://libvirt.org/uri.html)."""

import re
from dataclasses import dataclass

from vnetlint.live.binding import LiveError

DRIVERS = (
    "bhyve", "ch", "esx", "gsx", "hyperv", "lxc", "openvz", "parallels", "qemu", "remote", "test", "vbox",
    "vmwarefusion", "vmwareplayer", "vmwarews", "vpx", "vz", "xen",
)  # fmt: skip
"""The drivers that a URI can name. For any other name libvirt would look for a certificate and report that."""
_ON_THIS_MACHINE = frozenset({"bhyve", "ch", "lxc", "qemu", "xen"})
"""The drivers whose guests run on the machine of the daemon."""
_URI = re.compile(
    r"(?P<driver>[a-z]+)(?:\+(?P<transport>[a-z0-9]+))?://(?P<server>[^/?#]*)(?P<path>[^?#]*)(?P<rest>.*)"
)


@dataclass(frozen=True)
class LibvirtUri:
    """A connection to libvirt."""

    text: str
    """The URI as it was given."""
    driver: str
    transport: str
    server: str
    path: str
    parameters: str
    """What follows the path, such as ?socket=/run/libvirt.sock."""

    @property
    def name(self) -> str:
        """The URI without its parameters, to which the names of objects are appended."""
        return self.text.removesuffix(self.parameters).removesuffix("/")

    @property
    def is_of_this_machine(self) -> bool:
        """Whether it leads to a daemon of this machine, as far as the URI tells: a socket may be forwarded."""
        return (
            self.driver in _ON_THIS_MACHINE
            and self.transport in ("", "unix")
            and not self.server
            and "socket=" not in self.parameters
        )

    @property
    def node_file(self) -> str | None:
        """The file that describes the host of the test driver, or None if this is another driver or its own host."""
        return self.path if self.driver == "test" and self.path != "/default" else None

    @property
    def is_of_this_user(self) -> bool:
        """Whether it leads to a user's own daemon, which has guests and networks of its own."""
        return self.path.rstrip("/") == "/session"


def parse_uri(text: str) -> LibvirtUri:
    """Return the parts of a URI. Raises LiveError if it does not lead to libvirt."""
    found = _URI.fullmatch(text)
    if found is None or found["driver"] not in DRIVERS:
        raise LiveError(
            f"{text}: not a connection to libvirt: expected a URI such as qemu:///system or qemu+ssh://HOST/system"
        )
    return LibvirtUri(text, found["driver"], found["transport"] or "", found["server"], found["path"], found["rest"])
