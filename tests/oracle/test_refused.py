"""Schema faults that are said to be refused at define are, in the words that are said; what is odd but read is not."""

from collections.abc import Iterator

import pytest

from tests.oracle.libvirtd import Libvirtd
from vnetlint.engine import Settings, lint
from vnetlint.xml.source import Source

pytestmark = pytest.mark.oracle

NETWORK = "<network{}><name>lan</name>{}</network>"
IP = "<ip address='10.0.0.1' prefix='24'>{}</ip>"
FORWARD = "<forward mode='nat'><nat>{}</nat></forward>"
GUEST = ("<domain type='qemu'><name>web</name><memory>65536</memory><os><type>hvm</type></os><devices>"
         "<interface type='{}'>{}</interface></devices></domain>")  # fmt: skip

REFUSED = [
    NETWORK.format(" ipv6='maybe'", IP.format("")),
    NETWORK.format(" trustGuestRxFilters='maybe'", IP.format("")),
    NETWORK.format("", "<forward mode='snat'/>" + IP.format("")),
    NETWORK.format("", "<forward mode='nat'><nat ipv6='maybe'/></forward>" + IP.format("")),
    NETWORK.format("", "<forward mode='nat'><nat><port start='9' end='0'/></nat></forward>" + IP.format("")),
    NETWORK.format("", FORWARD.format("<address start='fd00::1' end='fd00::2'/>") + IP.format("")),
    NETWORK.format("", "<forward mode='bridge'><interface/></forward>"),
    NETWORK.format("", "<bridge delay='soon'/>"),
    NETWORK.format("", "<bridge macTableManager='me'/>"),
    NETWORK.format("", "<mac address='nonsense'/>"),
    NETWORK.format("", "<mac address='01:00:5e:00:00:01'/>"),
    NETWORK.format("", "<dns enable='maybe'/>"),
    NETWORK.format("", "<dns><forwarder addr='resolver'/></dns>"),
    NETWORK.format("", "<domain name='x' localOnly='maybe'/>"),
    NETWORK.format("", "<ip address='ten' prefix='24'/>"),
    NETWORK.format("", "<ip address='10.0.0.1' prefix='wide'/>"),
    NETWORK.format("", "<ip address='10.0.0.1' netmask='wide'/>"),
    NETWORK.format("", "<ip address='10.0.0.1' prefix='24' netmask='255.255.255.0'/>"),
    NETWORK.format("", "<ip family='ipv5' address='10.0.0.1' prefix='24'/>"),
    NETWORK.format("", IP.format("<dhcp><range start='first' end='10.0.0.9'/></dhcp>")),
    NETWORK.format("", IP.format("<dhcp><range start='10.0.0.2'/></dhcp>")),
    NETWORK.format("", IP.format("<dhcp><host mac='nonsense' ip='10.0.0.9'/></dhcp>")),
    NETWORK.format("", IP.format("<dhcp><host mac='52:54:00:00:00:01' ip='nine'/></dhcp>")),
    NETWORK.format("", IP.format("") + "<route address='net' prefix='24' gateway='10.0.0.9'/>"),
    NETWORK.format("", IP.format("") + "<route address='10.9.0.0' prefix='24'/>"),
    NETWORK.format("", IP.format("") + "<portgroup/>"),
    NETWORK.format("", IP.format("") + "<virtualport type='clever'/>"),
    GUEST.format("user", "<mac address='nonsense'/>"),
    GUEST.format("user", "<mac address='01:00:5e:00:00:01'/>"),
    GUEST.format("user", "<link state='sideways'/>"),
    GUEST.format("user", "<boot order='first'/>"),
    GUEST.format("user", "<boot/>"),
    GUEST.format("user", "<rom bar='perhaps'/>"),
    GUEST.format("bridge", "<source/>"),
    GUEST.format("network", "<source/>"),
    GUEST.format("direct", "<source dev='eth0' mode='tap'/>"),
    GUEST.format("bogus", ""),
    GUEST.format("user", "").replace("'qemu'", "''"),
    GUEST.format("user", "").replace("'qemu'", "'kvmm'"),
    GUEST.format("user", "").replace("web", ""),
    GUEST.format("user", "").replace("65536", ""),
    GUEST.format("user", "").replace("65536", "much"),
    GUEST.format("user", "").replace("hvm", ""),
    GUEST.format("user", "").replace("hvm", "hmv"),
    GUEST.format("user", "").replace("<os>", "<uuid>mine</uuid><os>"),
    GUEST.format("user", "").replace("<os>", "<vcpu>two</vcpu><os>"),
    GUEST.format("user", "").replace("<os>", "<vcpu/><os>"),
    GUEST.format("user", "").replace("<os>", "<currentMemory>half</currentMemory><os>"),
    GUEST.format("user", "").replace("<os>", "<on_crash>cry</on_crash><os>"),
    GUEST.format("user", "").replace("<os>", "<on_reboot>cry</on_reboot><os>"),
    GUEST.format("user", "").replace("<os>", "<on_poweroff>cry</on_poweroff><os>"),
    GUEST.format("user", "").replace("<devices>", "<devices><emulator>kvm</emulator>"),
    GUEST.format("user", "").replace("<os>", "<features><bogus/></features><os>"),
    GUEST.format("user", "").replace("<os>", "<features><hyperv><bogus state='on'/></hyperv></features><os>"),
    GUEST.format("user", "").replace("<os>", "<features><kvm><bogus state='on'/></kvm></features><os>"),
    GUEST.format("user", "").replace("<os>", "<features><xen><bogus state='on'/></xen></features><os>"),
    GUEST.format("user", "").replace("<os>", "<cpu mode='mine'/><os>"),
    GUEST.format("user", "").replace("<os>", "<cpu match='mine'><model>qemu64</model></cpu><os>"),
    GUEST.format("user", "").replace("<os>", "<cpu><model>qemu64</model><feature name='x' policy='wish'/></cpu><os>"),
    GUEST.format("user", "").replace("<os>", "<clock offset='none'/><os>"),
    GUEST.format("user", "").replace("<os>", "<clock offset='utc'><timer name='sun'/></clock><os>"),
    GUEST.format("user", "").replace("<os>", "<clock offset='utc'><timer name='rtc' track='sun'/></clock><os>"),
    GUEST.format("user", "").replace("<os>", "<clock offset='utc'><timer name='rtc' tickpolicy='late'/></clock><os>"),
    GUEST.format("user", "").replace("</devices>", "<graphics type='crt'/></devices>"),
    GUEST.format("user", "").replace("</devices>", "<video><model type='crt'/></video></devices>"),
    GUEST.format("user", "").replace("</devices>", "<disk type='tape'/></devices>"),
    GUEST.format("user", "").replace(
        "</devices>", "<disk type='file' device='tape'><source file='/a'/><target dev='sda'/></disk></devices>"),
    GUEST.format("user", "").replace(
        "</devices>", "<disk type='file'><source file='/a'/><target dev='sda' bus='no'/></disk></devices>"),
    GUEST.format("user", "").replace(
        "</devices>", "<lease><lockspace>a</lockspace><key>b</key><target path='/x' offset='far'/></lease></devices>"),
]  # fmt: skip

READ = [
    NETWORK.format("", "<forward mode='none'/>" + IP.format("")),
    NETWORK.format("", "<mac address='52:54:0:a:b:c'/>" + IP.format("")),
    NETWORK.format("", "<bogus/>" + IP.format("")),
    NETWORK.format("", "<bridge nmae='virbr9'/>" + IP.format("")),
    GUEST.format("user", "<mac address='52:54:0:a:b:c'/>"),
    GUEST.format("user", "<modell type='virtio'/>"),
    GUEST.format("bridge", "<source bridge=';dummy;'/>"),
    GUEST.format("user", "").replace("<memory>", "<uuid/><title/><memory>"),
    GUEST.format("user", "").replace("</os>", "<kernel/><initrd/></os>"),
    GUEST.format("user", "<disk/>").replace(
        "<interface type='user'><disk/></interface>",
        "<disk type='file' device='cdrom'><source file=''/><target dev='sda' bus='sata'/></disk>",
    ),
]


@pytest.fixture(scope="module")
def libvirtd() -> Iterator[Libvirtd]:
    with Libvirtd() as running:
        yield running


def _answer(libvirtd: Libvirtd, text: str) -> tuple[bool, str]:
    libvirtd.reset()
    answer = libvirtd.define_network(text) if text.startswith("<network") else libvirtd.define_domain(text)
    return answer.ok, answer.message


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_said_to_be_refused_is(libvirtd: Libvirtd, text: str) -> None:
    findings = [each for each in lint([Source("x.xml", text)], Settings()).findings if each.rule.startswith("schema-")]
    assert [each.when for each in findings if each.when == "define"]
    accepted, message = _answer(libvirtd, text)
    assert not accepted
    assert any(each.libvirt_message and each.libvirt_message in message for each in findings), message


@pytest.mark.parametrize("text", READ)
def test_what_libvirt_reads_is_not_said_to_be_refused(libvirtd: Libvirtd, text: str) -> None:
    findings = [each for each in lint([Source("x.xml", text)], Settings()).findings if each.rule.startswith("schema-")]
    assert findings
    assert all(each.when == "never" for each in findings)
    assert _answer(libvirtd, text)[0]
