"""The part of libvirt-python that is used, with types, which the package itself has not."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Protocol, cast

from vnetlint.errors import UserError

INSTALL = "run `pip install 'vnetlint[libvirt]'`, or install the distribution's package python3-libvirt"
"""How libvirt-python gets onto a machine."""


class LiveError(UserError):
    """A running libvirt cannot be asked. The message begins with the URI of the connection."""


class Definition(Protocol):
    """What networks, guests and filters have in common."""

    def name(self) -> str:
        """Return the name."""

    def XMLDesc(self, flags: int) -> str:  # noqa: N802 - it is libvirt's name
        """Return the XML."""


class Startable(Definition, Protocol):
    """What networks and guests have in common."""

    def UUIDString(self) -> str:  # noqa: N802
        """Return the UUID."""

    def isActive(self) -> int:  # noqa: N802
        """Return 1 if it runs."""

    def isPersistent(self) -> int:  # noqa: N802
        """Return 1 if it is defined, and 0 if it is gone once it is stopped."""

    def autostart(self) -> int:
        """Return 1 if it starts with the host."""


class StartableNetwork(Startable, Protocol):
    """A network."""

    def DHCPLeases(self) -> Sequence[Mapping[str, object]]:  # noqa: N802
        """Return the addresses that it has leased."""


class OpenConnection(Protocol):
    """A connection."""

    def getLibVersion(self) -> int:  # noqa: N802
        """Return the version of libvirt on the other side: a million for each major version, a thousand a minor."""

    def getHostname(self) -> str:  # noqa: N802
        """Return the name of the host."""

    def isAlive(self) -> int:  # noqa: N802
        """Return 1 if the other side is still there."""

    def listAllNetworks(self, flags: int) -> Sequence[StartableNetwork]:  # noqa: N802
        """Return all networks, whether they run or are defined. libvirt lists at most 16,384 of a kind."""

    def listAllDomains(self, flags: int) -> Sequence[Startable]:  # noqa: N802
        """Return all guests."""

    def listAllNWFilters(self, flags: int) -> Sequence[Definition]:  # noqa: N802
        """Return all network filters."""


class LibvirtError(Protocol):
    """An error of libvirt, which is an Exception as well."""

    def get_error_code(self) -> int | None:
        """Return one of the numbers VIR_ERR_*."""

    def get_error_message(self) -> str | None:
        """Return what libvirt says, without the name of a function."""


class LibvirtModule(Protocol):
    """The module. The values of its flags and error numbers are fixed by libvirt."""

    libvirtError: type[Exception]  # noqa: N815
    VIR_ERR_NO_SUPPORT: int
    VIR_ERR_INVALID_ARG: int
    VIR_ERR_AUTH_FAILED: int
    VIR_ERR_AUTH_CANCELLED: int
    VIR_ERR_AUTH_UNAVAILABLE: int
    VIR_ERR_ACCESS_DENIED: int
    VIR_ERR_NO_DOMAIN: int
    VIR_ERR_NO_NETWORK: int
    VIR_ERR_NO_NWFILTER: int
    VIR_NETWORK_XML_INACTIVE: int
    VIR_DOMAIN_XML_INACTIVE: int

    def openReadOnly(self, name: str) -> OpenConnection:  # noqa: N802
        """Open a connection over which nothing can be changed."""

    def registerErrorHandler(self, f: Callable[[object, object], None], ctx: object) -> None:  # noqa: N802
        """Replace the handler that prints errors to standard error."""


def load(uri: str) -> LibvirtModule:
    """Return libvirt-python. Raises LiveError if it is not installed or does not fit the installed libvirt."""
    try:
        module = cast("LibvirtModule", import_module("libvirt"))
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError)
        reason = "libvirt-python is not installed" if missing else f"libvirt-python cannot be loaded: {error}"
        raise LiveError(f"{uri}: {reason}: {INSTALL}") from None
    # Errors are raised as well, and are reported once.
    module.registerErrorHandler(lambda _context, _error: None, None)
    return module
