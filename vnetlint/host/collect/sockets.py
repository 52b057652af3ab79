"""The sockets on which programs of a machine listen, from `ss`."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from vnetlint.host.collect.chains import PlainPart
from vnetlint.host.collect.system import Questions

_Value = TypeVar("_Value")
_PROGRAM = re.compile(r'\("([^"]*)",pid=(\d+)')
_OF_GUESTS = ("qemu", "kvm", "passt", "pasta")
"""The start of the names of the programs that listen for guests."""


class Socket(NamedTuple):
    """A socket of TCP or UDP on which something listens."""

    protocol: str
    address: str
    port: int
    program: str
    """The name of the program, or an empty text if it cannot be seen."""
    pid: str


def collect_sockets(questions: Questions, bridge_addresses: Iterable[str]) -> PlainPart:
    """Return the listeners and the UNIX sockets of a machine.

    Without root the programs are not visible: those on the addresses of libvirt's bridges then count as libvirt's.
    """
    found: PlainPart = {}
    own = frozenset(bridge_addresses)
    text = questions.ask("listeners", "ss", "-H", "-lntup")
    if text is not None:
        sockets = list(sockets_of(text))
        if not questions.system.is_root and any(not each.program for each in sockets):
            questions.remark("which programs listen", "ss: the programs of other users are hidden", refused=True)
        others = [each for each in sockets if not _is_libvirts(each, own, questions.system.read)]
        found["dns_listeners"] = _unique(each.address for each in others if (each.protocol, each.port) == ("udp", 53))
        found["listeners"] = listeners(others)
    paths = questions.ask("UNIX sockets", "ss", "-H", "-lx")
    if paths is not None:
        found["unix_sockets"] = unix_sockets(paths)
    return found


def sockets_of(text: str) -> Iterator[Socket]:
    """Yield the sockets in the output of `ss -H -lntup`."""
    for line in text.splitlines():
        words = line.split()
        if len(words) < 5 or words[0] not in ("tcp", "udp"):
            continue
        address, _, port = words[4].rpartition(":")
        program = _PROGRAM.search(line)
        name, pid = (program[1], program[2]) if program else ("", "")
        plain = address.partition("%")[0].strip("[]")
        if port.isdigit() and 0 < int(port) < 65536:
            yield Socket(words[0], "::" if plain == "*" else plain, int(port), name, pid)


def listeners(sockets: Iterable[Socket]) -> list[PlainPart]:
    """Return the sockets that programs other than guests listen on, as an inventory has them."""
    made = (each for each in sockets if not each.program.startswith(_OF_GUESTS))
    unique = _unique((each.protocol, each.port, each.address) for each in made)
    return [{"protocol": protocol, "port": port, "address": address} for protocol, port, address in unique]


def unix_sockets(text: str) -> list[str]:
    """Return the paths in the output of `ss -H -lx`, without the sockets that have no file."""
    words = (line.split() for line in text.splitlines())
    return sorted({each[4] for each in words if len(each) > 4 and each[4].startswith("/")})


def _is_libvirts(socket: Socket, own: frozenset[str], read: Callable[[str], str | None]) -> bool:
    """Whether a socket belongs to the dnsmasq of a libvirt network."""
    if not socket.program:
        return socket.address in own
    command = read(f"/proc/{socket.pid}/cmdline") if socket.program == "dnsmasq" else None
    return "/libvirt/" in (command or "")


def _unique(values: Iterable[_Value]) -> list[_Value]:
    return list(dict.fromkeys(values))
