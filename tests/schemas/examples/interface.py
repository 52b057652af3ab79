"""Interfaces of guests."""

from tests.schemas.documents import UUID, domain, interface

ACCEPTED = {
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
    # libvirt 12.8 accepts these; 9.0 requires the socket.
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

REJECTED = {
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
