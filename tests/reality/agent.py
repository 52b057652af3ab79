"""What runs in one network namespace: sends probes, notices those that arrive, and runs commands.

It is started by file name with an isolated Python and speaks JSON, one line an order and one an answer. It ends when
its input does. Each probe has a number that is unique in the world. It is in the payload of ICMP and UDP and in the
sequence number of TCP, so it survives every translation, and an ICMP error quotes it.

Everything is received with raw sockets, behind the firewall's input. The kernel answers echo requests and SYNs.
"""

from __future__ import annotations

import errno
import json
import os
import selectors
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

MARK = b"vnetlint"
SEQUENCE = 0x56000000
MANY = 4 * 1024 * 1024
ECHO = {4: (8, 0), 6: (128, 129)}
"""The types of an echo request and of its reply."""
ERRORS = {4: (3, 11), 6: (1, 3)}
"""The types of ICMP messages that end a probe: unreachable, and too many hops."""
ICMP = {4: socket.IPPROTO_ICMP, 6: socket.IPPROTO_ICMPV6}
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
SYN, ACK, RST = 2, 16, 4
IP_PKTINFO = 8
IPV6_CHECKSUM = 7


def _sum(data: bytes) -> int:
    """The Internet checksum of data."""
    padded = data + b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def _payload(number: int) -> bytes:
    return MARK + struct.pack("!I", number)


def _number(payload: bytes) -> int | None:
    """The number of the probe whose payload this is, or begins."""
    if payload[: len(MARK)] != MARK or len(payload) < len(MARK) + 4:
        return None
    number: int = struct.unpack_from("!I", payload, len(MARK))[0]
    return number


class Agent:
    """All sockets of the namespace and what was heard on them."""

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.raw: dict[tuple[int, str], socket.socket] = {}
        self.sender: dict[int, socket.socket] = {}
        self.arrived: dict[int, str] = {}
        self.waiting: dict[int, dict[str, Any]] = {}
        self.results: dict[int, str] = {}
        self.sends: list[float] = []
        self.end = 0.0
        self.given = b""

    def _listen(self, sock: socket.socket, heard: Callable[[], None]) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, MANY)
        self.selector.register(sock, selectors.EVENT_READ, heard)

    def open(self, ports: list[int]) -> None:
        """Open the raw sockets and listen on ports."""
        for version, family in FAMILY.items():
            icmp = socket.socket(family, socket.SOCK_RAW, ICMP[version])
            tcp = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_TCP)
            if version == 6:
                # The kernel knows the source address that the checksum needs.
                tcp.setsockopt(socket.IPPROTO_IPV6, IPV6_CHECKSUM, 16)
            udp = socket.socket(family, socket.SOCK_DGRAM)
            self.raw[version, "icmp"], self.raw[version, "tcp"], self.sender[version] = icmp, tcp, udp
            self._listen(icmp, lambda v=version, s=icmp: self._hear_icmp(v, s))  # type: ignore[misc]
            self._listen(tcp, lambda v=version, s=tcp: self._hear_tcp(v, s))  # type: ignore[misc]
            self._listen(udp, lambda s=udp: self._hear_reply(s))  # type: ignore[misc]
            for port in ports:
                self._serve(version, port)

    def _serve(self, version: int, port: int) -> None:
        tcp = socket.socket(FAMILY[version], socket.SOCK_STREAM)
        udp = socket.socket(FAMILY[version], socket.SOCK_DGRAM)
        for sock in (tcp, udp):
            if version == 6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind(("", port))
        tcp.listen(1024)
        self.selector.register(tcp, selectors.EVENT_READ, lambda: _discard(tcp))
        tcp.setblocking(False)
        # A reply has to come from the address that was asked, of which a namespace may have several.
        if version == 4:
            udp.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        else:
            udp.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
        self._listen(udp, lambda: self._answer(udp))

    def _answer(self, sock: socket.socket) -> None:
        while True:
            try:
                data, asides, _, sender = sock.recvmsg(256, 256)
            except OSError:
                return
            number = _number(data)
            if number is None:
                continue
            self.arrived[number] = sender[0].partition("%")[0]
            kept = []
            for level, kind, info in asides:
                # For IPv4 the interface is cleared, so that the reply is routed like any other packet.
                kept.append(
                    (level, kind, struct.pack("=I", 0) + info[8:12] * 2 if len(info) == 12 else info[:16] + bytes(4))
                )
            try:
                sock.sendmsg([data], kept, 0, sender)
            except OSError:
                continue

    def _hear_reply(self, sock: socket.socket) -> None:
        while True:
            try:
                data = sock.recv(256)
            except OSError:
                return
            self._finish(_number(data), "reply")

    def _hear_icmp(self, version: int, sock: socket.socket) -> None:
        while True:
            try:
                data, sender = sock.recvfrom(2048)
            except OSError:
                return
            packet = data[(data[0] & 15) * 4 :] if version == 4 else data
            if len(packet) < 8:
                continue
            kind, code = packet[0], packet[1]
            source = sender[0].partition("%")[0]
            request, reply = ECHO[version]
            if kind == request:
                number = _number(packet[8:])
                if number is not None:
                    self.arrived[number] = source
            elif kind == reply:
                self._finish(_number(packet[8:]), "reply")
            elif kind in ERRORS[version]:
                self._finish(_quoted(version, packet[8:]), f"icmp {kind}/{code} from {source}")

    def _hear_tcp(self, version: int, sock: socket.socket) -> None:
        while True:
            try:
                data, sender = sock.recvfrom(2048)
            except OSError:
                return
            packet = data[(data[0] & 15) * 4 :] if version == 4 else data
            if len(packet) < 20:
                continue
            sequence, acknowledged, flags = struct.unpack_from("!IIxB", packet, 4)
            if flags & SYN and not flags & ACK and sequence >= SEQUENCE:
                self.arrived[sequence - SEQUENCE] = sender[0].partition("%")[0]
            elif flags & (SYN | RST) and flags & ACK:
                self._finish(acknowledged - 1 - SEQUENCE, "reset" if flags & RST else "reply")

    def _finish(self, number: int | None, result: str) -> None:
        probe = self.waiting.pop(number, None) if number is not None else None
        if probe is not None and number is not None:
            self.results[number] = result

    def _send(self, number: int, probe: dict[str, Any]) -> None:
        version, address, protocol = probe["version"], probe["address"], probe["protocol"]
        try:
            if protocol == "udp":
                self.sender[version].sendto(_payload(number), (address, probe["port"]))
                return
            if protocol == "icmp":
                packet = struct.pack("!BBHHH", ECHO[version][0], 0, 0, number & 0xFFFF, 1) + _payload(number)
                if version == 4:
                    packet = packet[:2] + struct.pack("!H", _sum(packet)) + packet[4:]
            else:
                packet = _syn(version, address, number, probe["port"])
            self.raw[version, protocol].sendto(packet, (address, 0))
        except PermissionError:
            # The sender's own firewall drops it, or rejects it with an ICMP error that comes now.
            return
        except OSError as error:
            self._finish(number, errno.errorcode.get(error.errno or 0, str(error)))

    def probe(self, probes: list[dict[str, Any]], wait: float, tries: int) -> None:
        """Send probes, and again those that nothing answers."""
        now = time.monotonic()
        self.waiting = {each["number"]: each for each in probes}
        self.results = {}
        self.sends = [now + wait * attempt for attempt in range(tries)]
        self.end = now + wait * tries

    def _tick(self) -> float | None:
        """Do what is due, and return the seconds until more is."""
        if not self.end:
            return None
        now = time.monotonic()
        if not self.waiting or now >= self.end:
            self.end = 0.0
            late = dict.fromkeys(self.waiting, "nothing")
            self.waiting = {}
            reply({str(number): result for number, result in {**self.results, **late}.items()})
            return None
        if self.sends and now >= self.sends[0]:
            self.sends.pop(0)
            for count, (number, probe) in enumerate(list(self.waiting.items())):
                if number in self.waiting:
                    self._send(number, probe)
                if count % 50 == 49:
                    self._hear(0)
            return 0.0
        return max(0.0, (self.sends[0] if self.sends else self.end) - now)

    def _hear(self, seconds: float | None) -> bool:
        """Read what arrives within seconds; whether the input has ended."""
        for key, _ in self.selector.select(seconds):
            if key.data is None:
                chunk = os.read(0, 1 << 20)
                if not chunk:
                    return True
                self.given += chunk
            else:
                key.data()
        return False

    def run(self) -> None:
        """Obey until the input ends."""
        self.selector.register(0, selectors.EVENT_READ, None)
        while not self._hear(self._tick()):
            while b"\n" in self.given:
                line, self.given = self.given.split(b"\n", 1)
                self._obey(json.loads(line))

    def _obey(self, order: dict[str, Any]) -> None:
        match order["do"]:
            case "open":
                self.open(order["ports"])
                reply({})
            case "sysctl":
                for pattern, value in order["values"].items():
                    for path in Path("/proc/sys/net").glob(pattern):
                        path.write_text(value)
                reply({})
            case "read":
                reply({path: Path("/proc/sys/net", path).read_text().strip() for path in order["paths"]})
            case "run":
                done = subprocess.run(
                    order["command"], input=order["stdin"], capture_output=True, text=True, timeout=30
                )
                reply({"code": done.returncode, "stdout": done.stdout, "stderr": done.stderr})
            case "probe":
                self.probe(order["probes"], order["wait"], order["tries"])
            case "arrived":
                reply({str(number): source for number, source in self.arrived.items()})


def _discard(listener: socket.socket) -> None:
    try:
        listener.accept()[0].close()
    except OSError:
        return


def _syn(version: int, address: str, number: int, port: int) -> bytes:
    fields = (20000 + number % 40000, port, SEQUENCE + number, 0, 5 << 4, SYN, 64240)
    packet = struct.pack("!HHIIBBHHH", *fields, 0, 0)
    if version == 6:
        return packet
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as routed:
        routed.connect((address, port))
        source = routed.getsockname()[0]
    pseudo = socket.inet_aton(source) + socket.inet_aton(address) + struct.pack("!BBH", 0, 6, len(packet))
    return struct.pack("!HHIIBBHHH", *fields, _sum(pseudo + packet), 0)


def _quoted(version: int, packet: bytes) -> int | None:
    """The number of the probe that an ICMP error quotes."""
    if len(packet) < (28 if version == 4 else 48):
        return None
    protocol = packet[9] if version == 4 else packet[6]
    inner = packet[(packet[0] & 15) * 4 :] if version == 4 else packet[40:]
    if protocol == socket.IPPROTO_TCP:
        sequence: int = struct.unpack_from("!I", inner, 4)[0]
        return sequence - SEQUENCE
    return _number(inner[8:])


def reply(answer: dict[str, Any]) -> None:
    """Answer an order."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # The outer number, because this /proc is that of the machine, and the number among the processes of the host.
    reply({"outer": int(Path("/proc/self").resolve().name), "pid": os.getpid()})
    Agent().run()
