"""An `<ip>` has no address, and libvirt refuses to define the network.

The address is the host's own on the network's bridge and the gateway of the guests. It has no default.

## What to do
Set `address` to an address that nothing else has, and `prefix` to the size of its subnet. If the network needs no
address, remove `<ip>`.

## Bad
```xml
<network>
  <name>lan</name>
  <ip prefix='24'/>
</network>
```

## Report
```text
lan.xml:3:3: error: missing attribute 'address' on <ip> [ip-without-address]
```

## Fixed
```xml
<network>
  <name>lan</name>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip address='10.0.0.1' prefix='24'/>
</network>
```

## Fix safety
A choice: without its only `<ip>` an isolated network has no DHCP, and libvirt refuses a network that forwards. Only a
person can choose the address; the snippet shows where it belongs.

## Libvirt
At define: `Missing required address attribute in network 'lan'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkIPDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, heard, problem, rule


@rule("ip-without-address", code="VN1050", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        if "address" in ip.node.attributes:
            continue
        yield problem(
            ip,
            "missing attribute 'address' on <ip>",
            fix("Remove <ip>", edit.remove(ip.node), safety="choice"),
            advise("Set an address that nothing else has", "<ip address='192.168.123.1' prefix='24'/>"),
            libvirt_message=heard("Missing required address attribute in network '{}'", network.name),
        )
