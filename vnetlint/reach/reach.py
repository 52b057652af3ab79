"""Questions about who can reach whom on one host, and their answers."""

from functools import cached_property, partial

from vnetlint.dataclass import dataclass
from vnetlint.model import Network
from vnetlint.project import Project
from vnetlint.reach.answer import Answer, Endpoint, IpVersion, Outcome, Question, Reason
from vnetlint.reach.build import build
from vnetlint.reach.directory import Directory
from vnetlint.reach.facts import Facts, explore
from vnetlint.reach.groups import Peers, groups_of
from vnetlint.reach.packet import number, shown
from vnetlint.reach.segment import Device
from vnetlint.reach.station import Station
from vnetlint.reach.usernet import inbound, outbound, user_interface
from vnetlint.reach.walk import travel
from vnetlint.reach.world import Lan, World


@dataclass(frozen=True, eq=False)
class Reach:
    """The model of one host."""

    project: Project
    site: str = ""
    """The key of the host, as `Project.host_of` gives it."""
    probes: bool = False
    """Whether each network has two guests more that nobody defined, to ask about it."""

    @cached_property
    def world(self) -> World:
        """The stations and segments."""
        return build(self.project, self.site, probes=self.probes)

    @cached_property
    def stations(self) -> dict[str, Station]:
        """Who can be asked about, by the name of the endpoint."""
        world = self.world
        anyone = (lan.anyone for lan in world.lans if lan.anyone is not None)
        probes = (each for alike in world.probes.values() for each in alike)
        found = (*probes, world.internet, *world.guests, world.host, *anyone, *world.machines)
        return {each.endpoint.name: each for each in found}

    @cached_property
    def lans_by_device(self) -> dict[Device, Lan]:
        """The LANs by the segments that they are."""
        return {each.device: each for each in self.world.lans}

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Who can be asked about: guests, the host, machines and LANs outside, and the Internet."""
        return tuple(each.endpoint for each in self.stations.values())

    def guest_of(self, network: Network, other: bool = False) -> Endpoint:
        """Return a guest of a network that nobody defined; the other one, to ask about guests among each other."""
        return self.world.probes[network][1 if other else 0].endpoint

    def has_guests_with(self, version: IpVersion) -> bool:
        """Whether a guest has an address of an IP version."""
        probes = (each for alike in self.world.probes.values() for each in alike)
        return any(nic.addresses(version) for guest in (*self.world.guests, *probes) for nic in guest.nics)

    def addresses(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Return the addresses of an endpoint, without those that stand for unknown ones."""
        owns = (each for nic in self.stations[endpoint.name].nics for each in nic.owns)
        unknown = self.world.labels
        return tuple(shown(each.version, each.address) for each in owns if (each.version, each.address) not in unknown)

    def has_address(self, endpoint: Endpoint, version: IpVersion) -> bool:
        """Whether an endpoint has an address of an IP version."""
        return any(nic.addresses(version) for nic in self.stations[endpoint.name].nics)

    def is_behind_program(self, endpoint: Endpoint) -> bool:
        """Whether a program of the host opens the connections of a guest, so that it needs no address of its own."""
        return user_interface(self.stations[endpoint.name]) is not None

    @cached_property
    def groups(self) -> tuple[Peers, ...]:
        """The endpoints in groups of those that are alike."""
        return groups_of(self.world, list(self.stations.values()))

    @cached_property
    def directory(self) -> Directory:
        """The groups by what may name their members."""
        return Directory(self.groups, self.stations)

    @cached_property
    def imagined(self) -> frozenset[str]:
        """The names of the guests that nobody defined."""
        return frozenset(each.endpoint.name for alike in self.world.probes.values() for each in alike)

    @cached_property
    def ignores_protocols(self) -> bool:
        """Whether no rule tells one protocol from another, so that one answer holds for all."""
        inventory = self.world.inventory
        told = any(each.rules for each in inventory.firewall or ()) or inventory.firewalld_zones
        guests = self.world.guests
        filtered = any(nic.interface and nic.interface.filterrefs for each in guests for nic in each.nics)
        return not (told or filtered or any(each.firewall or user_interface(each) for each in guests))

    def ask(self, question: Question) -> Answer:
        """Return what happens when one endpoint opens a connection to an address of another."""
        target = self.stations[question.destination.name]
        address = self._address(question, target)
        cases = explore(partial(self.outcome, question))
        return Answer(question, None if address is None else self.world.shown(question.version, address), cases)

    def outcome(self, question: Question, facts: Facts) -> Outcome:
        """Return what happens under given values of unknown facts."""
        source, target = self.stations[question.source.name], self.stations[question.destination.name]
        address = self._address(question, target)
        behind = user_interface(target)
        if address is None and behind is not None:
            return inbound(self.world, question, source, behind, facts)
        if address is None:
            text = f"{target.endpoint.name} has no IPv{question.version} address"
            unplugged = next((nic.unplugged for nic in target.nics if nic.unplugged), None)
            return Outcome("no-route", None, (unplugged or Reason(text),))
        user = user_interface(source)
        if user is not None and not source.routes_to(question.version, address):
            return outbound(self.world, question, (address, target), user, facts)
        return travel(self.world, question, source, (address, target), facts)

    def _address(self, question: Question, target: Station) -> int | None:
        """Return the address to ask for: the one that is given, else one on a subnet of the sender, else the first."""
        if question.address is not None:
            return number(question.address)[1]
        source = self.stations[question.source.name]
        found = [each for nic in target.nics for each in nic.addresses(question.version)]
        subnets = [each.prefix for nic in source.nics for each in nic.addresses(question.version)]
        near = (each.address for each in found if each.prefix in subnets)
        return next(near, found[0].address if found else None)
