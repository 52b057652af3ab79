"""The whole matrix of a large host: a thousand guests on fifty networks of four modes, with IPv4 and IPv6.

Prints the seconds of the processor that `vnetlint reach` takes, from its start to its end, the most memory that it
holds, and the rows of its table. The best of three runs counts.

usage: python -m benchmarks.matrix [GUESTS [NETWORKS]]
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

MODES = ("<forward mode='nat'/>", "<forward mode='route'/>", "", "<forward mode='open'/>")
NETWORK = (
    "<network><name>n{0}</name>{1}<bridge name='vb{0}'/><ip address='10.{0}.0.1' prefix='16'>"
    "<dhcp><range start='10.{0}.0.10' end='10.{0}.99.99'/></dhcp></ip>"
    "<ip family='ipv6' address='fd00:{0}::1' prefix='64'/></network>"
)
GUEST = (
    "<domain type='kvm'><name>g{0}-{1}</name><devices><interface type='network'>"
    "<mac address='52:54:00:00:{2:02x}:{3:02x}'/><source network='n{0}'/></interface></devices></domain>"
)
HOST = """{"version": 1, "libvirt": "9.0.0", "firewall_backend": "iptables", "forward_policy": "accept",
 "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24", "fd50::10/64"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}]}"""
RUNS = 3


def main(guests: str = "1000", networks: str = "50") -> int:
    """Print the figures of a host of this size."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _write(place, int(guests), int(networks))
        (place / "host.json").write_text(HOST, "ascii")
        command = [sys.executable, "-m", "vnetlint", "reach", str(place / "xml"), "--host", str(place / "host.json")]
        found = [_measured(command) for _ in range(RUNS)]
    seconds, megabytes, lines = min(found)
    print(f"{guests} guests on {networks} networks: seconds {seconds:.2f}, megabytes {megabytes:.0f}, lines {lines}")
    return 0


def _write(place: Path, guests: int, networks: int) -> None:
    (place / "xml").mkdir()
    for number in range(networks):
        text = NETWORK.format(number, MODES[number % len(MODES)])
        (place / "xml" / f"n{number}.xml").write_text(text, "ascii")
    for number in range(guests):
        text = GUEST.format(number % networks, number, number // 256, number % 256)
        (place / "xml" / f"g{number}.xml").write_text(text, "ascii")


def _measured(command: list[str]) -> tuple[float, float, int]:
    """Return the seconds of the processor, the most megabytes, and the lines of the output of a command."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        text = process.stdout.read() if process.stdout is not None else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"vnetlint reach failed: exit code {process.returncode}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text.count(b"\n")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
