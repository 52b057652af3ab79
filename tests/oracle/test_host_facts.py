"""Facts of the host that decide, on each libvirt: router advertisements, an IOMMU, Open vSwitch, dnsmasq's options."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.oracle.libvirtd import ROOTS, Host, Libvirtd, Nic
from tests.sources import named
from vnetlint import host as inventory
from vnetlint.engine.lint import lint
from vnetlint.settings import Settings

pytestmark = pytest.mark.oracle

IP6 = "<ip family='ipv6' address='fd00:20::1' prefix='64'/>"
IP4 = "<ip address='192.168.20.1' prefix='24'/>"
DNSMASQ = "http://libvirt.org/schemas/network/dnsmasq/1.0"
GUEST = (
    "<domain type='qemu'><name>web</name><memory>65536</memory><os><type>hvm</type></os><devices>{}</devices></domain>"
)
PCI = "<source><address type='pci' domain='0' bus='0' slot='3' function='0'/></source>"
USB = "<hostdev mode='subsystem' type='usb'><source>{}</source></hostdev>"
PRODUCT, ONE, TWO = (
    "<vendor id='0x1234'/><product id='0x5678'/>", "<address bus='1' device='2'/>", "<address bus='1' device='3'/>",
)  # fmt: skip
ADVERTISE = r"""
use Socket qw(inet_pton);
my ($link, $all) = ($ARGV[0], inet_pton(10, "ff02::1"));
socket(my $s, 10, 3, 58) or die; setsockopt($s, 41, 18, pack("i", 255)) or die;
setsockopt($s, 41, 17, pack("i", $link)) or die;
my $prefix = pack("CCCCNNN", 3, 4, 64, 0xc0, 86400, 14400, 0) . inet_pton(10, "2001:db8:77::");
send($s, pack("CCnCCnNN", 134, 0, 0, 64, 0, 1800, 0, 0) . $prefix, 0, pack("SnNa16L", 10, 0, 0, $all, $link)) or die;
"""


@pytest.fixture(scope="module", params=ROOTS)
def asked(request: pytest.FixtureRequest) -> Iterator[tuple[Libvirtd, str]]:
    with Libvirtd(Host(nics=(Nic("eth0", ("192.168.50.10/24",)),)), ROOTS[request.param]) as daemon:
        yield daemon, request.param


def test_a_file_of_two_documents(asked: tuple[Libvirtd, str]) -> None:
    daemon, _ = asked
    heard = daemon.define_network("<network><name>a</name></network>\n<network><name>b</name></network>")
    assert not heard.ok
    assert "Extra content at the end of the document" in heard.message


@pytest.mark.parametrize("accepts", [1, 2])
def test_router_advertisements(asked: tuple[Libvirtd, str], accepts: int) -> None:
    daemon, version = asked
    _advertise_route(daemon, accepts)
    host = {
        "interfaces": [{"name": "eth0", "accept_ra": accepts}],
        "routes": [{"to": "::/0", "via": "fe80::1", "dev": "eth0", "advertised": True}],
    }
    for mode, ip in [("nat", IP6), ("route", IP6), ("open", IP6), ("nat", IP4), (None, IP6)]:
        forward = f"<forward mode='{mode}'/>" if mode else ""
        text = f"<network><name>lab</name>{forward}{ip}</network>"
        verdict = daemon.judge_network(text)
        assert verdict.start is not None
        assert verdict.start.ok is not _is_error(version, host, "start", text), (mode, ip, verdict)


def _advertise_route(daemon: Libvirtd, accepts: int) -> None:
    daemon.run("sh", "-c", f"echo {accepts} >/proc/sys/net/ipv6/conf/eth0/accept_ra")
    link = daemon.run("ip", "netns", "exec", "wire", "ip", "-o", "link", "show", "eth0").stdout.split(":")[0]
    end = time.monotonic() + 10
    while " ra " not in daemon.run("ip", "-6", "route", "show", "default").stdout:
        assert time.monotonic() < end
        daemon.run("ip", "netns", "exec", "wire", "perl", "-e", ADVERTISE, link)
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("devices", "host"),
    [
        (f"<interface type='hostdev'>{PCI}</interface>", {"iommu": False}),
        (f"<hostdev mode='subsystem' type='pci'>{PCI}</hostdev>".replace("s type='pci'", "s"), {"iommu": False}),
        ("<interface type='bridge'><source bridge='ovs0'/><virtualport type='openvswitch'/></interface>",
         {"open_vswitch": False}),
    ],
)  # fmt: skip
def test_what_a_guest_needs_of_the_host(asked: tuple[Libvirtd, str], devices: str, host: dict[str, Any]) -> None:
    daemon, version = asked
    verdict = daemon.judge_domain(GUEST.format(devices))
    assert verdict.start is not None
    assert not verdict.start.ok
    assert _is_error(version, host, "plug", GUEST.format(devices))


@pytest.mark.parametrize("option", ["leasequery", "log-queries", "no-such-option"])
def test_options_of_dnsmasq(asked: tuple[Libvirtd, str], option: str) -> None:
    daemon, version = asked
    host = {"dnsmasq_options": re.findall(r"--([a-z0-9-]+)", daemon.run("dnsmasq", "--help").stdout)}
    options = (
        f"<d:options xmlns:d='http://libvirt.org/schemas/network/dnsmasq/1.0'><d:option value='{option}'/></d:options>"
    )
    text = f"<network><name>lab</name>{IP4}{options}</network>"
    verdict = daemon.judge_network(text)
    assert verdict.start is not None
    assert verdict.start.ok is not _is_error(version, host, "start", text)


@pytest.mark.parametrize(
    "devices",
    [
        2 * f"<interface type='hostdev'>{PCI}</interface>",
        USB.format(PRODUCT) + USB.format(PRODUCT),
        USB.format(PRODUCT + ONE) + USB.format(PRODUCT + TWO),
        USB.format(PRODUCT) + USB.format(PRODUCT + TWO),
        USB.format(TWO) + USB.format(PRODUCT + TWO),
        2 * "<hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/>"
            "<address bus='0' target='0' unit='0'/></source></hostdev>",
        2 * "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source>"
            "<address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source></hostdev>",
        2 * "<hostdev mode='subsystem' type='scsi_host'>"
            "<source protocol='vhost' wwpn='naa.5123456789abcde0'/></hostdev>",
    ],
)  # fmt: skip
def test_a_device_that_is_used_twice(asked: tuple[Libvirtd, str], devices: str) -> None:
    daemon, version = asked
    text = GUEST.format(devices)
    answer = daemon.define_domain(text)
    daemon.undefine_domain("web")
    assert answer.ok is not _is_error(version, {}, "define", text)


def _is_error(version: str, host: dict[str, Any], when: str, text: str) -> bool:
    settings = Settings(host=inventory.Host.of({"version": 1, "libvirt": version, **host}))
    found = lint([named("x.xml", text)], settings).findings
    return any(each.severity == "error" and each.when == when for each in found)
