"""The inventory of a host with a running libvirt: what libvirt tells, and what this machine tells if it is the host."""

import socket
from typing import NamedTuple

from vnetlint.host.collect import Collected, collect, here, validated
from vnetlint.host.collect.chains import PlainPart
from vnetlint.host.collect.daemon import Libvirt, guest_part, has_firewall, network_part
from vnetlint.host.collect.system import Questions, System
from vnetlint.host.facts import Host
from vnetlint.live.reading import LiveHost, LiveObject, ObjectKind
from vnetlint.model import Domain, Model, Network, model_of
from vnetlint.xml.tree import parse


def host_of(live: LiveHost, known: Host | None, system: System | None = None) -> Host:
    """Return the host of a connection, with a remark for each thing that is not known of it.

    `known` is the inventory that the user named. Without one, a host that is this machine is asked itself. In both,
    what libvirt tells replaces what they have of it.
    """
    system = system or here()
    parts = _parts(live)
    if known is not None:
        return _merged(known, parts, system)
    if _is_here(live):
        return _collected(live, parts, system)
    what = f"{live.uri.name}: only what libvirt tells is known of this host"
    remark = f"{what}: `vnetlint host` on it writes an inventory for --host"
    questions = Questions(system)
    inventory = validated({"version": 1, "name": live.hostname or "host", **parts.plain}, questions)
    fictional = live.uri.driver == "test"
    return Host(inventory, (*([] if fictional else [remark]), *questions.remarks))


class _Parts(NamedTuple):
    plain: PlainPart
    has_firewall: bool
    """Whether networks are active for which libvirt makes firewall rules."""


def _parts(live: LiveHost) -> _Parts:
    """Return the parts of an inventory that libvirt tells."""
    leases: dict[str, list[str]] = {}
    for each in live.objects:
        for lease in each.leases:
            leases.setdefault(lease.mac, []).append(lease.address)
    networks = [(each, model) for each, model in _models(live, "network") if isinstance(model, Network)]
    guests = [(each, model) for each, model in _models(live, "domain") if isinstance(model, Domain)]
    found: dict[ObjectKind, tuple[str, object]] = {
        "network": ("networks", [network_part(model, one.is_active, one.is_autostarted) for one, model in networks]),
        "domain": ("guests", [guest_part(model, one.is_autostarted, leases) for one, model in guests]),
        "nwfilter": ("filters", [each.key.name for each in live.of("nwfilter")]),
    }
    parts = dict(part for kind, part in found.items() if kind in live.listed)
    return _Parts(
        {"libvirt": live.version, **parts}, any(one.is_active and has_firewall(model) for one, model in networks)
    )


def _models(live: LiveHost, kind: ObjectKind) -> list[tuple[LiveObject, Model]]:
    sources = ((each, each.source) for each in live.of(kind))
    documents = ((each, document) for each, source in sources if source for document in parse(source))
    return [(each, model) for each, document in documents if (model := model_of(document))]


def _merged(known: Host, parts: _Parts, system: System) -> Host:
    """Return an inventory with what libvirt tells. Of guests, it keeps what only the guests themselves know."""
    plain = known.inventory.model_dump(mode="json", by_alias=True, exclude_unset=True)
    before = {each["name"]: each for each in plain.get("guests") or ()}
    questions = Questions(system)
    merged = {**plain, **parts.plain}
    if "guests" in parts.plain:
        merged["guests"] = [
            {**each, **before.get(each["name"], {}), "autostart": each["autostart"]} for each in parts.plain["guests"]
        ]
    return Host(validated(merged, questions), (*known.remarks, *questions.remarks))


def _is_here(live: LiveHost) -> bool:
    """Whether the host is this machine: a socket in a container, or a forwarded one, leads to another."""
    own, other = (name.partition(".")[0] for name in (socket.gethostname(), live.hostname))
    return live.uri.is_of_this_machine and own == other


def _collected(live: LiveHost, parts: _Parts, system: System) -> Host:
    """Return the inventory of this machine with what libvirt tells."""
    if not live.uri.is_of_this_user:
        found = collect(system, Libvirt(parts.plain, parts.has_firewall))
        return Host(found.inventory, found.remarks)
    # The firewall and the bridges are of the networks of the system's daemon, which is another one.
    return _merged(_host(collect(system)), parts, system)


def _host(found: Collected) -> Host:
    return Host(found.inventory, found.remarks)
