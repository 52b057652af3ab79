"""How the time grows with the project: sites with more and more guests, with different and with equal MAC addresses.

usage: python -m benchmarks.scale [GUESTS ...]
"""

import math
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from vnetlint.engine.lint import lint
from vnetlint.inputkey import FileKey
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

GUESTS = ("10", "1000", "10000")
A_NETWORK_SERVES = 50
_NETWORK = """<network>
  <name>n{0}</name>
  <forward mode='nat'/>
  <bridge name='vb{0}'/>
  <ip address='10.{1}.{2}.1' prefix='24'>
    <dhcp>
      <range start='10.{1}.{2}.10' end='10.{1}.{2}.99'/>
    </dhcp>
  </ip>
</network>
"""
_GUEST = """<domain type='kvm'>
  <name>g{0}</name>
  <memory>1048576</memory>
  <os>
    <type arch='x86_64'>hvm</type>
  </os>
  <devices>
    <interface type='network'>
      <mac address='{1}'/>
      <source network='n{2}'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
"""


def main(*counts: str) -> int:
    """Print the time of each site, and the exponent between the two largest."""
    worst = 0.0
    for alike in (False, True):
        times: list[tuple[int, float]] = []
        for count in map(int, counts or GUESTS):
            site = list(sources(count, alike))
            start = time.process_time()
            found = len(lint(site, Settings()).findings)
            took = time.process_time() - start
            times.append((count, took))
            what = "with one MAC address" if alike else "apart"
            print(f"{count:7} guests {what}: {took:7.2f} s, {took / count * 1000:.3f} ms each, {found} findings")
        (few, short), (many, long) = times[-2:]
        worst = max(worst, math.log(long / short) / math.log(many / few))
    print(f"exponent {worst:.2f}")
    return 0


def sources(guests: int, alike: bool) -> Iterator[Source]:
    """Yield the files of a site: so many guests, and a network for every fifty of them."""
    networks = max(1, guests // A_NETWORK_SERVES)
    for number in range(networks):
        text = _NETWORK.format(number, number // 250 % 250, number % 250)
        yield Source(FileKey(f"site/n{number}.xml"), text)
    for number in range(guests):
        own = ":".join(f"{byte:02x}" for byte in number.to_bytes(4, "big"))
        mac = "52:54:00:00:00:01" if alike else f"52:54:{own}"
        yield Source(FileKey(f"site/g{number}.xml"), _GUEST.format(number, mac, number % networks))


def write(folder: Path, files: int) -> None:
    """Write a site of about so many files into a folder."""
    (folder / "site").mkdir()
    for each in sources(files * A_NETWORK_SERVES // (A_NETWORK_SERVES + 1), alike=False):
        (folder / each.path).write_text(each.text, "ascii")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
