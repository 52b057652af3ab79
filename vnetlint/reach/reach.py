"""Questions about who can reach whom on one host, and their answers."""

from dataclasses import dataclass
from functools import cached_property, partial

from vnetlint.project import Project
from vnetlint.reach.answer import Answer, Case, Endpoint, Outcome, Question, Reason
from vnetlint.reach.build import build
from vnetlint.reach.facts import Facts, explore
from vnetlint.reach.packet import number, shown
from vnetlint.reach.station import Station
from vnetlint.reach.walk import travel
from vnetlint.reach.world import World


@dataclass(frozen=True, eq=False)
class Reach:
    """The model of one host."""

    project: Project
    site: str = ""
    """The key of the host, as `Project.host_of` gives it."""

    @cached_property
    def world(self) -> World:
        """The stations and segments."""
        return build(self.project, self.site)

    @cached_property
    def stations(self) -> dict[str, Station]:
        """Who can be asked about, by the name of the endpoint."""
        world = self.world
        anyone = (lan.anyone for lan in world.lans if lan.anyone is not None)
        return {
            each.endpoint.name: each for each in (world.internet, *world.guests, world.host, *anyone, *world.machines)
        }

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """Who can be asked about: guests, the host, machines and LANs outside, and the Internet."""
        return tuple(each.endpoint for each in self.stations.values())

    def addresses(self, endpoint: Endpoint) -> tuple[str, ...]:
        """Return the addresses of an endpoint."""
        station = self.stations[endpoint.name]
        return tuple(shown(each.version, each.address) for nic in station.nics for each in nic.owns)

    def ask(self, question: Question) -> Answer:
        """Return what happens when one endpoint opens a connection to an address of another."""
        source, target = self.stations[question.source.name], self.stations[question.destination.name]
        address = self._address(question, target)
        if address is None:
            text = f"{target.endpoint.name} has no IPv{question.version} address"
            unplugged = next((nic.unplugged for nic in target.nics if nic.unplugged), None)
            return Answer(question, None, (Case((), Outcome("no-route", None, (unplugged or Reason(text),))),))
        run = partial(travel, self.world, question, source, (address, target))
        return Answer(question, self.world.shown(question.version, address), explore(run))

    def _address(self, question: Question, target: Station) -> int | None:
        if question.address is not None:
            return number(question.address)[1]
        return next((each.address for nic in target.nics for each in nic.addresses(question.version)), None)

    def run(self, question: Question, facts: Facts) -> Outcome:
        """Return the outcome under given values of unknown facts."""
        source, target = self.stations[question.source.name], self.stations[question.destination.name]
        address = self._address(question, target)
        if address is None:
            return Outcome("no-route")
        return travel(self.world, question, source, (address, target), facts)
