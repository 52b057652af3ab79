"""What libvirt has on a machine: its version, networks, guests and network filters, by virsh."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import ip_interface
from typing import NamedTuple

from vnetlint.host.collect.chains import PlainPart
from vnetlint.host.collect.system import Questions
from vnetlint.inputkey import StreamKey
from vnetlint.model import Domain, Model, Network, model_of
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

_CONF = "/etc/libvirt/network.conf"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_AT_ONCE = 200
"""The most documents that virsh is asked for at once."""
_FILTERED = frozenset({"nat", "route", "isolated"})
"""The modes for which libvirt makes firewall rules."""


class Libvirt(NamedTuple):
    """The parts of an inventory that libvirt answers, and what else depends on its networks."""

    parts: PlainPart
    has_firewall: bool
    """Whether networks are active for which libvirt makes firewall rules."""


def collect_libvirt(questions: Questions) -> Libvirt:
    """Return what libvirt answers; nothing if it cannot be asked."""
    done = questions.system.run(_virsh(questions, "version --daemon"))
    if done.code == 127:
        questions.remark("libvirt, its networks and guests", "virsh is not installed")
        return Libvirt({}, False)
    if done.code:
        questions.note_failure("libvirt, its networks and guests", done, "virsh")
        return Libvirt({}, False)
    parts: PlainPart = {}
    version = re.search(r"Running against daemon: (\d+\.\d+\.\d+)", done.stdout)
    if version:
        parts["libvirt"] = version[1]
    networks = _documents(questions, "net-list --all --uuid", "net-dumpxml")
    active = _uuids(questions, "net-list --uuid")
    if networks is not None and active is not None:
        started = _uuids(questions, "net-list --all --autostart --uuid") or []
        parts["networks"] = [
            network_part(each, str(each.uuid) in active, str(each.uuid) in started)
            for each in networks
            if isinstance(each, Network)
        ]
    guests = _documents(questions, "list --all --uuid", "dumpxml")
    if guests is not None:
        parts["guests"] = _guests(questions, guests)
    if (filters := questions.ask("network filters", *_virsh(questions, "nwfilter-list"))) is not None:
        parts["filters"] = filter_names(filters)
    running = [each for each in networks or () if isinstance(each, Network) and str(each.uuid) in (active or ())]
    return Libvirt(parts, any(map(has_firewall, running)))


def has_firewall(network: Network) -> bool:
    """Whether libvirt makes firewall rules for a network that is active."""
    return network.mode in _FILTERED


def firewall_backend(text: str | None) -> str | None:
    """Return the firewall backend in the text of network.conf, or None if it sets none."""
    found = re.search(r"^[ \t]*firewall_backend[ \t]*=[ \t]*[\"']?(iptables|nftables)", text or "", re.MULTILINE)
    return found[1] if found else None


def configured_backend(questions: Questions) -> str | None:
    """Return the firewall backend that libvirt is configured to use, or None if it chooses one."""
    return firewall_backend(questions.system.read(_CONF))


def filter_names(text: str) -> list[str]:
    """Return the names in the output of `virsh nwfilter-list`."""
    lines = (line.strip().partition(" ") for line in text.splitlines())
    return [name.strip() for uuid, _, name in lines if _UUID.fullmatch(uuid) and name.strip()]


def models(text: str) -> list[Model]:
    """Return the networks and guests in documents that follow each other, as virsh prints them."""
    return [model for document in parse(Source(StreamKey("virsh"), text)) if (model := model_of(document))]


def _virsh(questions: Questions, command: str) -> tuple[str, ...]:
    """Return the command line. Without root it only reads, because polkit would ask for a password."""
    how = () if questions.system.is_root else ("--readonly",)
    return ("virsh", "--quiet", "--connect", "qemu:///system", *how, command)


def _uuids(questions: Questions, command: str) -> list[str] | None:
    text = questions.ask(f"libvirt's answer to {command.split()[0]}", *_virsh(questions, command))
    return None if text is None else [each for each in text.split() if _UUID.fullmatch(each)]


def _documents(questions: Questions, listing: str, command: str) -> list[Model] | None:
    uuids = _uuids(questions, listing)
    if uuids is None:
        return None
    found: list[Model] = []
    for start in range(0, len(uuids), _AT_ONCE):
        asked = "; ".join(f"{command} {uuid}" for uuid in uuids[start : start + _AT_ONCE])
        # One that was removed meanwhile is an error of virsh, and the others are printed all the same.
        found += models(questions.system.run(_virsh(questions, asked)).stdout)
    if len(found) < len(uuids):
        questions.remark(f"{len(uuids) - len(found)} of {len(uuids)} documents of virsh {command}", "virsh: no answer")
    return found


def network_part(network: Network, is_active: bool, is_autostarted: bool) -> PlainPart:
    """Return a network as an inventory has it."""
    made: PlainPart = {"name": network.name or "", "active": is_active, "autostart": is_autostarted}
    if network.owns_bridge and network.bridge and network.bridge.name:
        made["bridge"] = network.bridge.name
    made["subnets"] = [str(each.subnet) for each in network.ips if each.subnet]
    return made


def _guests(questions: Questions, guests: Iterable[Model]) -> list[PlainPart]:
    domains = [each for each in guests if isinstance(each, Domain)]
    started = _uuids(questions, "list --all --autostart --uuid") or []
    running = _uuids(questions, "list --uuid") or []
    addresses = _addresses(questions, running)
    return [guest_part(each, str(each.uuid) in started, addresses) for each in domains]


def guest_part(guest: Domain, is_autostarted: bool, addresses: Mapping[str, Sequence[str]]) -> PlainPart:
    """Return a guest as an inventory has it. `addresses` has those of NICs by MAC."""
    nics: list[PlainPart] = []
    for each in guest.interfaces:
        mac = (each.mac or "").lower()
        known = addresses.get(mac)
        nics.append({**({"mac": mac} if mac else {}), **({"addresses": known} if known else {})})
    return {"name": guest.name or "", "autostart": is_autostarted, "nics": nics}


def _addresses(questions: Questions, running: Sequence[str]) -> dict[str, list[str]]:
    """Return the addresses of running guests by MAC: those that an agent reports, or else those that are leased."""
    found: dict[str, list[str]] = {}
    for source in ("lease", "agent") if questions.system.is_root else ("lease",):
        for start in range(0, len(running), _AT_ONCE):
            asked = "; ".join(f"domifaddr {uuid} --source {source}" for uuid in running[start : start + _AT_ONCE])
            told: dict[str, list[str]] = {}
            for mac, address in leases(questions.system.run(_virsh(questions, asked)).stdout):
                told.setdefault(mac, []).append(address)
            found.update(told)
    return found


def leases(text: str) -> Iterator[tuple[str, str]]:
    """Yield the MAC and the address of each line of `virsh domifaddr`; a line may continue the one before it."""
    last = ""
    for line in text.splitlines():
        words = line.split()
        if len(words) != 4 or words[2] not in ("ipv4", "ipv6"):
            continue
        last = words[1].lower() if words[1] not in ("-", "N/A") else last
        try:
            address = ip_interface(words[3])
        except ValueError:
            continue
        if last and not address.is_link_local and not address.is_loopback:
            yield last, str(address)
