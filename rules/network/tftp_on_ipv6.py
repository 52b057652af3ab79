"""A TFTP server is set on an IPv6 address, and libvirt refuses to define the network.

Guests that boot from the network fetch their files by TFTP. dnsmasq serves TFTP over IPv4 only.

## What to do
Move `<tftp>` to the IPv4 `<ip>` of the network. If that one has a `<tftp>` already, or no guest boots from the network,
remove the element.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <tftp root='/srv/tftp'/>
  </ip>
</network>
```

## Report
```text
lan.xml:11:5: error: unexpected <tftp> in an IPv6 <ip>: libvirt serves TFTP over IPv4 only [tftp-on-ipv6]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/srv/tftp'/>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```

## Fix safety
Safe where exactly one IPv4 address of the network has no TFTP server yet: no other place can be meant. Otherwise
removing the element is a choice.

## Libvirt
At define: `Unsupported <tftp> element in an IPv6 element in network 'lan'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkIPDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, problem, rule


@rule("tftp-on-ipv6", code="VN1203", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    free = [ip for ip in network.ips if ip.family == "ipv4" and ip.node.child("tftp") is None]
    for ip in network.ips:
        tftp = ip.node.child("tftp")
        if tftp is None or ip.family != "ipv6":
            continue
        moved = edit.move(tftp, free[0].node) if len(free) == 1 else ()
        yield problem(
            tftp,
            "unexpected <tftp> in an IPv6 <ip>: libvirt serves TFTP over IPv4 only",
            fix("Move <tftp> to the IPv4 <ip>", moved, safety="safe"),
            fix("Remove <tftp>", edit.remove(tftp), safety="choice"),
            libvirt_message=heard("Unsupported <tftp> element in an IPv6 element in network '{}'", network.name),
        )
