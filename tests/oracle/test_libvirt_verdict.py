"""libvirt refuses the schema faults whose findings say so, in the same words, and no others of these."""

from collections.abc import Iterator

import pytest

from tests.oracle.libvirtd import Libvirtd
from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.settings import Settings

pytestmark = pytest.mark.oracle

NETWORK = "<network{}><name>lan</name>{}</network>"
IP = "<ip address='10.0.0.1' prefix='24'>{}</ip>"
FORWARD = "<forward mode='nat'><nat>{}</nat></forward>"
GUEST = ("<domain type='qemu'><name>web</name><memory>65536</memory><os><type>hvm</type></os><devices>"
         "<interface type='{}'>{}</interface></devices></domain>")  # fmt: skip

FILTER = "<filter name='guard'{}>{}</filter>"
RULE = "<rule action='accept' direction='in'>{}</rule>"
SOURCE = "<source bridge='br0'/>{}"
BANDWIDTH = "<bandwidth>{}</bandwidth>" + IP.format("")
DNS = "<dns>{}</dns>" + IP.format("")
FORM_802 = ("<source dev='eth0'/><virtualport type='802.1Qbg'>"
            "<parameters managerid='{}' typeid='{}' typeidversion='{}'/></virtualport>")  # fmt: skip
OS = "<domain type='qemu'><name>web</name><memory>65536</memory>{}</domain>"
HVM = "<os><type>hvm</type></os>"

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
    NETWORK.format("", FORWARD.format("<address start='192.0.2.300' end='192.0.2.9'/>") + IP.format("")),
    NETWORK.format("", FORWARD.format("<address start='192.0.2.1'/>") + IP.format("")),
    NETWORK.format("", "<forward mode='hostdev'><driver name='uio'/><pf dev='eth0'/></forward>"),
    NETWORK.format("", "<forward mode='hostdev'><address type='' domain='0' bus='4' slot='0' function='1'/></forward>"),
    NETWORK.format("", "<forward mode='bridge'/><bridge name='br0'/><virtualport type='openvswitch'/><vlan/>"),
    NETWORK.format("", "<ip address='10.0.0.300' prefix='24'/>"),
    NETWORK.format("", "<ip address='10.0.0.1' prefix='0x18'/>"),
    NETWORK.format("", IP.format("") + "<route address='10.9.0.0' prefix='24' gateway='10.0.0.9' metric='0x5'/>"),
    NETWORK.format("", IP.format("<dhcp><host id='0:3:0:1:5g' name='a' ip='10.0.0.9'/></dhcp>")),
    NETWORK.format("", DNS.format("<host ip='10.0.0.9' name='a'/>")),
    NETWORK.format("", DNS.format("<host ip='10.0.0.9' name='a' mac='52:54:00:00:00:01'/>")),
    NETWORK.format("", DNS.format("<srv service='s' protocol='_tcp'/>")),
    NETWORK.format("", DNS.format("<srv service='s' protocol='tcp' target='a' port='5' priority='70000'/>")),
    NETWORK.format("", DNS.format("<srv service='s' protocol='tcp' target='a' port='5' weight='0x5'/>")),
    NETWORK.format("", IP.format("") + "<portgroup/>"),
    NETWORK.format("", IP.format("") + "<virtualport type='clever'/>"),
    GUEST.format("user", "<mac address='nonsense'/>"),
    GUEST.format("bridge", SOURCE.format("<bandwidth><inbound average='5' floor='few'/></bandwidth>")),
    GUEST.format("bridge", SOURCE.format("<coalesce><rx><frames max='few'/></rx></coalesce>")),
    GUEST.format("bridge", SOURCE.format("<virtualport type='openvswitch'/><vlan trunk='maybe'><tag id='5'/></vlan>")),
    GUEST.format("bridge", SOURCE.format("<model type='virtio'/><driver queues='0x5'/>")),
    GUEST.format("bridge", SOURCE.format("<model type='e1000.e'/>")),
    GUEST.format("bridge", SOURCE.format("<acpi index='0'/>")),
    GUEST.format("bridge", SOURCE.format("<boot order='0x5'/>")),
    GUEST.format("user", "<ip address='10.5.0.1' prefix='0x18'/>"),
    GUEST.format("user", "<route address='net' prefix='24' gateway='10.5.0.9'/>"),
    GUEST.format("user", "<route address='10.6.0.0' prefix='24'/>"),
    GUEST.format("ethernet", "<source><ip address='host' prefix='24'/></source>"),
    GUEST.format("ethernet", "<source><ip address='10.5.0.1' prefix='24' peer='host'/></source>"),
    GUEST.format("ethernet", "<source><route address='10.6.0.0' prefix='24' gateway='host'/></source>"),
    GUEST.format("udp", "<source address='10.5.0.1' port='5'><local port='6'/></source>"),
    GUEST.format("udp", "<source address='10.5.0.1' port='5'><local address='10.5.0.2' port='1.5'/></source>"),
    GUEST.format("server", "<source port='0x5'/>"),
    GUEST.format("hostdev", "<driver name='uio'/><source><address type='pci' domain='0' bus='4' slot='0' function='1'/>"
                 "</source>"),
    GUEST.format("bridge", SOURCE.format("<alias name='ua-a'/><teaming type='transient'/>")),
    GUEST.format("user", "<mac address='01:00:5e:00:00:01'/>"),
    GUEST.format("user", "<link state='sideways'/>"),
    GUEST.format("user", "<boot order='first'/>"),
    GUEST.format("user", "<boot/>"),
    GUEST.format("user", "<rom bar='perhaps'/>"),
    GUEST.format("bridge", "<source/>"),
    GUEST.format("network", "<source/>"),
    GUEST.format("direct", "<source dev='eth0' mode='tap'/>"),
    GUEST.format("bogus", ""),
    *(GUEST.format(kind, "") for kind in ("network", "direct", "mcast", "server", "client", "udp", "internal", "vdpa")),
    *(GUEST.format(kind, "<source/>") for kind in ("mcast", "server", "client", "internal", "vdpa")),
    *(GUEST.format("user", each) for each in (
        "<ip/>", "<ip address='x'/>", "<ip address='10.0.2.2' prefix='x'/>", "<tune><sndbuf>x</sndbuf></tune>",
        "<model type='a b'/>", "<address/>", "<address type='usb4'/>", "<boot order='0'/>", "<boot order='-1'/>",
        "<acpi index='x'/>", "<rom enabled='x'/>", "<virtualport/>", "<driver ats='x'/>", "<backend type='x'/>",
        "<portForward proto='tcp' address='x'/>", "<modell/><boott order='1'/><mac adress='x' address='x'/>",
        *(f"<model type='virtio'/><driver {name}='x'/>" for name in (
            "name", "txmode", "queues", "rx_queue_size", "ioeventfd", "event_idx", "packed")),
    )),
    GUEST.format("udp", "<source address='1.1.1.1' port='1'/>"),
    GUEST.format("mcast", "<source address='230.0.0.1' port='x'/>"),
    GUEST.format("network", "<sourrce network='lan'/>"),
    GUEST.format("network", "<source nettwork='lan'/>"),
    GUEST.format("user", "<boot orrder='1'/>"),
    GUEST.format("bridge", SOURCE.format("<bandwidth><inbound average='x'/></bandwidth>")),
    GUEST.format("bridge", SOURCE.format("<bandwidth><inbound average='1'/><inbound average='2'/></bandwidth>")),
    GUEST.format("bridge", SOURCE.format(
        "<virtualport type='openvswitch'><parameters interfaceid='x'/></virtualport>")),
    *(GUEST.format("direct", FORM_802.format(*each)) for each in (("x", 1, 1), (1, "x", 1), (1, 1, "x"))),
    *(NETWORK.format("", each) for each in (
        "<uuid>x</uuid>", "<mtu size='x'/>", "<virtualport type=''/>", "<portgroup name=''/>",
        "<forward mode='nat'><nat/><nat/></forward>" + IP.format(""),
        FORWARD.format(2 * "<address start='1.2.3.4' end='1.2.3.5'/>") + IP.format(""),
        FORWARD.format(2 * "<port start='1' end='2'/>") + IP.format(""),
        "<forward mode='hostdev'><pf dev='eth0'/><pf dev='eth1'/></forward>",
        "<forward mode='hostdev'><address/></forward>", "<forward mode='hostdev'><address type='usb'/></forward>",
        "<forward mode='hostdev'><address type='pci' bus='x'/></forward>",
        "<forward mode='hostdev'><pf devv='eth0'/></forward>",
        *(BANDWIDTH.format(f"<inbound average='{value}'/>") for value in ("x", "-1", "", "1.5")),
        BANDWIDTH.format(2 * "<outbound average='1'/>"),
        *(DNS.format(each) for each in (
            "<host ip='10.0.0.2'/>", "<host ip='10.0.0.2'><hostname/></host>", "<txt/>", "<txt name='x'/>",
            "<txt value='x'/>", "<txt name='a b' value='x'/>", "<srv/>", "<srv service='s'/>", "<srv protocol='tcp'/>",
            "<srv service='s' protocol='tcp' port='70000' target='t'/>",
            "<srv service='s' protocol='tcp' target='t' priority='x'/>",
            "<srv service='s' protocol='tcp' target='t' weight='x'/>")),
        IP.format("") + "<route address='10.9.0.0' prefix='24' gateway='10.0.0.9' metric='x'/>",
        IP.format("<dhcp><range startt='10.0.0.2' end='10.0.0.9'/></dhcp>"))),
    "<network><naame>lan</naame></network>",
    "<network name='lan'/>",
    NETWORK.format("", "<ip><address>10.0.0.1</address><prefix>24</prefix></ip>"),
    NETWORK.format("", IP.format("<dhcp><range><start>10.0.0.2</start><end>10.0.0.9</end></range></dhcp>")),
    GUEST.format("bridge", "<source>br0</source>"),
    GUEST.format("network", "<source><network>lan</network></source>"),
    GUEST.format("user", "<boot>1</boot>"),
    FILTER.format("", "<rule action='accept'><direction>in</direction></rule>"),
    "<network>" + IP.format("<name>lan</name>") + "</network>",
    OS.format("<os/>"), OS.format("<oss><type>hvm</type></oss>"), OS.format("<os><type>bogus</type></os>"),
    OS.format("<os><type arch='bogus'>hvm</type></os>"), OS.format("<os><type>hvm</type><boot/></os>"),
    OS.format("<os><type>hvm</type><boot dev='x'/></os>"), OS.format(HVM + "<on_crash>x</on_crash>"),
    OS.format(HVM + "<clock offset='x'/>"), OS.format(HVM + "<uuid>x</uuid>"), OS.format(HVM + "<vcpu>x</vcpu>"),
    OS.format(HVM).replace(" type='qemu'", ""), OS.format(HVM).replace("qemu", "bogus"),
    OS.format(HVM).replace("<name>web</name>", "<naem>web</naem>"), OS.format(HVM).replace("65536", "x"),
    *(FILTER.format(attributes, RULE.format("")) for attributes in (
        " priority='bogus'", " priority='5000'", " priority='-2000'", " chain='bogus'")),
    *(FILTER.format("", content) for content in (
        "<filterref/>", "<filterref fiter='clean-traffic'/>", "<uuid>x</uuid>", "<rule direction='in'/>",
        "<rule action='accept'/>", "<rule action='accept' diirection='in'/>", "<rule action='allow' direction='in'/>",
        "<rule action='accept' direction='down'/>")),
    "<filter/>", "<filter name=''/>",
    *(FILTER.format("", RULE.format(each)) for each in (
        "<mac srcmacaddr='x'/>", "<mac protocolid='x'/>", "<vlan vlanid='70000'/>", "<stp age='-1'/>",
        "<arp opcode='x'/>", "<arp arpsrcipaddr='x'/>", "<ip srcipmask='x'/>", "<ip protocol='300'/>",
        "<tcp dstportstart='70000'/>", "<tcp state='NEEW'/>", "<tcp flags='x'/>", "<udp srcipaddr='10.0.0.0/8'/>",
        "<icmp type='300'/>",
        "<all dscp='x'/>", "<tcp-ipv6 srcipaddr='x'/>", "<tcp connlimit-above='x'/>", "<udp ipsetflags='x'/>")),
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
    NETWORK.format("", "<forward><mode>route</mode></forward>" + IP.format("")),
    NETWORK.format("", "<forward>route</forward><bridge>virbr9</bridge>" + IP.format("")),
    NETWORK.format(" bridge='virbr9'", IP.format("")),
    GUEST.format("user", "<model>virtio</model><mac>52:54:00:0a:0b:0c</mac>"),
    NETWORK.format("", "<mac address='52:54:0:a:b:c'/>" + IP.format("")),
    NETWORK.format("", "<bogus/>" + IP.format("")),
    NETWORK.format("", "<bridge nmae='virbr9'/>" + IP.format("")),
    GUEST.format("user", "<mac address='52:54:0:a:b:c'/>"),
    GUEST.format("user", "<modell type='virtio'/>"),
    GUEST.format("user", "<driver name='x'/>"),
    GUEST.format("user", "<model type='e1000'/><driver queues='x'/>"),
    GUEST.format("user", "<source/><source/>"),
    NETWORK.format("", "<mtu size='-1'/>" + IP.format("")),
    NETWORK.format("", 2 * "<bridge name='virbr9'/>" + IP.format("")),
    *(FILTER.format("", RULE.format(each)) for each in (
        "<tcp match='x'/>", "<arp gratuitous='x'/>", "<tcp-ipv6 flags='x'/>", "<tcp srcipaddr='70000'/>",
        "<tcp state=''/>", "<mac bogus='x'/>")),
    GUEST.format("bridge", "<source bridge=';dummy;'/>"),
    GUEST.format("user", "").replace("<memory>", "<uuid/><title/><memory>"),
    GUEST.format("user", "").replace("</os>", "<kernel/><initrd/></os>"),
    GUEST.format("user", "<disk/>").replace(
        "<interface type='user'><disk/></interface>",
        "<disk type='file' device='cdrom'><source file=''/><target dev='sda' bus='sata'/></disk>",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def libvirtd() -> Iterator[Libvirtd]:
    with Libvirtd() as running:
        yield running


def _answer(libvirtd: Libvirtd, text: str) -> tuple[bool, str]:
    libvirtd.reset()
    if text.startswith("<filter"):
        answer = libvirtd.define_filter(text)
        libvirtd.virsh("nwfilter-undefine", "guard")
    else:
        answer = libvirtd.define_network(text) if text.startswith("<network") else libvirtd.define_domain(text)
    return answer.ok, answer.message


@pytest.mark.parametrize("text", REFUSED)
def test_libvirt_refuses_what_the_finding_says_it_refuses(libvirtd: Libvirtd, text: str) -> None:
    findings = [each for each in lint([named("x.xml", text)], Settings()).findings if each.rule.startswith("schema-")]
    assert [each.when for each in findings if each.when == "define"]
    accepted, message = _answer(libvirtd, text)
    assert not accepted
    assert any(each.libvirt_message and each.libvirt_message in message for each in findings), message


@pytest.mark.parametrize("text", READ)
def test_no_finding_says_that_libvirt_refuses_what_it_accepts(libvirtd: Libvirtd, text: str) -> None:
    findings = [each for each in lint([named("x.xml", text)], Settings()).findings if each.rule.startswith("schema-")]
    assert findings
    assert all(each.when != "define" for each in findings)
    assert _answer(libvirtd, text)[0]
