"""The oracle answers, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .libvirtd import ROOTS, Answer, Bridge, Host, Libvirtd, Nic, OracleError, Route, Verdict

pytestmark = pytest.mark.oracle

NAT = """
<network>
  <name>private lan</name>
  <forward mode='nat'/>
  <bridge name='virbr7'/>
  <ip address='10.77.0.1' prefix='24'><dhcp><range start='10.77.0.10' end='10.77.0.99'/></dhcp></ip>
</network>
"""

BRIDGED_WITH_IP = """
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <ip address='10.77.0.1' prefix='24'/>
</network>
"""


def guest(interface: str = "") -> str:
    """The smallest guest that starts: no disk, no display, emulated."""
    return f"""
<domain type='qemu'>
  <name>guest</name>
  <memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>{interface}<memballoon model='none'/></devices>
</domain>
"""


@pytest.fixture(scope="module")
def libvirtd() -> Iterator[Libvirtd]:
    host = Host(
        nics=(Nic("eth0"), Nic("eth1", ("192.168.60.10/24", "fd60::10/64"))),
        bridges=(Bridge("br0", ports=("eth0",), addresses=("192.168.50.10/24",)),),
        routes=(Route("default", via="192.168.50.1"), Route("fd99::/64", via="fd60::1")),
        forwarding=True,
    )
    with Libvirtd(host) as daemon:
        yield daemon


@pytest.fixture(autouse=True)
def nothing_defined(libvirtd: Libvirtd) -> Iterator[None]:
    yield
    libvirtd.reset()


def test_the_host_is_as_described(libvirtd: Libvirtd) -> None:
    assert "br0" in libvirtd.run("ip", "link", "show", "dev", "eth0").stdout
    assert "192.168.60.10/24" in libvirtd.run("ip", "address", "show", "dev", "eth1").stdout
    assert "default via 192.168.50.1 dev br0" in libvirtd.run("ip", "route").stdout
    assert "fd99::/64 via fd60::1 dev eth1" in libvirtd.run("ip", "-6", "route").stdout


def test_a_plain_nat_network_defines_and_starts(libvirtd: Libvirtd) -> None:
    verdict = libvirtd.judge_network(NAT)
    assert verdict.define == Answer(True)
    assert verdict.start == Answer(True)
    assert libvirtd.virsh("net-list", "--all", "--name").stdout.strip() == ""


def test_a_bridged_network_with_ip_is_refused(libvirtd: Libvirtd) -> None:
    verdict = libvirtd.judge_network(BRIDGED_WITH_IP)
    assert verdict.define == Answer(
        False, "unsupported configuration: Unsupported <ip> element in network lan with forward mode='bridge'"
    )
    assert verdict.start is None


@pytest.mark.parametrize(
    "interface",
    [
        "",
        "<interface type='bridge'><source bridge='br0'/></interface>",
        "<interface type='direct'><source dev='eth1' mode='bridge'/></interface>",
    ],
)
def test_a_guest_starts(libvirtd: Libvirtd, interface: str) -> None:
    verdict = libvirtd.judge_domain(guest(interface))
    assert verdict.define == Answer(True)
    assert verdict.start == Answer(True)


def test_a_guest_on_a_network_that_is_not_there_does_not_start(libvirtd: Libvirtd) -> None:
    verdict = libvirtd.judge_domain(guest("<interface type='network'><source network='none'/></interface>"))
    assert verdict.define == Answer(True)
    assert verdict.start == Answer(False, "Network not found: no network with matching name 'none'")


def test_reset_forgets_what_runs(libvirtd: Libvirtd) -> None:
    assert libvirtd.define_network(NAT).ok
    assert libvirtd.start_network("private lan").ok
    assert libvirtd.define_domain(guest("<interface type='network'><source network='private lan'/></interface>")).ok
    assert libvirtd.start_domain("guest").ok
    libvirtd.reset()
    assert libvirtd.virsh("list", "--all", "--name").stdout.strip() == ""
    assert libvirtd.virsh("net-list", "--all", "--name").stdout.strip() == ""
    assert libvirtd.run("ip", "link", "show", "dev", "virbr7").code != 0


def test_two_at_once_do_not_see_each_other(libvirtd: Libvirtd) -> None:
    with Libvirtd() as other:
        for daemon in (libvirtd, other):
            assert daemon.define_network(NAT).ok
            assert daemon.start_network("private lan").ok


def test_an_impossible_host_is_reported() -> None:
    with pytest.raises(OracleError, match="cannot make the host"), Libvirtd(Host(routes=(Route("nonsense"),))):
        pytest.fail("there is no such host")


def test_after_an_exception_nothing_is_left(libvirtd: Libvirtd) -> None:
    before = _namespaces()

    def fail() -> None:
        with Libvirtd() as other:
            assert other.define_network(NAT).ok
            assert other.start_network("private lan").ok
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert _soon_at_most(before)


def test_after_a_kill_nothing_is_left(libvirtd: Libvirtd) -> None:
    before = _namespaces()
    program = (
        f"from oracle.libvirtd import Libvirtd\nwith Libvirtd() as daemon:\n"
        f"    daemon.define_network({NAT!r}); daemon.start_network('private lan'); print('up', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        assert len(_namespaces()) > len(before)
        process.send_signal(signal.SIGKILL)
    assert _soon_at_most(before)


def _namespaces() -> frozenset[str]:
    """The network namespaces with a process in them."""
    found = set()
    for link in Path("/proc").glob("[0-9]*/ns/net"):
        try:
            found.add(os.readlink(link))
        except OSError:  # the process has ended
            continue
    return frozenset(found)


def _soon_at_most(before: frozenset[str], seconds: float = 5) -> bool:
    """Whether there are soon no more namespaces than before; other tests may start oracles in the meantime."""
    end = time.monotonic() + seconds
    while len(_namespaces()) > len(before):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("version", ROOTS)
def test_each_version_answers(version: str) -> None:
    with Libvirtd(root=ROOTS[version]) as daemon:
        assert f"daemon: {version}." in daemon.virsh("version", "--daemon").stdout
        assert daemon.judge_network(NAT) == Verdict(Answer(True), Answer(True))
        assert daemon.judge_domain(guest()) == Verdict(Answer(True), Answer(True))
