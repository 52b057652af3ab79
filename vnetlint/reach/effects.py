"""What a network means for its guests: whom they reach, and who reaches them, whether or not it has guests yet."""

from collections.abc import Iterator

from vnetlint.dataclass import dataclass
from vnetlint.model import Network
from vnetlint.project import Project
from vnetlint.reach.answer import Answer, Endpoint, IpVersion, Question
from vnetlint.reach.reach import Reach
from vnetlint.reach.segment import Port


@dataclass(frozen=True)
class Effect:
    """One thing that a network means: who reaches whom over one IP version."""

    what: str
    """Such as `guests → host`."""
    version: IpVersion
    answer: Answer


def between(project: Project, *networks: Network) -> Reach:
    """Return the model of a host that has only these networks, with two guests of each that nobody defined.

    It costs the same however large the project is, so rules ask it.
    """
    alone = Project(networks, project.host, complete=True, external=frozenset(), target=project.target)
    return Reach(alone, probes=True)


def effects(project: Project, network: Network) -> tuple[Effect, ...]:
    """Return what a network means for its guests, by itself on its host."""
    reach = between(project, network)
    if network not in reach.world.probes:
        return ()
    versions: tuple[IpVersion, ...] = (4, 6)
    return tuple(
        Effect(what, version, reach.ask(Question(source, target, version, "tcp")))
        for version in versions
        for what, source, target in _pairs(reach, network)
    )


def _pairs(reach: Reach, network: Network) -> Iterator[tuple[str, Endpoint, Endpoint]]:
    guest, other = reach.guest_of(network), reach.guest_of(network, other=True)
    host, internet = reach.world.host.endpoint, reach.world.internet.endpoint
    yield "guest → guest", guest, other
    yield "guest → host", guest, host
    yield "host → guest", host, guest
    lan = lan_of(reach, network)
    if lan is not None:
        yield "guest → LAN", guest, lan
        yield "LAN → guest", lan, guest
    yield "guest → Internet", guest, internet
    yield "Internet → guest", internet, guest


def lan_of(reach: Reach, network: Network) -> Endpoint | None:
    """Return a machine on the LAN that a network's guests are on, else on the one that the host's traffic leaves by."""
    own = reach.world.probes[network][0].nics[0].port
    routes = [each.nic.port for each in reach.world.host.routes if not each.prefix.length]
    found = (lan for port in (own, *routes) if port is not None and (lan := nearest_lan(reach, port)) is not None)
    return next(found, None)


def nearest_lan(reach: Reach, port: Port) -> Endpoint | None:
    """Return somebody on the first LAN to which the cables from a port lead."""
    waiting, seen = [port.device], {port.device}
    while waiting:
        device = waiting.pop(0)
        lan = reach.lans_by_device.get(device)
        machine = next(iter(lan.machines), lan.anyone) if lan is not None else None
        if machine is not None:
            return machine.endpoint
        for each in device.linked:
            if each.peer is not None and each.peer.device not in seen:
                seen.add(each.peer.device)
                waiting.append(each.peer.device)
    return None
