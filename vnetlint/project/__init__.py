"""The files of one site, seen together: which network an interface names, who is on it, what exists twice.

A project is what one host holds. Files of different folders may be for different hosts, because people keep several
hosts in one repository. `same_host` decides that, and rules about collisions report less where two documents need not
share a host.

Each kind of question has an object of its own, with tables that are built when first asked. The objects use each other
in one direction: networks, guests, then what builds on both.
"""

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, TypeVar

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.model import Domain, Filter, Model, Network, View
from vnetlint.model.view import Named
from vnetlint.project.bridges import Bridges
from vnetlint.project.devices import Devices
from vnetlint.project.filters import Filters
from vnetlint.project.guests import Guests
from vnetlint.project.identities import Identities
from vnetlint.project.networks import Networks
from vnetlint.project.ports import Ports
from vnetlint.project.site import Site
from vnetlint.project.subnets import Subnets, Taken
from vnetlint.settings import EXTERNAL_NETWORKS, Settings
from vnetlint.version import Version, parse_version

if TYPE_CHECKING:
    from vnetlint.host import Host

__all__ = ["EXTERNAL_NETWORKS", "Project", "Taken", "subjects"]

_Kind = TypeVar("_Kind", Network, Domain, Filter)


@dataclass(frozen=True, eq=False)
class Project:
    """Documents and the host that they are for."""

    models: tuple[Model, ...] = ()
    host: "Host | None" = None
    complete: bool = False
    """Whether the files hold everything that the host has, so that what is absent is missing."""
    external: frozenset[str] = field(default=EXTERNAL_NETWORKS)
    target: Version | None = None
    """The oldest libvirt that the files are for."""
    one_host: bool = False
    """Whether the files are those of one host, in whatever folders they are."""

    @classmethod
    def under(cls, settings: Settings, models: Iterable[Model]) -> "Project":
        """Return the project of documents as the settings of a run describe it."""
        known = settings.host, settings.complete, settings.external, settings.target, settings.one_host
        return cls(tuple(models), *known)

    @cached_property
    def networks(self) -> Networks:
        """Which networks there are, and which one a name means."""
        return Networks(self._all(Network), self._site)

    @cached_property
    def guests(self) -> Guests:
        """Guests and their NICs, and what these end on."""
        return Guests(self._all(Domain), self.networks, self._site)

    @cached_property
    def filters(self) -> Filters:
        """Network filters and the references to them."""
        return Filters(self._all(Filter), self.networks, self.guests, self._site)

    @cached_property
    def bridges(self) -> Bridges:
        """What makes a bridge, and who joins it."""
        return Bridges(self.networks, self.guests, self._site)

    @cached_property
    def subnets(self) -> Subnets:
        """Which subnets overlap, what has an address, and what is free."""
        return Subnets(self.networks, self.bridges, self._site)

    @cached_property
    def devices(self) -> Devices:
        """The host's NICs that macvtap and PCI passthrough use."""
        return Devices(self.networks, self.guests, self._site)

    @cached_property
    def ports(self) -> Ports:
        """The ports of the host that guests open."""
        return Ports(self.guests, self._site)

    @cached_property
    def identities(self) -> Identities:
        """Names, UUIDs and addresses that two documents claim, and free names."""
        return Identities(self.networks, self.guests, self.filters, self.bridges, self._site)

    def _all(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        return tuple(model for model in self.models if isinstance(model, kind))

    @cached_property
    def _site(self) -> Site:
        return Site(self.host, self.complete, self.external, self.one_host)

    def same_host(self, one: Named, other: Named) -> bool:
        """Whether two documents are meant for one host; never two of the same kind and name."""
        return self._site.same_host(one, other)

    def host_of(self, document: View) -> str:
        """Return the key of the host that a document is meant for."""
        return self._site.host_of(document)

    def first_in_file(self, document: Model) -> Model:
        """Return the first document of a document's file."""
        return self._first_in_files.get(document.path, document)

    @cached_property
    def _first_in_files(self) -> dict[str, Model]:
        return {model.path: model for model in reversed(self.models)}

    def has_libvirt(self, version: str) -> bool | None:
        """Whether the host's libvirt, or else the target, is this version or newer; None if neither is known."""
        if self.host is not None and self.host.inventory.libvirt is not None:
            return self.host.has_libvirt(version)
        return None if self.target is None else self.target >= parse_version(version)

    def has_older_libvirt(self, version: str) -> bool:
        """Whether the host's libvirt, or else the target, is known to be older than a version."""
        return self.has_libvirt(version) is False

    @property
    def knows_libvirt(self) -> bool:
        """Whether the version of libvirt is known, of the host or as the target."""
        return self.has_libvirt("0") is not None


def subjects(models: Iterable[Model]) -> Iterator[View]:
    """Return every view that a rule may be about: the documents and the guests' NICs."""
    for model in models:
        yield model
        if isinstance(model, Domain):
            yield from model.interfaces
