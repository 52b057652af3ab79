"""Networks."""

from tests.schemas.documents import UUID, network

ACCEPTED = {
    "a name is enough": network(""),
    "every attribute": network("", " ipv6='yes' trustGuestRxFilters='no' connections='2'"),
    "identity": network(f"<uuid>{UUID}</uuid><title>Lab</title><description>of the cellar</description>"),
    "a UUID without dashes": network(f"<uuid>{UUID.replace('-', '')}</uuid>"),
    "metadata": network("<metadata><a:b xmlns:a='urn:a' c='d'>e<f/></a:b></metadata>"),
    "a bridge with everything": network(
        "<bridge name='br-lab.7' stp='off' delay='3' macTableManager='libvirt' zone='public'/><mtu size='9000'/>"
    ),
    "a domain": network("<domain name='lab.example' localOnly='yes' register='yes'/>"),
    "forward without attributes": network("<forward/>"),
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

REJECTED = {
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
