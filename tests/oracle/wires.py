"""Send single packets between a guest's port, another port of its bridge, the host and a LAN, and see which arrive.

The guests are the far ends of veth pairs. Their packets are made by hand, so that nothing answers unless it is told to.
The host's own packets come from its real network stack, because what iptables does depends on it.
"""

from __future__ import annotations

import ctypes
import os
import select
import socket
import struct
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Literal, Self

from .libvirtd import Bridge, Host, Libvirtd, Nic, OracleError

Path = Literal["bridged", "host", "routed"]
Protocol = Literal["icmp", "tcp", "udp", "arp", "nd"]
Key = tuple[str, str, str, int, int]
"""What tells packets apart: protocol, addresses of sender and receiver, and their ports, or type and id of ICMP."""

GUEST, PEER, GATEWAY = "52:54:00:00:00:01", "52:54:00:00:00:02", "52:54:00:00:00:fe"
UPLINK, FAR = "52:54:00:00:01:fe", "52:54:00:00:01:01"
ADDRESSES: Mapping[int, Mapping[str, str]] = {
    4: {"guest": "10.9.0.11", "bridged": "10.9.0.12", "host": "10.9.0.1", "routed": "10.8.0.2"},
    6: {"guest": "fd09::11", "bridged": "fd09::12", "host": "fd09::1", "routed": "fd08::2"},
}
HOST = Host(
    nics=(Nic("uplink", ("10.8.0.1/24", "fd08::1/64")),),
    bridges=(Bridge("br0", addresses=("10.9.0.1/24", "fd09::1/64")),),
    routes=(),
    forwarding=True,
)
_NUMBERS = {"icmp": {4: 1, 6: 58}, "tcp": {4: 6, 6: 6}, "udp": {4: 17, 6: 17}, "nd": {6: 58}}
_CLONE_NEWNET = 0x40000000
_ALL_FRAMES = 0x0003
_PATHS: tuple[Path, ...] = ("bridged", "host", "routed")
_PORT = 53
"""The port on which the host answers UDP."""


@dataclass(frozen=True)
class Packet:
    """One packet between the guest and someone else."""

    direction: Literal["in", "out"]
    path: Path
    version: Literal[4, 6]
    protocol: Protocol
    number: int
    """The port of the one who opened the connection, or the id of the echo."""
    port: int
    """The port of the other one."""
    is_reply: bool = False

    def reply(self) -> Packet:
        """The answer to it."""
        return Packet(
            "in" if self.direction == "out" else "out",
            self.path,
            self.version,
            self.protocol,
            self.number,
            self.port,
            is_reply=True,
        )

    @property
    def addresses(self) -> tuple[str, str]:
        """The addresses of sender and receiver."""
        guest, other = ADDRESSES[self.version]["guest"], ADDRESSES[self.version][self.path]
        return (guest, other) if self.direction == "out" else (other, guest)

    @property
    def ports(self) -> tuple[int, int]:
        """The ports of sender and receiver."""
        return (self.port, self.number) if self.is_reply else (self.number, self.port)

    @property
    def macs(self) -> tuple[str, str]:
        """The MAC addresses on the guest's port."""
        other = PEER if self.path == "bridged" else GATEWAY
        if self.protocol == "arp" and not self.is_reply:
            return (GUEST if self.direction == "out" else other), "ff:ff:ff:ff:ff:ff"
        return (GUEST, other) if self.direction == "out" else (other, GUEST)

    @property
    def icmp_type(self) -> int:
        """The type of an ICMP packet."""
        if self.protocol == "nd":
            return 136 if self.is_reply else 135
        request, answer = (8, 0) if self.version == 4 else (128, 129)
        return answer if self.is_reply else request

    @property
    def key(self) -> Key:
        """What tells it from others."""
        sender, receiver = self.addresses
        if self.protocol == "arp":
            return "arp", sender, receiver, 2 if self.is_reply else 1, 0
        if self.protocol == "nd":
            return "icmp", sender, receiver, self.icmp_type, 0
        if self.protocol == "icmp":
            return "icmp", sender, receiver, self.icmp_type, self.number
        return self.protocol, sender, receiver, *self.ports

    @property
    def arrival(self) -> tuple[str, Key]:
        """Where it arrives, and what tells it from others. A bridge may flood it to others too."""
        return ("guest" if self.direction == "in" else self.path), self.key


def _mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", ""))


def _sum(data: bytes) -> int:
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return 0xFFFF - total


def _pseudo(packet: Packet, length: int, number: int) -> bytes:
    pair = b"".join(ip_address(each).packed for each in packet.addresses)
    return pair + (
        struct.pack("!BBH", 0, number, length) if packet.version == 4 else struct.pack("!II", length, number)
    )


def _payload(packet: Packet, acknowledged: int) -> bytes:
    """What is in the IP packet, with the checksum that the kernel needs to track the connection."""
    number = _NUMBERS[packet.protocol][packet.version]
    at = 2
    if packet.protocol == "udp":
        body, at = struct.pack("!HHHH", *packet.ports, 12, 0) + b"data", 6
    elif packet.protocol == "tcp":
        flags = 0x12 if packet.is_reply else 0x02
        body, at = struct.pack("!HHIIBBHHH", *packet.ports, 1000, acknowledged, 0x50, flags, 8192, 0, 0), 16
    elif packet.protocol == "nd":
        target = packet.addresses[0] if packet.is_reply else packet.addresses[1]
        body = (
            struct.pack("!BBHI", packet.icmp_type, 0, 0, 0x60000000 if packet.is_reply else 0)
            + ip_address(target).packed
        )
    else:
        body = struct.pack("!BBHHH", packet.icmp_type, 0, 0, packet.number, 1) + b"data"
    covered = body if packet.protocol == "icmp" and packet.version == 4 else _pseudo(packet, len(body), number) + body
    return body[:at] + struct.pack("!H", _sum(covered)) + body[at + 2 :]


def frame(packet: Packet, macs: tuple[str, str], acknowledged: int = 0) -> bytes:
    """The whole frame."""
    sender, receiver = (ip_address(each) for each in packet.addresses)
    head = _mac(macs[1]) + _mac(macs[0])
    if packet.protocol == "arp":
        target = macs[1] if packet.is_reply else "00:00:00:00:00:00"
        arp = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 2 if packet.is_reply else 1)
        return head + b"\x08\x06" + arp + _mac(macs[0]) + sender.packed + _mac(target) + receiver.packed
    number, body = _NUMBERS[packet.protocol][packet.version], _payload(packet, acknowledged)
    if packet.version == 6:
        limit = 255 if packet.protocol == "nd" else 64
        return (
            head
            + b"\x86\xdd"
            + struct.pack("!IHBB", 6 << 28, len(body), number, limit)
            + sender.packed
            + receiver.packed
            + body
        )
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), packet.number & 0xFFFF, 0, 64, number, 0)
    checksum = _sum(header + sender.packed + receiver.packed)
    return head + b"\x08\x00" + header[:10] + struct.pack("!H", checksum) + sender.packed + receiver.packed + body


def key_of(data: bytes) -> Key | None:
    """What tells a frame from others; None if it is of no use."""
    kind, inner = data[12:14], data[14:]
    if kind == b"\x08\x06":
        return "arp", str(IPv4Address(inner[14:18])), str(IPv4Address(inner[24:28])), inner[7], 0
    if kind == b"\x08\x00":
        size = (inner[0] & 15) * 4
        return _key(str(IPv4Address(inner[12:16])), str(IPv4Address(inner[16:20])), inner[9], inner[size:])
    if kind == b"\x86\xdd":
        return _key(str(IPv6Address(inner[8:24])), str(IPv6Address(inner[24:40])), inner[6], inner[40:])
    return None


def _key(sender: str, receiver: str, number: int, body: bytes) -> Key | None:
    name = {1: "icmp", 58: "icmp", 6: "tcp", 17: "udp"}.get(number)
    if name is None or len(body) < 8:
        return None
    if name != "icmp":
        return name, sender, receiver, *struct.unpack("!HH", body[:4])
    echo = struct.unpack("!H", body[4:6])[0] if body[0] in (0, 8, 128, 129) else 0
    return name, sender, receiver, body[0], echo


@dataclass
class Wires:
    """The sockets of a host with a guest, its neighbour and a LAN; use it in a `with` statement."""

    daemon: Libvirtd
    sockets: dict[str, socket.socket] = field(default_factory=dict)

    def __enter__(self) -> Self:
        commands = [
            "ip link set br0 address " + GATEWAY,
            "ip link set uplink down",
            f"ip link set uplink address {UPLINK} up",
            "ip address replace fd08::1/64 dev uplink nodad",
        ]
        for name, mac in (("guest", GUEST), ("bridged", PEER)):
            commands += [
                f"ip netns add {name}",
                f"ip link add v-{name} type veth peer name eth0 address {mac} netns {name}",
                f"ip netns exec {name} sysctl -q -w net.ipv6.conf.all.disable_ipv6=1 net.ipv4.ip_forward=0",
                f"ip -n {name} link set eth0 up",
                f"ip link set v-{name} master br0 up",
            ]
        for version in (4, 6):
            for name, mac, device in (("guest", GUEST, "br0"), ("bridged", PEER, "br0"), ("routed", FAR, "uplink")):
                address = ADDRESSES[version][name]
                commands.append(f"ip neighbour replace {address} lladdr {mac} dev {device} nud permanent")
        done = self.daemon.run("sh", "-ec", "\n".join(["cd /", *commands]))
        if done.code:
            raise OracleError(done.stderr)
        for name, space, device in (
            ("guest", "guest", "eth0"),
            ("bridged", "bridged", "eth0"),
            ("routed", "wire", "uplink"),
        ):
            opened = self._open(space, socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL_FRAMES))
            opened.bind((device, 0))
            self.sockets[name] = opened
        for version, family in ((4, socket.AF_INET), (6, socket.AF_INET6)):
            for kind in ("icmp", "tcp", "udp"):
                number = _NUMBERS[kind][version]
                self.sockets[f"{kind}{version}"] = self._open("", family, socket.SOCK_RAW, number)
            udp = self._open("", family, socket.SOCK_DGRAM, 0)
            udp.bind((ADDRESSES[version]["host"], _PORT))
            self.sockets[f"answering{version}"] = udp
        for each in self.sockets.values():
            each.setblocking(False)
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.sockets.values():
            each.close()

    def _open(self, space: str, family: int, kind: int, number: int) -> socket.socket:
        """Open a socket in a network namespace, which a thread of its own enters."""
        place = f"/proc/{self.daemon.pid}/" + (f"root/run/netns/{space}" if space else "ns/net")
        opened: list[socket.socket] = []

        def enter() -> None:
            handle = os.open(place, os.O_RDONLY)
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(handle, _CLONE_NEWNET) == 0:
                opened.append(socket.socket(family, kind, number))
            os.close(handle)

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        if not opened:
            raise OracleError(f"cannot open a socket in {place}")
        return opened[0]

    def exchange(self, packets: Iterable[Packet], wait: float = 0.15) -> tuple[set[Packet], set[Packet]]:
        """Send packets that open connections, then replies to those that arrived.

        Return which of all of them arrived, and which were rejected: their sender got an error of ICMP.
        """
        first = list(packets)
        seen: dict[tuple[str, Key], int] = {}
        errors: set[Key] = set()
        kept = [opened for each in first if (opened := self._send(each, 0)) is not None]
        self._receive(seen, errors, wait)
        answered = [each for each in first if each.arrival in seen]
        replies = [each.reply() for each in answered]
        for each, reply in zip(answered, replies, strict=True):
            self._send(reply, seen[each.arrival])
        self._receive(seen, errors, wait)
        for opened in kept:
            opened.close()
        everything = [*first, *replies]
        return {each for each in everything if each.arrival in seen}, {
            each for each in everything if each.key in errors
        }

    def _send(self, packet: Packet, acknowledged: int) -> socket.socket | None:
        if packet.direction == "out" or packet.path != "host":
            name = "guest" if packet.direction == "out" else packet.path
            macs = (FAR, UPLINK) if name == "routed" else packet.macs
            self.sockets[name].send(frame(packet, macs, acknowledged))
            return None
        return self._send_from_host(packet)

    def _send_from_host(self, packet: Packet) -> socket.socket | None:
        """Have the host's own stack send. It replies to ICMP and TCP by itself."""
        own, other = packet.addresses
        family = socket.AF_INET if packet.version == 4 else socket.AF_INET6
        if packet.is_reply:
            if packet.protocol == "udp":
                self.sockets[f"answering{packet.version}"].sendto(b"data", (other, packet.number))
            return None
        if packet.protocol == "icmp":
            self.sockets[f"icmp{packet.version}"].sendto(_payload(packet, 0), (other, 0))
            return None
        kind = socket.SOCK_STREAM if packet.protocol == "tcp" else socket.SOCK_DGRAM
        opened = self._open("", family, kind, 0)
        opened.setblocking(False)
        opened.bind((own, packet.number))
        if packet.protocol == "tcp":
            opened.connect_ex((other, packet.port))
        else:
            opened.sendto(b"data", (other, packet.port))
        return opened

    def _receive(self, seen: dict[tuple[str, Key], int], errors: set[Key], wait: float) -> None:
        """Note what arrives until the time is over; for TCP with the number that a reply acknowledges."""
        end = time.monotonic() + wait
        while (left := end - time.monotonic()) > 0:
            for each in select.select(list(self.sockets.values()), (), (), left)[0]:
                self._note(each, seen, errors)

    def _note(self, opened: socket.socket, seen: dict[tuple[str, Key], int], errors: set[Key]) -> None:
        data, sender = opened.recvfrom(65535)
        name = next(name for name, each in self.sockets.items() if each is opened)
        if opened.family == socket.AF_PACKET:
            if sender[2] == socket.PACKET_OUTGOING:
                return
            inner = data[14:]
            key = key_of(data)
        else:
            found = self._on_host(name, data, sender[0])
            if found is None:
                return
            key, inner = found
        if key is None:
            return
        place = name if name in ("guest", *_PATHS) else "host"
        seen[place, key] = _next_sequence(inner) if key[0] == "tcp" else 0
        if key[0] == "icmp" and (refused := _refused(inner)) is not None:
            errors.add(refused)

    def _on_host(self, name: str, data: bytes, sender: str) -> tuple[Key | None, bytes] | None:
        """Return what arrived at a socket of the host, as an IP packet. Only raw IPv4 sockets see the header."""
        if name.startswith("answering"):
            return None
        if name.endswith("4"):
            return key_of(bytes(12) + b"\x08\x00" + data), data
        own = ip_address(ADDRESSES[6]["host"]).packed
        header = bytes(4) + struct.pack("!HBB", len(data), _NUMBERS[name[:-1]][6], 64)
        packet = header + ip_address(sender).packed + own + data
        return key_of(bytes(12) + b"\x86\xdd" + packet), packet


def _next_sequence(inner: bytes) -> int:
    at = (inner[0] & 15) * 4 if inner[0] >> 4 == 4 else 40
    return (int(struct.unpack("!I", inner[at + 4 : at + 8])[0]) + 1) & 0xFFFFFFFF


def _refused(inner: bytes) -> Key | None:
    """What an error of ICMP is about; None for other packets."""
    if inner[0] >> 4 == 4:
        body = inner[(inner[0] & 15) * 4 :]
        return key_of(bytes(12) + b"\x08\x00" + body[8:]) if body[0] == 3 else None
    return key_of(bytes(12) + b"\x86\xdd" + inner[48:]) if inner[40] == 1 else None
