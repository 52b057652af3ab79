"""The project's own RELAX NG: what it takes, what it refuses and why, in any order of children."""

from __future__ import annotations

import copy
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
LIBVIRT = Path("/usr/share/libvirt/schemas")
RNG = "{http://relaxng.org/ns/structure/1.0}"
SINCE = "{urn:vnetlint:schema}since"
DOCUMENTATION = "{http://relaxng.org/ns/compatibility/annotations/1.0}documentation"
UUID = "6a1f3c58-7d0e-4c4b-9b6e-2f8d51c0aa17"
KINDS = ("network", "nwfilter", "domain", "networkport", "domainsnapshot")

LOADED = {kind: etree.RelaxNG(file=str(SCHEMAS / f"{kind}.rng")) for kind in KINDS}


def accepts(kind: str, text: str) -> bool:
    return bool(LOADED[kind].validate(etree.fromstring(text)))


def network(inside: str, attributes: str = "") -> str:
    return f"<network{attributes}><name>lab</name>{inside}</network>"


def rule(inside: str, attributes: str = "") -> str:
    return f"<filter name='guard'><rule action='drop' direction='in'{attributes}>{inside}</rule></filter>"


def domain(devices: str, beside: str = "") -> str:
    return (
        f"<domain type='kvm'><name>mill</name><memory>65536</memory><os><type>hvm</type></os>{beside}"
        f"<devices>{devices}</devices></domain>"
    )


def interface(kind: str, inside: str, attributes: str = "") -> str:
    return domain(f"<interface type='{kind}'{attributes}>{inside}</interface>")


# --- networks ---------------------------------------------------------------------------------------------

NETWORK_ACCEPTED = {
    "a name is enough": network(""),
    "every attribute": network("", " ipv6='yes' trustGuestRxFilters='no' connections='2'"),
    "identity": network(f"<uuid>{UUID}</uuid><title>Lab</title><description>of the cellar</description>"),
    "a UUID without dashes": network(f"<uuid>{UUID.replace('-', '')}</uuid>"),
    "metadata": network("<metadata><a:b xmlns:a='urn:a' c='d'>e<f/></a:b></metadata>"),
    "a bridge with everything": network(
        "<bridge name='br-lab.7' stp='off' delay='3' macTableManager='libvirt' zone='public'/><mtu size='9000'/>"
    ),
    "a domain": network("<domain name='lab.example' localOnly='yes' register='yes'/>"),
    "forward says nothing": network("<forward/>"),
    "nat": network(
        "<forward mode='nat' dev='eth1'><nat ipv6='yes'><address start='198.51.100.3' end='198.51.100.9'/>"
        "<port start='1024' end='4000'/></nat></forward>"
    ),
    "a pool of devices": network(
        "<forward mode='private'><interface dev='en1'/><interface dev='en2' connections='1'/></forward>"
    ),
    "a pool of functions": network(
        "<forward mode='hostdev' managed='yes'><driver name='vfio'/>"
        "<address type='pci' domain='0x0000' bus='0x82' slot='0x10' function='0x3'/>"
        "<address type='pci' bus='4' slot='0' function='1'/></forward>"
    ),
    "a physical function": network(
        "<forward mode='hostdev'><driver name='vfio' model='mlx5_vfio_pci'/><pf dev='en3'/></forward>"
    ),
    "port groups": network(
        "<portgroup name='desk' default='yes' trustGuestRxFilters='yes'><bandwidth>"
        "<inbound average='9' peak='90' burst='4'/></bandwidth>"
        "<vlan><tag id='40'/></vlan><virtualport type='802.1Qbh'><parameters profileid='p'/></virtualport></portgroup>"
        "<portgroup name='lift'/>"
    ),
    "a trunk": network("<vlan trunk='yes'><tag id='5' nativeMode='untagged'/><tag id='0'/><tag id='4095'/></vlan>"),
    "bandwidth, outbound first": network("<bandwidth><outbound average='1'/><inbound average='1'/></bandwidth>"),
    "a virtual port of any kind": network(
        f"<virtualport><parameters profileid='p' interfaceid='{UUID}'/></virtualport>"
    ),
    "isolated ports": network("<port isolated='yes'/>"),
    "dns": network(
        "<dns enable='yes' forwardPlainNames='no'><forwarder addr='192.0.2.1'/><forwarder domain='a.example'/>"
        "<txt name='who' value='a, b c'/><host ip='2001:db8::7'><hostname>a</hostname>"
        "<hostname>b.example</hostname></host>"
        "<srv service='ldap' protocol='tcp' target='a.example' port='389' priority='0' weight='5' "
        "domain='b.example'/></dns>"
    ),
    "a port for a forwarder": network("<dns><forwarder addr='192.0.2.1' port='5353'/></dns>"),
    "two subnets": network(
        "<ip address='192.0.2.1' netmask='255.255.255.0'/>"
        "<ip family='ipv6' address='2001:db8:1::1' prefix='64' localPtr='yes'/>"
    ),
    "dhcp": network(
        "<ip address='192.0.2.1' prefix='24'><tftp root='/srv'/><dhcp><range start='192.0.2.10' end='192.0.2.20'>"
        "<lease expiry='2' unit='hours'/></range><host mac='52:54:00:0a:0b:0c' name='a' ip='192.0.2.30'>"
        "<lease expiry='0'/></host>"
        "<host name='b' ip='192.0.2.31'/><bootp file='x.0' server='192.0.2.1'/></dhcp></ip>"
    ),
    "dhcp of IPv6": network(
        "<ip family='ipv6' address='2001:db8::1' prefix='64'><dhcp><range start='2001:db8::10' end='2001:db8::ff'/>"
        "<host id='0:3:0:1:52:54:0:a:b:c' ip='2001:db8::2'/>"
        "<host id='0:4:1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:0' name='n' ip='2001:db8::3'/>"
        "</dhcp></ip>"
    ),
    "routes": network(
        "<route address='203.0.113.0' netmask='255.255.255.0' gateway='192.0.2.9'/>"
        "<route family='ipv6' address='2001:db8:9::' prefix='64' gateway='2001:db8::9' metric='2'/>"
    ),
    "options of dnsmasq": (
        "<network xmlns:d='http://libvirt.org/schemas/network/dnsmasq/1.0'><name>lab</name>"
        "<d:options><d:option value='log-queries'/></d:options></network>"
    ),
}

NETWORK_REJECTED = {
    "no name": "<network/>",
    "another root": "<net><name>lab</name></net>",
    "a namespace": "<network xmlns='urn:a'><name>lab</name></network>",
    "two names": network("<name>again</name>"),
    "text between elements": network("and so on"),
    "an unknown element": network("<bridgee name='a'/>"),
    "an unknown attribute": network("<bridge nam='a'/>"),
    "a bad UUID": network("<uuid>1234</uuid>"),
    "a blank in a device name": network("<bridge name='br lab'/>"),
    "a placeholder for a device name": network("<bridge name='{{ bridge }}'/>"),
    "neither on nor off": network("<bridge name='a' stp='yes'/>"),
    "a negative delay": network("<bridge name='a' delay='-1'/>"),
    "an MTU above 16 bits": network("<mtu size='65536'/>"),
    "an unknown mode": network("<forward mode='natt'/>"),
    "no port 0 of nat": network("<forward><nat><port start='0' end='5'/></nat></forward>"),
    "nat to an IPv6 address": network("<forward><nat><address start='2001:db8::1' end='2001:db8::2'/></nat></forward>"),
    "names and PCI addresses in one pool": network(
        "<forward mode='hostdev'><interface dev='a'/><address type='pci'/></forward>"
    ),
    "two physical functions": network("<forward mode='hostdev'><pf dev='a'/><pf dev='b'/></forward>"),
    "a PCI slot above 31": network("<forward mode='hostdev'><address type='pci' slot='0x20'/></forward>"),
    "a port group without a name": network("<portgroup/>"),
    "a VLAN without a tag": network("<vlan/>"),
    "a VLAN above 4095": network("<vlan><tag id='4096'/></vlan>"),
    "two inbound limits": network("<bandwidth><inbound average='1'/><inbound average='2'/></bandwidth>"),
    "a rate of zero": network("<bandwidth><inbound average='0'/></bandwidth>"),
    "a rate with a unit": network("<bandwidth><inbound average='1M'/></bandwidth>"),
    "parameters of another switch": network(
        f"<virtualport type='802.1Qbh'><parameters interfaceid='{UUID}'/></virtualport>"
    ),
    "a group MAC address": network("<mac address='01:00:5e:00:00:01'/>"),
    "five bytes of MAC address": network("<mac address='52:54:00:00:01'/>"),
    "a comma in a TXT name": network("<dns><txt name='a,b' value='c'/></dns>"),
    "a DNS host without a name": network("<dns><host ip='192.0.2.1'/></dns>"),
    "SRV over another protocol": network("<dns><srv service='a' protocol='sctp'/></dns>"),
    "netmask and prefix": network("<ip address='192.0.2.1' netmask='255.255.255.0' prefix='24'/>"),
    "a byte above 255": network("<ip address='192.0.2.256' prefix='24'/>"),
    "a host's name for an address": network("<ip address='gate.example' prefix='24'/>"),
    "two gaps in an IPv6 address": network("<ip family='ipv6' address='2001::db8::1' prefix='64'/>"),
    "a prefix above 128": network("<ip family='ipv6' address='2001:db8::1' prefix='129'/>"),
    "a range without an end": network("<ip address='192.0.2.1'><dhcp><range start='192.0.2.2'/></dhcp></ip>"),
    "a DHCP host that nobody can know": network("<ip address='192.0.2.1'><dhcp><host ip='192.0.2.2'/></dhcp></ip>"),
    "a DHCP host without an address": network(
        "<ip address='192.0.2.1'><dhcp><host mac='52:54:00:00:00:01'/></dhcp></ip>"
    ),
    "an unknown unit of time": network(
        "<ip address='192.0.2.1'><dhcp><range start='192.0.2.2' end='192.0.2.3'><lease expiry='1' unit='days'/>"
        "</range></dhcp></ip>"
    ),
    "a route without a gateway": network("<route address='203.0.113.0' prefix='24'/>"),
    "dhcp outside of ip": network("<dhcp/>"),
}

# --- filters ----------------------------------------------------------------------------------------------

ALONE: tuple[str, ...] = ("udp", "sctp", "icmp", "igmp", "esp", "ah", "udplite", "all")
ALONE += ("tcp-ipv6", "sctp-ipv6", "icmpv6", "esp-ipv6", "ah-ipv6", "udplite-ipv6", "all-ipv6")

FILTER_ACCEPTED = {
    "empty": "<filter name='guard'/>",
    "everything of a filter": f"<filter name='guard' chain='ipv4-mine' priority='-700'><uuid>{UUID}</uuid></filter>",
    "references": "<filter name='a'><filterref filter='b'/><filterref filter='c'>"
    "<parameter name='IP' value='192.0.2.1'/></filterref></filter>",
    "a rule about everything": rule("", " priority='1000' statematch='false'"),
    "mac": rule(
        "<mac match='no' srcmacaddr='$MAC' dstmacaddr='1:2:3:4:5:6' dstmacmask='ff:ff:ff:ff:ff:ff' protocolid='0x800'/>"
    ),
    "vlan": rule("<vlan vlanid='0xfff' encap-protocol='arp'/>"),
    "stp": rule(
        "<stp type='0x12' root-priority='1' root-priority-hi='9' root-address='1:2:3:4:5:6' age='5' age-hi='6' "
        "root-cost='70000'/>"
    ),
    "arp": rule("<arp opcode='Reply' arpsrcipaddr='$IP' arpsrcipmask='24' gratuitous='true' hwtype='1'/>"),
    "rarp": rule("<rarp opcode='11'/>"),
    "ip": rule(
        "<ip protocol='udp' srcportstart='67' dstportend='68' dscp='0x3f' srcipaddr='192.0.2.1' "
        "srcipmask='255.255.255.0'/>"
    ),
    "ipv6": rule(
        "<ipv6 protocol='icmpv6' type='1' typeend='9' code='0' codeend='4' srcipaddr='fe80::' srcipmask='10'/>"
    ),
    "tcp": rule(
        "<tcp flags='SYN,ACK/SYN' state='NEW,ESTABLISHED' connlimit-above='5' dstportstart='$PORTS[1]' "
        "srcipfrom='192.0.2.1'/>"
    ),
    "an IP set": rule("<all ipset='friends' ipsetflags='src,dst'/>"),
    "iterators": rule("<udp-ipv6 srcipaddr='$WHO[@1]' dstportstart='$WHERE[@2]' comment='two lists'/>"),
    "every other protocol": "<filter name='a'>"
    + "".join(f"<rule action='accept' direction='inout'><{name}/></rule>" for name in ALONE)
    + "</filter>",
    "every action": "<filter name='a'>"
    + "".join(
        f"<rule action='{action}' direction='out'/>" for action in ("accept", "drop", "reject", "return", "continue")
    )
    + "</filter>",
}

FILTER_REJECTED = {
    "no name": "<filter/>",
    "a name with blanks": "<filter name='no spoofing'/>",
    "an unknown chain": "<filter name='a' chain='tcp'/>",
    "a chain of thirteen characters": "<filter name='a' chain='ipv4-abcdefgh'/>",
    "a priority above 1000": "<filter name='a' priority='1001'/>",
    "a rule without action": "<filter name='a'><rule direction='in'/></filter>",
    "an unknown action": "<filter name='a'><rule action='allow' direction='in'/></filter>",
    "an unknown direction": "<filter name='a'><rule action='drop' direction='both'/></filter>",
    "a misspelt attribute": rule("", " prority='5'"),
    "two protocols": rule("<tcp/><udp/>"),
    "one protocol twice": rule("<tcp/><tcp/>"),
    "an unknown protocol": rule("<gre/>"),
    "an attribute of another protocol": rule("<udp flags='SYN/SYN'/>"),
    "no protocolid for arp": rule("<arp protocolid='0x806'/>"),
    "a port above 65535": rule("<tcp dstportstart='65536'/>"),
    "a code point above 63": rule("<ip dscp='64'/>"),
    "an IPv4 address in IPv6": rule("<ipv6 srcipaddr='192.0.2.1'/>"),
    "a mask above 32": rule("<ip srcipmask='33'/>"),
    "unknown flags": rule("<tcp flags='SYN'/>"),
    "an unknown state": rule("<tcp state='OLD'/>"),
    "an IP set without flags": rule("<all ipset='friends'/>"),
    "a parameter without a value": "<filter name='a'><filterref filter='b'><parameter name='IP'/></filterref></filter>",
    "a rule in a rule": rule("<rule action='drop' direction='in'/>"),
}

# --- interfaces of guests ---------------------------------------------------------------------------------

DOMAIN_ACCEPTED = {
    "no interface": domain(""),
    "network": interface("network", "<source network='lab' portgroup='desk'/>", " trustGuestRxFilters='yes'"),
    "network, as a running guest shows it": interface(
        "network", f"<source network='lab' portid='{UUID}' bridge='virbr3'/><target dev='vnet0'/><alias name='net0'/>"
    ),
    "bridge": interface("bridge", "<source bridge='br0'/><virtualport type='openvswitch'/><vlan><tag id='7'/></vlan>"),
    "direct": interface(
        "direct",
        "<source dev='en1' mode='private'/><virtualport type='802.1Qbg'><parameters managerid='0x1'/></virtualport>",
    ),
    "user": interface("user", "<ip family='ipv4' address='192.0.2.0' prefix='24'/>"),
    "user with passt": interface(
        "user",
        "<backend type='passt' logFile='/tmp/p.log'/><source dev='en1'/>"
        "<portForward proto='tcp' address='192.0.2.1' dev='en1'>"
        "<range start='80' end='90' to='8080'/><range start='85' exclude='yes'/></portForward>"
        "<portForward proto='udp'/>",
    ),
    "ethernet": interface(
        "ethernet",
        "<source><ip address='192.0.2.1' prefix='24' peer='192.0.2.2'/></source>"
        "<target dev='tap9' managed='no'/><script path='/s'/>",
    ),
    "hostdev": interface(
        "hostdev",
        "<driver name='vfio'/><source><address type='pci' domain='0' bus='7' slot='0x10' function='2'/></source>",
        " managed='yes'",
    ),
    "vhostuser": interface(
        "vhostuser",
        "<source type='unix' path='/s' mode='client'><reconnect enabled='yes' timeout='5'/></source>"
        "<model type='virtio'/><driver queues='4'/>",
    ),
    # libvirt 12.8 takes these; 9.0 misses the socket.
    "vhostuser without a mode": interface("vhostuser", "<source type='unix' path='/s'/>"),
    "vhostuser without a socket": interface("vhostuser", "<model type='virtio'/>"),
    "vhostuser with passt": interface("vhostuser", "<backend type='passt'/><source dev='en1'/>"),
    "vdpa": interface("vdpa", "<source dev='/dev/vhost-vdpa-0'/>"),
    "internal": interface("internal", "<source name='inner'/>"),
    "mcast": interface("mcast", "<source address='230.0.0.1' port='5558'/>"),
    "server": interface("server", "<source port='5558'/>"),
    "client": interface("client", "<source address='192.0.2.1' port='5558'/>"),
    "udp": interface("udp", "<source address='192.0.2.1' port='1'><local address='192.0.2.2' port='2'/></source>"),
    "vds": interface("vds", f"<source switchid='{UUID}' portid='6' portgroupid='pg-1' connectionid='9'/>"),
    "null": interface("null", "<mac address='52:54:00:00:00:01'/>"),
    "driver options": interface(
        "network",
        "<source network='a'/><model type='virtio'/>"
        "<driver name='vhost' txmode='iothread' ioeventfd='on' event_idx='off' queues='2' "
        "rx_queue_size='256' tx_queue_size='256' rss='on' rss_hash_report='on' iommu='on' ats='on' packed='off' "
        "page_per_vq='on'>"
        "<host csum='off' gso='off' tso4='off' tso6='off' ecn='off' ufo='off' mrg_rxbuf='off'/>"
        "<guest csum='off' ufo='on'/></driver>",
    ),
    "small parts": interface(
        "network",
        "<source network='a'/><backend tap='/dev/net/tun' vhost='/dev/vhost-net'/><tune><sndbuf>0</sndbuf>"
        "</tune><link state='down'/>"
        "<mtu size='1400'/><coalesce><rx><frames max='7'/></rx></coalesce><boot order='1'/>"
        "<rom bar='off' file='/r'/><acpi index='4'/>"
        "<port isolated='yes'/><guest dev='eth0'/><teaming type='persistent'/><backenddomain name='d'/>"
        "<downscript path='/d'/>",
    ),
    "a filter": interface(
        "bridge",
        "<source bridge='b'/><filterref filter='clean-traffic'><parameter name='IP' value='192.0.2.1'/></filterref>",
    ),
    "an address of PCI": interface(
        "user", "<address type='pci' domain='0x0000' bus='0x00' slot='0x1f' function='0x7' multifunction='on'/>"
    ),
    "an address of s390": interface("user", "<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0001'/>"),
    "identifiers of s390": interface("user", "<address type='pci'><zpci uid='0x0001' fid='0x00000000'/></address>"),
    "an address of ARM": interface("user", "<address type='virtio-mmio'/>"),
    "an address of POWER": interface("user", "<address type='spapr-vio' reg='0x2000'/>"),
}

DOMAIN_REJECTED = {
    "another root": "<guest/>",
    "no type": domain("<interface><source network='a'/></interface>"),
    "an unknown type": interface("networks", "<source network='a'/>"),
    "a network without a source": interface("network", ""),
    "the source of another type": interface("network", "<source bridge='br0'/>"),
    "two sources": interface("network", "<source network='a'/><source network='b'/>"),
    "an unknown element": interface("network", "<source network='a'/><modell type='virtio'/>"),
    "an unknown device": domain("<interfacee type='user'/>"),
    "an unknown attribute": interface("user", "<mac adress='52:54:00:00:00:01'/>"),
    "text": interface("user", "virtio"),
    "a MAC address with dashes": interface("user", "<mac address='52-54-00-00-00-01'/>"),
    "a group MAC address": interface("user", "<mac address='53:54:00:00:00:01'/>"),
    "an odd model": interface("user", "<model type='virtio net'/>"),
    "an unknown mode of macvtap": interface("direct", "<source dev='a' mode='nat'/>"),
    "a link that is on": interface("user", "<link state='on'/>"),
    "no queues": interface("user", "<driver queues='0'/>"),
    "an unknown driver option": interface("user", "<driver vhost='on'/>"),
    "boot order 0": interface("user", "<boot order='0'/>"),
    "a VLAN of a name": interface("bridge", "<source bridge='b'/><vlan><tag id='office'/></vlan>"),
    "a virtual port on user": interface("user", "<virtualport type='openvswitch'/>"),
    "an unmanaged target without a device": interface("ethernet", "<target managed='no'/>"),
    "addresses on the host's side of a bridge": interface(
        "bridge", "<source bridge='b'><ip address='192.0.2.1'/></source>"
    ),
    "a card without a place": interface("hostdev", ""),
    "managed, but not a card": interface("user", "", " managed='yes'"),
    "a tunnel without a port": interface("client", "<source address='192.0.2.1'/>"),
    "a UDP tunnel without a near end": interface("udp", "<source address='192.0.2.1' port='1'/>"),
    "a range without a start": interface("user", "<portForward proto='tcp'><range end='5'/></portForward>"),
    "half of a pair": interface("user", "<teaming type='transient'/>"),
    "a PCI function above 7": interface("user", "<address type='pci' function='0x8'/>"),
    "a filter without a name": interface("user", "<filterref/>"),
    "a send buffer below 0": interface("user", "<tune><sndbuf>-1</sndbuf></tune>"),
}

# --- the rest of a guest ----------------------------------------------------------------------------------

DOMAIN_ACCEPTED |= {
    "identity": domain("", f"<uuid>{UUID}</uuid><genid/><title>Mill</title><description>grinds</description>"),
    "metadata in other namespaces": domain("", "<metadata><a:b xmlns:a='urn:a' c='d'>e<f/></a:b></metadata>"),
    "past libvirt, to QEMU": domain("", "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'/>"),
    "events": domain("", "<on_poweroff>destroy</on_poweroff><on_crash>coredump-restart</on_crash>"),
    "power": domain("", "<pm><suspend-to-disk enabled='no'/><suspend-to-mem enabled='yes'/></pm>"),
    "clock": domain(
        "",
        "<clock offset='variable' adjustment='-3600' basis='utc'><timer name='rtc' tickpolicy='catchup' track='guest'>"
        "<catchup threshold='1' slew='2' limit='3'/></timer><timer name='tsc' frequency='9' mode='native'/>"
        "<timer name='kvmclock' present='no'/></clock>",
    ),
    "confinement": domain(
        "",
        "<seclabel type='static' model='selinux' relabel='yes'><label>a:b:c</label></seclabel>"
        "<seclabel type='dynamic'><baselabel>x</baselabel></seclabel><seclabel type='none' model='dac'/>",
    ),
    "encrypted memory": domain(
        "",
        "<launchSecurity type='sev' kernelHashes='yes'><policy>0x0003</policy><cbitpos>47</cbitpos></launchSecurity>",
    ),
    "SMBIOS": domain(
        "",
        "<sysinfo type='smbios'><system><entry name='serial'>1</entry></system><baseBoard><entry name='asset'>2</entry>"
        "</baseBoard><baseBoard><entry name='asset'>3</entry></baseBoard></sysinfo>"
        "<sysinfo type='fwcfg'><entry name='opt/a' file='/a'/></sysinfo>",
    ),
    "firmware": (
        "<domain type='kvm'><name>a</name><memory unit='GiB'>1</memory><os firmware='efi'>"
        "<type arch='x86_64' machine='q35'>hvm"
        "</type><firmware><feature enabled='yes' name='secure-boot'/></firmware><loader secure='yes' format='qcow2'/>"
        "<nvram template='/t'>/n</nvram><boot dev='hd'/><boot dev='network'/><bootmenu enable='yes' timeout='3000'/>"
        "<smbios mode='sysinfo'/><bios useserial='yes' rebootTimeout='-1'/></os></domain>"
    ),
    "firmware's variables in the network": (
        "<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm</type><nvram type='network'>"
        "<source protocol='iscsi' name='iqn.2013-07.com.example:x/0'><host name='example.com' port='6000'/>"
        "</source></nvram></os></domain>"
    ),
    "a kernel": (
        "<domain type='xen'><name>a</name><memory>1</memory><bootloader>/b</bootloader><os><type>linux</type>"
        "<kernel>/k</kernel>"
        "<initrd>/i</initrd><cmdline>quiet</cmdline><dtb>/d</dtb></os></domain>"
    ),
    "a container": (
        "<domain type='lxc'><name>a</name><memory>1</memory><os><type>exe</type><init>/sbin/init</init>"
        "<initarg>a</initarg>"
        "<initarg>b</initarg><initenv name='A'>b</initenv></os><idmap><uid start='0' target='1000' count='10'/>"
        "</idmap></domain>"
    ),
    "processors": domain(
        "",
        "<vcpu placement='static' cpuset='1-4,^3' current='1'>2</vcpu><vcpus>"
        "<vcpu id='0' enabled='yes' order='1'/></vcpus>"
        "<iothreads>2</iothreads><iothreadids><iothread id='3' thread_pool_min='0'><poll max='5'/></iothread>"
        "</iothreadids>",
    ),
    "tuning": domain(
        "",
        "<cputune><vcpupin vcpu='0' cpuset='1'/><shares>1024</shares><quota>-1</quota><period>100000</period>"
        "<vcpusched vcpus='0' scheduler='fifo' priority='1'/><emulatorsched scheduler='idle'/>"
        "<emulatorpin cpuset='1-3'/>"
        "<cachetune vcpus='0-1'><monitor level='3' vcpus='0'/>"
        "<cache id='0' level='3' type='both' size='3' unit='MiB'/></cachetune>"
        "</cputune>",
    ),
    "a CPU": domain(
        "",
        "<cpu mode='custom' match='exact' check='partial'><vendor>Intel</vendor><feature policy='require' name='pcid'/>"
        "<model fallback='forbid' vendor_id='GenuineIntel'>IvyBridge</model><feature name='lahf_lm' policy='disable'/>"
        "<topology sockets='1' dies='1' clusters='1' cores='2' threads='1'/>"
        "<maxphysaddr mode='emulate' bits='42'/></cpu>",
    ),
    "NUMA": domain(
        "",
        "<cpu><numa><cell id='0' cpus='0-3' memory='512' unit='KiB' memAccess='shared'><distances>"
        "<sibling id='0' value='10'/>"
        "</distances></cell><cell memory='9'/></numa></cpu><numatune><memory mode='strict' nodeset='1'/>"
        "<memnode cellid='0' mode='preferred' nodeset='0'/></numatune>",
    ),
    "memory": domain(
        "",
        "<currentMemory unit='MB'>1</currentMemory><maxMemory slots='16' unit='GiB'>9</maxMemory>"
        "<memoryBacking><hugepages>"
        "<page size='1' unit='G' nodeset='0-3'/></hugepages><locked/><source type='memfd'/></memoryBacking>"
        "<memtune><hard_limit unit='G'>1</hard_limit></memtune>",
    ),
    "storage shares": domain(
        "", "<blkiotune><weight>800</weight><device><path>/dev/sda</path><weight>100</weight></device></blkiotune>"
    ),
    "features": domain(
        "",
        "<features><acpi/><apic eoi='on'/><hyperv mode='custom'><spinlocks state='on' retries='4096'/>"
        "<stimer state='on'>"
        "<direct state='on'/></stimer></hyperv><kvm><hidden state='on'/></kvm><smm state='on'>"
        "<tseg unit='MiB'>48</tseg></smm>"
        "<gic version='3'/><ioapic driver='qemu'/><vmcoreinfo state='on'/><pae/></features>",
    ),
    "a disk in a file": domain(
        "<disk type='file' device='disk' snapshot='external'>"
        "<driver name='qemu' type='qcow2' cache='none' io='io_uring' "
        "discard='unmap' iothread='1' queues='4'/><source file='/i.qcow2'><seclabel relabel='no'/></source>"
        "<target dev='vda' bus='virtio'/>"
        "<backingStore type='block'><format type='raw'/><source dev='/dev/b'/><backingStore/></backingStore><iotune>"
        "<read_iops_sec>4</read_iops_sec></iotune><boot order='1'/><serial>A-1</serial>"
        "<wwn>5000c50015ea71aa</wwn></disk>"
    ),
    "an empty drive": domain(
        "<disk type='file' device='cdrom'><target dev='sda' bus='sata' tray='open'/><readonly/></disk>"
    ),
    "a disk of Ceph": domain(
        "<disk type='network'><source protocol='rbd' name='p/i'><host name='mon1' port='6789'/><host name='mon2'/>"
        f"<snapshot name='s'/><auth username='u'><secret type='ceph' uuid='{UUID}'/></auth></source>"
        f"<target dev='vda'/></disk>"
    ),
    "a disk from the web": domain(
        "<disk type='network' device='cdrom'><source protocol='https' name='a.iso' query='b=c'>"
        "<host name='example.com' port='443'/>"
        "<ssl verify='no'/><cookies><cookie name='t'>v</cookie></cookies></source><target dev='sda'/></disk>"
    ),
    "an encrypted disk": domain(
        f"<disk type='block'><source dev='/dev/a'><encryption format='luks'>"
        f"<secret type='passphrase' uuid='{UUID}'/></encryption>"
        "</source><target dev='sda'/></disk>"
    ),
    "an NVMe disk": domain(
        "<disk type='nvme'><source type='pci' managed='yes' namespace='1'>"
        "<address domain='0' bus='1' slot='0' function='0'/></source>"
        "<target dev='vde' bus='virtio'/></disk>"
    ),
    "file systems": domain(
        "<filesystem type='mount' accessmode='passthrough'><driver type='virtiofs' queue='1024'/>"
        "<binary path='/v' xattr='on'>"
        "<lock posix='on'/><cache mode='always'/></binary><source dir='/a'/><target dir='tag'/></filesystem>"
        "<filesystem type='ram'><source usage='9' units='MiB'/><target dir='/t'/></filesystem>"
    ),
    "controllers": domain(
        "<controller type='pci' index='0' model='pcie-root'><pcihole64 unit='KiB'>0</pcihole64></controller>"
        "<controller type='pci' index='1' model='pcie-root-port'><target chassis='1' port='0x8' hotplug='off'/>"
        "<model name='pcie-root-port'/>"
        "</controller><controller type='usb' model='ich9-uhci1'><address type='pci'/><master startport='0'/>"
        "</controller>"
        "<controller type='scsi' model='virtio-scsi'><driver queues='4' iothread='1'/></controller>"
    ),
    "devices of the host": domain(
        "<hostdev mode='subsystem' type='pci' managed='yes'><driver name='vfio'/><source>"
        "<address domain='0' bus='6' slot='2' function='0'/>"
        "</source><rom bar='on'/></hostdev><hostdev mode='subsystem' type='usb'>"
        "<source startupPolicy='optional'><vendor id='0x1234'/>"
        f"<product id='0xbeef'/></source></hostdev><hostdev mode='subsystem' type='mdev' model='vfio-pci'>"
        f"<source><address uuid='{UUID}'/>"
        "</source></hostdev><hostdev mode='capabilities' type='net'><source><interface>eth0</interface>"
        "</source></hostdev>"
    ),
    "ports and channels": domain(
        "<serial type='pty'><target type='isa-serial' port='0'><model name='isa-serial'/></target></serial>"
        "<console type='pty' tty='/dev/pts/1'>"
        "<target type='serial' port='0'/></console><channel type='unix'><source mode='bind' path='/s'/>"
        "<target type='virtio' "
        "name='org.qemu.guest_agent.0' state='connected'/></channel><serial type='tcp'>"
        "<protocol type='telnet'/><source mode='bind' "
        "host='192.0.2.1' service='5555'><reconnect enabled='no'/></source></serial><parallel type='file'>"
        "<source path='/f' append='on'/></parallel>"
    ),
    "what one sees": domain(
        "<graphics type='vnc' port='-1' autoport='yes' passwd='x' sharePolicy='ignore'>"
        "<listen type='address' address='192.0.2.1'/></graphics>"
        "<graphics type='spice' defaultMode='secure'><channel name='main' mode='secure'/>"
        "<image compression='off'/><gl enable='no'/></graphics>"
        "<video><model type='qxl' ram='65536' vram='65536' vgamem='16384' heads='1' primary='yes'/></video>"
    ),
    "what one hears": domain(
        "<sound model='ich9'><codec type='micro'/><audio id='1'/></sound>"
        "<audio id='1' type='pulseaudio' serverName='s'>"
        "<output name='o' voices='2'><settings frequency='44100' channels='2' format='s16'/></output></audio>"
    ),
    "small devices": domain(
        "<input type='tablet' bus='usb'/><input type='evdev'>"
        "<source dev='/dev/input/e' grab='all' repeat='on'/></input><hub type='usb'/>"
        "<watchdog model='i6300esb' action='reset'/><memballoon model='virtio'><stats period='10'/>"
        "</memballoon><rng model='virtio'>"
        "<backend model='random'>/dev/urandom</backend><rate bytes='9' period='1000'/></rng>"
        "<tpm model='tpm-crb'><backend type='emulator' "
        "version='2.0'><active_pcr_banks><sha256/></active_pcr_banks></backend></tpm><panic model='isa'>"
        "<address type='isa' iobase='0x505'/>"
        "</panic><vsock model='virtio'><cid auto='no' address='3'/></vsock><iommu model='intel'>"
        "<driver intremap='on'/></iommu>"
    ),
    "modules of memory": domain(
        "<memory model='dimm' access='private'><target><size unit='KiB'>9</size><node>0</node></target><source>"
        "<nodemask>1-3</nodemask>"
        "</source></memory><shmem name='s' role='peer'><model type='ivshmem-plain'/><size unit='M'>4</size></shmem>"
    ),
    "redirected USB": domain(
        "<redirdev bus='usb' type='spicevmc'/><redirfilter>"
        "<usbdev class='0x08' vendor='0x1234' version='2.56' allow='yes'/>"
        "<usbdev allow='no'/></redirfilter><smartcard mode='host'/>"
    ),
}

DOMAIN_REJECTED |= {
    "an unknown hypervisor": domain("").replace("'kvm'", "'kvmm'"),
    "no name at all": "<domain type='kvm'><memory>1</memory><os><type>hvm</type></os></domain>",
    "a guest's UUID that is none": domain("", "<uuid>mill</uuid>"),
    "an element of no known name": domain("", "<cpus>2</cpus>"),
    "an element of a device in the guest": domain("", "<disk type='file'/>"),
    "no processors": domain("", "<vcpu>0</vcpu>"),
    "a set of CPUs that ends in a dash": domain("", "<vcpu cpuset='1-'>1</vcpu>"),
    "an unknown unit": domain("", "<currentMemory unit='megs'>1</currentMemory>"),
    "half a mebibyte": domain("", "<currentMemory unit='MiB'>0.5</currentMemory>"),
    "a real-time scheduler without priority": domain("", "<cputune><vcpusched scheduler='fifo'/></cputune>"),
    "a topology without threads": domain("", "<cpu><topology sockets='1' cores='2'/></cpu>"),
    "an unknown policy for a feature": domain("", "<cpu><feature policy='yes' name='vmx'/></cpu>"),
    "an unknown feature": domain("", "<features><acpii/></features>"),
    "a state that is yes": domain("", "<features><kvm><hidden state='yes'/></kvm></features>"),
    "an unknown offset": domain("", "<clock offset='gmt'/>"),
    "a static label without a label": domain("", "<seclabel type='static' model='selinux'/>"),
    "a boot menu for too long": domain("", "").replace("</os>", "<bootmenu enable='yes' timeout='65536'/></os>"),
    "an unknown boot device": domain("", "").replace("</os>", "<boot dev='usb'/></os>"),
    "a disk without a target": domain("<disk type='file'><source file='/a'/></disk>"),
    "a disk in a relative file": domain("<disk type='file'><source file='a.img'/><target dev='vda'/></disk>"),
    "a file for a block device": domain("<disk type='block'><source file='/a'/><target dev='vda'/></disk>"),
    "an unknown bus": domain("<disk type='file'><target dev='vda' bus='virtioo'/></disk>"),
    "an unknown cache": domain("<disk type='file'><driver cache='some'/><target dev='vda'/></disk>"),
    "an unknown format": domain("<disk type='file'><driver type='qcow3'/><target dev='vda'/></disk>"),
    "a serial number with a slash": domain("<disk type='file'><target dev='vda'/><serial>a/b</serial></disk>"),
    "an unknown controller": domain("<controller type='uhci'/>"),
    "PCI without a model": domain("<controller type='pci' index='1'/>"),
    "a controller below zero": domain("<controller type='usb' index='-1'/>"),
    "a mediated device by its PCI address": domain(
        "<hostdev mode='subsystem' type='mdev' model='vfio-pci'><source><address bus='1'/></source></hostdev>"
    ),
    "an unknown kind of port": domain("<serial type='ptyy'/>"),
    "a channel without a target": domain("<channel type='unix'/>"),
    "a display on a network that is not named": domain("<graphics type='vnc'><listen type='network'/></graphics>"),
    "memory of qxl on another card": domain("<video><model type='vga' vgamem='1'/></video>"),
    "an unknown sound card": domain("<sound model='sb32'/>"),
    "an unknown watchdog": domain("<watchdog model='dog'/>"),
    "two balloons": domain("<memballoon model='virtio'/><memballoon model='none'/>"),
    "a USB port through five hubs": domain(
        "<input type='mouse'><address type='usb' bus='0' port='1.2.3.4.5'/></input>"
    ),
}

# --- ports and snapshots ----------------------------------------------------------------------------------


def port(inside: str) -> str:
    owner = f"<owner><name>mill</name><uuid>{UUID}</uuid></owner>"
    return f"<networkport><uuid>{UUID}</uuid>{owner}<mac address='52:54:00:00:00:01'/>{inside}</networkport>"


PORT_ACCEPTED = {
    "unplugged": port(""),
    "in a network": port("<group>desk</group><plug type='network' bridge='virbr0' macTableManager='libvirt'/>"),
    "on a bridge": port("<plug type='bridge' bridge='br0'/><port isolated='yes'/><rxfilters trustGuest='no'/>"),
    "on a device": port(
        "<plug type='direct' dev='en1' mode='vepa'/><virtualport type='802.1Qbh'/><vlan><tag id='7'/></vlan>"
    ),
    "a card": port(
        "<plug type='hostdev-pci' managed='yes'><driver name='vfio'/><address bus='2' slot='3' function='4'/></plug>"
    ),
    "shaped": port("<bandwidth classID='3'><inbound average='9'/></bandwidth>"),
}

PORT_REJECTED = {
    "nobody's": "<networkport/>",
    "an unknown plug": port("<plug type='tap'/>"),
    "a bridge without a name": port("<plug type='bridge'/>"),
    "a device without a mode": port("<plug type='direct' dev='en1'/>"),
    "two plugs": port("<plug type='network' bridge='a'/><plug type='network' bridge='a'/>"),
}


def snapshot(inside: str) -> str:
    return f"<domainsnapshot>{inside}</domainsnapshot>"


SNAPSHOT_ACCEPTED = {
    "of everything": snapshot(""),
    "as reported": snapshot(
        "<name>a</name><description>b</description><state>running</state><creationTime>1270477159</creationTime>"
        "<parent><name>c</name></parent><active>1</active>" + domain("<interface type='user'/>")
    ),
    "of some disks": snapshot(
        "<memory snapshot='no'/><disks><disk name='vda'><driver type='qcow2'/><source file='/n'/></disk>"
        "<disk name='vdb' snapshot='no'/>"
        "<disk name='vdc' type='block' snapshot='external'><source dev='/dev/n'/></disk></disks>"
    ),
    "with memory": snapshot("<memory snapshot='external' file='/m'/>"),
    "of old": snapshot(f"<domain><uuid>{UUID}</uuid></domain>"),
}

SNAPSHOT_REJECTED = {
    "two names for one": snapshot("<name>a</name><name>b</name>"),
    "an unknown state": snapshot("<state>asleep</state>"),
    "memory in no file": snapshot("<memory snapshot='external'/>"),
    "a disk without name": snapshot("<disks><disk snapshot='no'/></disks>"),
    "a guest that is not valid": snapshot(domain("<interface type='bridges'/>")),
}

# What `benchmarks.sampler` found missing: parts that libvirt's schema and parser take, of any version.
DOMAIN_ACCEPTED |= {
    "paths of Windows": domain("<emulator>C:\\qemu.exe</emulator>", "<cpu mode='host-passthrough'/>"),
    "a root for the kernel": (
        "<domain type='xen'><name>a</name><memory>1</memory><os><type>linux</type><kernel>/k</kernel>"
        "<root>/dev/xvda</root></os></domain>"
    ),
    "shared memory without a name": domain("<shmem name=''/>"),
    "the root of the host": domain("<filesystem><source dir='/'/><target dir='all'/></filesystem>"),
    "no filter of redirected devices": domain("<redirfilter/>"),
    "any mode where nobody waits": domain("<serial type='pty' tty='/dev/pts/4'><source mode='any'/></serial>"),
    "the terminal of a parallel port": domain("<parallel type='pty' tty='/dev/pts/4'><target type='xen'/></parallel>"),
    "a log of random numbers": domain(
        "<rng model='virtio'><backend model='egd' type='tcp'><source mode='connect' host='h' service='1'/>"
        "<log file='/l'/></backend></rng>"
    ),
    "a copy as it used to be": domain(
        "<disk><source file='/a'/><target dev='vda'/><mirror file='/b' format='raw' job='copy'><source file='/b'/>"
        "</mirror></disk>"
    ),
    "a host of any protocol": domain(
        "<disk type='network'><source protocol='iscsi' name='a'><host transport='unix' socket='/s'/></source>"
        "<target dev='vda'/></disk>"
    ),
    "a time out of any protocol": domain(
        "<disk type='network'><source protocol='sheepdog' name='a'><host name='h'/><timeout seconds='1'/></source>"
        "<target dev='vda'/><vendor>a,b</vendor></disk>"
    ),
    "raw I/O of a unit": domain(
        "<disk type='block' device='lun' rawio='yes' sgio='filtered'><source dev='/d'/><target dev='sda'/></disk>"
    ),
    "a display of a PCI device": domain(
        "<hostdev mode='subsystem' type='pci' display='on' ramfb='on'><source startupPolicy='optional'>"
        "<address domain='0' bus='0x1' slot='2' function='0' multifunction='on'/></source></hostdev>"
    ),
    "a USB card by its makers": interface(
        "hostdev", "<source missing='yes'><vendor id='0x1234'/><product id='0x5678'/></source>"
    ),
    "a SCSI adapter of its kind": domain(
        "<hostdev mode='subsystem' type='scsi'><source protocol='adapter'><adapter type='scsi_host' name='scsi_host0'/>"
        "<address bus='0' target='0' unit='0'/></source></hostdev>"
    ),
    "what made the bridge": interface("network", "<source network='a' bridge='a b' macTableManager='libvirt'/>"),
    "a fast counter": domain("", "<clock offset='utc'><timer name='tsc' frequency='4294967296'/></clock>"),
    "ticks of ARM": domain("", "<clock offset='utc'><timer name='armvtimer' tickpolicy='discard'/></clock>"),
    "shares of all processors": domain("", "<cputune><cachetune><monitor level='3'/></cachetune></cputune>"),
    "a guest that is known to the CPU": domain(
        "", "<launchSecurity type='sev'><handle>1</handle><policy>0x1</policy></launchSecurity>"
    ),
    "a counter of the order": domain("", "<vcpus><vcpu id='0' enabled='yes' order='0'/></vcpus>"),
    "a blob of no file": domain("", "<sysinfo type='fwcfg'><entry name='opt/a' file=''/></sysinfo>"),
    "openrisc": (
        "<domain type='qemu'><name>a</name><memory>1</memory><os><type arch='openrisc'>hvm</type></os></domain>"
    ),
    "the identity of the firmware": domain("", f"<hwuuid>{UUID}</hwuuid>"),
    "a crash that the guest deals with": domain("", "<on_crash>preserve-running</on_crash>"),
    "features of other machines": domain("", "<features><aia value='aplic-imsic'/><virtualization/></features>"),
    "an IOMMU with everything": domain(
        "<iommu model='smmuv3'><driver pciBus='1' accel='on' ats='on' ril='off' ssidsize='8' oas='44' cmdqv='on'/>"
        "</iommu>"
        "<iommu model='virtio'><driver><granule size='64' unit='KiB'/></driver></iommu>"
        "<iommu model='virtio'><driver><granule mode='host'/></driver></iommu>"
    ),
    "a card of virtio's": domain("<video><model type='virtio' device='virtio-vga-gl' edid='off' blob='on'/></video>"),
    "disks of USB": domain("<disk model='usb-bot'><source file='/a'/><target dev='sda' bus='usb' dpofua='on'/></disk>"),
    "a disk of FreeBSD": domain("<disk type='ctl'><source dev='/dev/cam/ctl'/><target dev='sda' bus='scsi'/></disk>"),
    "a long name of a product": domain(
        f"<disk><source file='/a'/><target dev='sda'/><product>{'p' * 40}</product></disk>"
    ),
    "limits of every device": domain("", "<blkiotune><device><path>*</path></device></blkiotune>"),
    "a weight of polling": domain("", "<iothreadids><iothread id='1'><poll weight='63'/></iothread></iothreadids>"),
    "reservations that stay": domain(
        "<disk type='block' device='lun'><source dev='/d'><reservations managed='yes' migration='no'/></source>"
        "<target dev='sda'/></disk>"
    ),
}
DOMAIN_REJECTED |= {
    "raw I/O of a disk": domain("<disk rawio='yes'><source file='/a'/><target dev='sda'/></disk>"),
    "an enlightenment without a state": domain("", "<features><hyperv><runtime/></hyperv></features>"),
    "a redirected device of no kind": domain("<redirdev bus='usb'/>"),
    "a card of no kind": domain("<smartcard mode='passthrough'/>"),
    "a pair that stays with the host": domain(
        "<hostdev mode='capabilities' type='net'><source><interface>a</interface></source>"
        "<teaming type='persistent'/></hostdev>"
    ),
    "the password of no protocol": domain(
        "<disk type='network'><source protocol='rbd' name='a'><host name='h'/><auth username='u'>"
        f"<secret type='other' uuid='{UUID}'/></auth></source><target dev='sda'/></disk>"
    ),
}
NETWORK_ACCEPTED |= {
    "a driver of VFIO": network(
        "<forward mode='hostdev'><driver name='xen' model='a+b' iommufd='yes'/><address type='pci' multifunction='on'/>"
        "</forward>"
    ),
    "the default route": network("<ip address='192.0.2.1' prefix='24'/><route gateway='192.0.2.9'/>"),
}
NETWORK_REJECTED |= {
    "a bus in hexadecimal digits": network("<forward mode='hostdev'><address type='pci' bus='7F'/></forward>"),
}


ACCEPTED = {
    "network": NETWORK_ACCEPTED,
    "nwfilter": FILTER_ACCEPTED,
    "domain": DOMAIN_ACCEPTED,
    "networkport": PORT_ACCEPTED,
    "domainsnapshot": SNAPSHOT_ACCEPTED,
}
REJECTED = {
    "network": NETWORK_REJECTED,
    "nwfilter": FILTER_REJECTED,
    "domain": DOMAIN_REJECTED,
    "networkport": PORT_REJECTED,
    "domainsnapshot": SNAPSHOT_REJECTED,
}


@pytest.mark.parametrize(("kind", "why"), [(kind, why) for kind in KINDS for why in ACCEPTED[kind]])
def test_accepts(kind: str, why: str) -> None:
    accepted = accepts(kind, ACCEPTED[kind][why])
    assert accepted, str(LOADED[kind].error_log)


@pytest.mark.parametrize(("kind", "why"), [(kind, why) for kind in KINDS for why in REJECTED[kind]])
def test_rejects(kind: str, why: str) -> None:
    assert not accepts(kind, REJECTED[kind][why])


# --- the order of children --------------------------------------------------------------------------------


def merged(kind: str) -> str:
    """One large document that has what the accepted documents have, side by side."""
    root = etree.fromstring(START[kind])
    for text in ACCEPTED[kind].values():
        gather(root, etree.fromstring(text))
    return etree.tostring(root, encoding="unicode")


START = {
    "network": network(""),
    "nwfilter": f"<filter name='all'><uuid>{UUID}</uuid></filter>",
    "domain": domain(""),
    "networkport": port(""),
    "domainsnapshot": snapshot(""),
}
# What there can be many of.
MANY = {
    "rule",
    "filterref",
    "interface",
    "disk",
    "filesystem",
    "controller",
    "hostdev",
    "serial",
    "channel",
    "graphics",
    "input",
}


def gather(root: etree._Element, tree: etree._Element) -> None:
    """Add the children that the root has not got yet, or can have more of."""
    for child in tree:
        known = root.find(str(child.tag))
        if known is not None and child.tag == "devices":
            gather(known, child)
        elif known is None or child.tag in MANY:
            root.append(copy.deepcopy(child))


def shuffles(kind: str, count: int) -> list[bytes]:
    """Documents with the children of every element in another order; which they are is the same in each run."""
    chance = random.Random(f"shuffle {kind}")
    documents = [etree.fromstring(text) for text in (*ACCEPTED[kind].values(), merged(kind))]
    result: list[bytes] = []
    while len(result) < count:
        tree = copy.deepcopy(documents[-1] if len(result) % 2 else chance.choice(documents))
        for node in tree.iter(etree.Element):
            children = list(node)
            chance.shuffle(children)
            node[:] = children
        result.append(etree.tostring(tree))
    return result


def test_a_mode_counts_where_somebody_waits() -> None:
    """Libvirt's schema takes any; its parser does not."""
    assert not accepts("domain", domain("<serial type='tcp'><source mode='any' host='h' service='1'/></serial>"))


@pytest.mark.parametrize("kind", KINDS)
def test_children_stand_in_any_order(kind: str) -> None:
    for text in shuffles(kind, 150):
        accepted = LOADED[kind].validate(etree.fromstring(text))
        assert accepted, text.decode() + "\n" + str(LOADED[kind].error_log)


@pytest.mark.parametrize("kind", KINDS)
def test_many_options_take_no_longer_than_few(kind: str) -> None:
    """libxml2 doubles its work with each optional attribute; `tools.schemas.interleaves` prevents it."""
    root = etree.fromstring(merged(kind))
    for node in [*root.iterfind("rule"), *root.iterfind("devices/interface")]:
        parent = node.getparent()
        assert parent is not None
        parent.extend(copy.deepcopy(node) for _ in range(30))
    start = time.perf_counter()
    assert LOADED[kind].validate(root)
    assert time.perf_counter() - start < 2


# --- the files --------------------------------------------------------------------------------------------


def patterns(path: Path) -> list[etree._Element]:
    """The elements and attributes that a schema names."""
    root = etree.parse(path).getroot()
    return [node for node in root.iter(RNG + "element", RNG + "attribute") if node.get("name")]


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.rng")), ids=lambda path: path.name)
def test_everything_is_documented(path: Path) -> None:
    """Each element and attribute says what it is, unless the same name has said it elsewhere."""
    said = {(node.tag, node.get("name")) for node in patterns(path) if node.find(DOCUMENTATION) is not None}
    assert not [node.get("name") for node in patterns(path) if (node.tag, node.get("name")) not in said]


def test_releases_look_like_releases() -> None:
    found = [
        value
        for path in SCHEMAS.glob("*.rng")
        for node in etree.parse(path).getroot().iter(etree.Element)
        if (value := node.get(SINCE))
    ]
    assert len(found) > 100
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", value) for value in found)


def expressions() -> list[str]:
    """The patterns of all values."""
    return sorted(
        {
            str(node.text)
            for path in SCHEMAS.glob("*.rng")
            for node in etree.parse(path).getroot().iter(RNG + "param")
            if node.get("name") == "pattern"
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("expression", expressions())
def test_libxml2_understands_the_patterns(expression: str) -> None:
    """It goes astray, for one, where a repetition with bounds stands within another."""
    grammar = etree.fromstring(
        f"<element name='a' xmlns='{RNG.strip('{}')}' datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>"
        "<attribute name='b'><data type='string'><param name='pattern'/></data></attribute></element>"
    )
    for node in grammar.iter(RNG + "param"):
        node.text = expression
    schema, chance = etree.RelaxNG(grammar), random.Random(expression)

    @settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(expression, fullmatch=True, alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
    def agrees(value: str) -> None:
        place = chance.randint(0, len(value))
        for text in (
            value,
            value[:place] + chance.choice("0aF:.-x, g") + value[place:],
            value[:place] + value[place + 1 :],
        ):
            matches = re.fullmatch(expression, text) is not None
            assert schema.validate(etree.Element("a", b=text)) == matches, text

    agrees()


@pytest.mark.oracle
def test_the_rng_files_are_made_from_the_rnc_files() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.schemas", "rng", "--check"],
        cwd=SCHEMAS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


# --- against jing -----------------------------------------------------------------------------------------


def jing(schema: Path, folder: Path, documents: list[bytes]) -> set[int]:
    """The numbers of the documents that jing rejects."""
    assert shutil.which("jing"), "jing is not installed; on Debian and Ubuntu: apt install jing"
    paths = []
    for number, text in enumerate(documents):
        paths.append(folder / f"{number}.xml")
        paths[-1].write_bytes(text)
    done = subprocess.run(["jing", schema, *paths], capture_output=True, text=True, check=False)
    return {int(match[1]) for match in re.finditer(r"/(\d+)\.xml:\d+:\d+: (?:error|fatal)", done.stdout)}


@pytest.mark.oracle
@pytest.mark.parametrize("kind", KINDS)
def test_jing_agrees_with_libxml2(kind: str, tmp_path: Path) -> None:
    good, bad = shuffles(kind, 250), [text.encode() for text in REJECTED[kind].values()]
    assert jing(SCHEMAS / f"{kind}.rng", tmp_path, good + bad) == set(range(len(good), len(good) + len(bad)))


# What libvirt 9.0 does not know yet, and the masks for arp, which its documentation has and its schema has not.
NEWER = {
    "network": {
        "identity",
        "a physical function",
        "a domain",
        "a port for a forwarder",
        "a driver of VFIO",
        "the default route",
    },
    "nwfilter": {"arp"},
    "domain": {
        "vhostuser with passt",
        "vhostuser without a mode",
        "vhostuser without a socket",
        "firmware",
        "processors",
        "a CPU",
        "a display of a PCI device",
        "the identity of the firmware",
        "a crash that the guest deals with",
        "features of other machines",
        "an IOMMU with everything",
        "a card of virtio's",
        "disks of USB",
        "a disk of FreeBSD",
        "a long name of a product",
        "limits of every device",
        "a weight of polling",
        "reservations that stay",
        "shares of all processors",
    },
    "networkport": set[str](),
    "domainsnapshot": set[str](),
}


@pytest.mark.oracle
@pytest.mark.parametrize("kind", KINDS)
def test_libvirts_own_schema_agrees(kind: str, tmp_path: Path) -> None:
    good = {why: text for why, text in ACCEPTED[kind].items() if why not in NEWER[kind]}
    bad = REJECTED[kind]
    rejected = jing(LIBVIRT / f"{kind}.rng", tmp_path, [text.encode() for text in (good | bad).values()])
    assert [list(good | bad)[number] for number in sorted(rejected)] == list(bad)
