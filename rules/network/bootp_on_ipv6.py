"""A network has `<bootp>` under an IPv6 address, where libvirt drops it.

`<bootp>` is part of DHCP for IPv4. Elsewhere libvirt ignores it, and the saved definition does not have it.

## What to do
If guests boot over IPv4, move `<bootp>` to the `<dhcp>` of the IPv4 address. If they boot over IPv6, remove it and set
the option `dhcp-option=option6:bootfile-url,…` in `<dnsmasq:options>`.

## Bad
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::1ff'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:6:7: warning: libvirt drops this <bootp>: it announces a boot file over IPv4 only [bootp-on-ipv6]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::1ff'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'>
    <tftp root='/var/lib/tftpboot'/>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <bootp file='pxelinux.0'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Unsafe: libvirt drops the element, so nothing changes, but guests may be intended to boot over IPv4.

## Libvirt
Never: the saved definition is without it.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDHCPDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("bootp-on-ipv6", code="VN1502", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        bootp = ip.dhcp.child("bootp") if ip.dhcp and ip.family == "ipv6" else None
        if bootp is not None:
            message = "libvirt drops this <bootp>: it announces a boot file over IPv4 only"
            yield problem(bootp, message, fix("Remove <bootp>", edit.remove(bootp), safety="unsafe"))
