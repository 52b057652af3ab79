"""Read what is defined on a host: networks, guests and network filters, running or not.

The definition is read, because that is what an administrator edits and what counts from the next start on. How a
running object differs from it is a remark. An object that disappears while it is read is a remark too.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, NamedTuple, TypeVar, cast

from vnetlint.files.read import opened
from vnetlint.inputkey import LibvirtKey
from vnetlint.live.binding import (
    Definition,
    LibvirtError,
    LibvirtModule,
    LiveError,
    OpenConnection,
    Startable,
    StartableNetwork,
    load,
)
from vnetlint.live.difference import differs
from vnetlint.live.uri import LibvirtUri
from vnetlint.live.worker import Worker
from vnetlint.xml.source import Input, Source, Unreadable

CONNECT_SECONDS = 60.0
"""How long connecting may take: somebody may have to type a password for ssh."""
ANSWER_SECONDS = 30.0
"""How long one answer may take."""

ObjectKind = Literal["network", "domain", "nwfilter"]

_Value = TypeVar("_Value")
_Listed = TypeVar("_Listed", bound=Definition)

_HINTS = (
    (("permission denied (",), "does ssh log in there without a password?"),
    (("permission denied", "authentication", "polkit", "access denied"), "join the group libvirt, or ask as root"),
    (("host key verification",), "connect with ssh once, to accept the key of the host"),
    (("could not resolve", "no route to host", "timed out", "unreachable"), "is the name of the host right?"),
    (("connection refused", "failed to connect socket", "connection reset"), "does libvirt run there?"),
)
"""What to do, by words in the messages of libvirt and ssh."""


class Lease(NamedTuple):
    """An address that a network has leased to a guest."""

    mac: str
    address: str
    """With its prefix."""


@dataclass(frozen=True)
class LiveObject:
    """A network, guest or filter."""

    key: LibvirtKey
    input: Input
    """Its definition."""
    is_active: bool = True
    is_persistent: bool = True
    """Whether it is defined: a transient one is gone once it is stopped."""
    is_autostarted: bool = False
    leases: tuple[Lease, ...] = ()

    @property
    def source(self) -> Source | None:
        """Its definition, or None if it could not be read."""
        return self.input if isinstance(self.input, Source) else None


@dataclass(frozen=True)
class LiveHost:
    """What is defined on the host of a connection."""

    uri: LibvirtUri
    version: str
    """libvirt's version, such as 9.0.0."""
    hostname: str
    objects: tuple[LiveObject, ...]
    listed: frozenset[ObjectKind]
    """The kinds of which all objects are known."""
    remarks: tuple[str, ...]
    """A line for each thing that is not known, and for each object that runs in another form than it is defined."""

    def of(self, kind: ObjectKind) -> tuple[LiveObject, ...]:
        """Return the objects of a kind."""
        return tuple(each for each in self.objects if each.key.kind == kind)


def read_host(uri: LibvirtUri) -> LiveHost:
    """Return what is defined on the host of a connection.

    Raises LiveError if libvirt-python is missing, if there is no connection, or if it does not answer in time.
    """
    if uri.node_file is not None and not os.path.isfile(uri.node_file):
        # libxml2 would report that on standard error.
        raise LiveError(f"{uri.text}: cannot connect: {uri.node_file or 'the path'} is not a file")
    return _Reader(uri, load(uri.text), Worker(uri.text)).read()


@dataclass
class _Reader:
    """Reads one host."""

    uri: LibvirtUri
    libvirt: LibvirtModule
    worker: Worker
    remarks: list[str] = field(default_factory=list)

    def read(self) -> LiveHost:
        connection = self._connected()
        version, hostname = self._told(lambda: (connection.getLibVersion(), connection.getHostname()))
        networks = self._listed("network", connection, lambda: connection.listAllNetworks(0))
        guests = self._listed("domain", connection, lambda: connection.listAllDomains(0))
        filters = self._listed("nwfilter", connection, lambda: connection.listAllNWFilters(0))
        found: list[LiveObject] = []
        found += self._each("network", networks or (), self._network)
        found += self._each("domain", guests or (), self._guest)
        found += self._each("nwfilter", filters or (), self._filter)
        kinds: dict[ObjectKind, object] = {"network": networks, "domain": guests, "nwfilter": filters}
        return LiveHost(
            self.uri,
            f"{version // 1_000_000}.{version // 1000 % 1000}.{version % 1000}",
            hostname,
            tuple(sorted(found, key=lambda each: each.key.display)),
            frozenset(kind for kind, listed in kinds.items() if listed is not None),
            tuple(self.remarks),
        )

    def _connected(self) -> OpenConnection:
        try:
            return self.worker.ask(lambda: self.libvirt.openReadOnly(self.uri.text), CONNECT_SECONDS)
        except self.libvirt.libvirtError as error:
            raise LiveError(f"{self.uri.text}: cannot connect: {_said(error)}{_hint(_said(error))}") from None

    def _told(self, question: Callable[[], _Value]) -> _Value:
        """Return an answer. Raises LiveError if libvirt has none."""
        try:
            return self.worker.ask(question, ANSWER_SECONDS)
        except self.libvirt.libvirtError as error:
            raise LiveError(f"{self.uri.text}: {_said(error)}") from None

    def _listed(
        self, kind: ObjectKind, connection: OpenConnection, question: Callable[[], Sequence[_Listed]]
    ) -> Sequence[_Listed] | None:
        """Return the objects of a kind, or None if libvirt does not list them, which is remarked."""
        try:
            return self.worker.ask(question, ANSWER_SECONDS)
        except self.libvirt.libvirtError as error:
            unsupported = _code(error) == self.libvirt.VIR_ERR_NO_SUPPORT
            # Filters have a daemon of their own, which may not run. Without the others there is nothing to check.
            if not unsupported and (kind != "nwfilter" or not self._told(connection.isAlive)):
                raise LiveError(f"{self.uri.text}: cannot list {_PLURALS[kind]}: {_said(error)}") from None
            reason = "this driver has none" if unsupported else _said(error)
            self.remarks.append(f"{self.uri.name}: {_PLURALS[kind]}: not seen: {reason}")
            return None

    def _each(
        self, kind: ObjectKind, listed: Iterable[_Listed], ask: Callable[[LibvirtKey, _Listed], LiveObject]
    ) -> Iterator[LiveObject]:
        """Yield the objects of a list. One that is gone meanwhile is remarked; one that is refused is unreadable."""
        gone = (self.libvirt.VIR_ERR_NO_NETWORK, self.libvirt.VIR_ERR_NO_DOMAIN, self.libvirt.VIR_ERR_NO_NWFILTER)
        for each in listed:
            # The name came with the list.
            key = LibvirtKey(self.uri.name, kind, each.name())
            try:
                yield self.worker.ask(partial(ask, key, each), ANSWER_SECONDS)
            except self.libvirt.libvirtError as error:
                if _code(error) in gone:
                    self.remarks.append(f"{key.display}: it disappeared while it was read, and is not checked")
                    continue
                yield LiveObject(key, Unreadable(key, f"cannot be read: {_said(error)}", Source(key, "")))

    def _network(self, key: LibvirtKey, network: StartableNetwork) -> LiveObject:
        found = self._startable(key, network, self.libvirt.VIR_NETWORK_XML_INACTIVE)
        return LiveObject(*found, tuple(self._leases(network)) if found.is_active else ())

    def _guest(self, key: LibvirtKey, guest: Startable) -> LiveObject:
        return LiveObject(*self._startable(key, guest, self.libvirt.VIR_DOMAIN_XML_INACTIVE))

    def _filter(self, key: LibvirtKey, nwfilter: Definition) -> LiveObject:
        return LiveObject(key, _input(key, nwfilter.XMLDesc(0)))

    def _startable(self, key: LibvirtKey, each: Startable, inactive: int) -> "_Started":
        text = self._definition(each, inactive)
        is_active, is_persistent = bool(each.isActive()), bool(each.isPersistent())
        is_autostarted = is_persistent and bool(each.autostart())
        if is_active and is_persistent and differs(key, text, each.XMLDesc(0)):
            self.remarks.append(f"{key.display}: it runs in another form than it is defined, until it is restarted")
        return _Started(key, _input(key, text), is_active, is_persistent, is_autostarted)

    def _definition(self, each: Startable, inactive: int) -> str:
        try:
            return each.XMLDesc(inactive)
        except self.libvirt.libvirtError as error:
            # The test driver keeps no definition beside the network that runs.
            if _code(error) != self.libvirt.VIR_ERR_INVALID_ARG:
                raise
            return each.XMLDesc(0)

    def _leases(self, network: StartableNetwork) -> Iterator[Lease]:
        try:
            leases = network.DHCPLeases()
        except self.libvirt.libvirtError:
            return
        for each in leases:
            if each.get("mac") and each.get("ipaddr"):
                yield Lease(str(each["mac"]).lower(), f"{each['ipaddr']}/{each.get('prefix')}")


class _Started(NamedTuple):
    key: LibvirtKey
    input: Input
    is_active: bool
    is_persistent: bool
    is_autostarted: bool


_PLURALS: dict[ObjectKind, str] = {"network": "networks", "domain": "guests", "nwfilter": "network filters"}


def _input(key: LibvirtKey, text: str) -> Input:
    return opened(key, text.encode("utf-8", "surrogateescape"))


def _said(error: Exception) -> str:
    message = cast("LibvirtError", error).get_error_message() or str(error)
    return " ".join(message.split()).rstrip(".")


def _code(error: Exception) -> int | None:
    return cast("LibvirtError", error).get_error_code()


def _hint(said: str) -> str:
    """Return what to do about a message, after a semicolon, or an empty string."""
    return next((f"; {hint}" for words, hint in _HINTS if any(each in said.lower() for each in words)), "")
