"""A subnet is so small that it has no address for a guest.

A prefix of 32 leaves only the bridge's own address, and 31 leaves one other. Where the network is routed or open and
has no DHCP, the finding is an info, because hosts that are given single addresses are set up like that. The rule
reports nothing if the network has a `<route>` to its guests.

## What to do
Set `prefix` to 24, or `netmask` to 255.255.255.0, or to the size that the guests need. If the host was given single
addresses, and routes them to guests, this is intended: keep it.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' netmask='255.255.255.255'/>
</network>
```

## Report
```text
lan.xml:4:30: warning: the subnet 192.168.20.1/32 has no room for guests [subnet-without-room]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' netmask='255.255.255.0'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' netmask='255.255.255.0'/>
</network>
```

## Fix safety
A choice: the size of the subnet is a guess, and the larger subnet may overlap another one.

## Libvirt
Never: the network starts.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkAddAddrToBridge()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule("subnet-without-room", code="VN1508", on=Network, severity="warning", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    if not network.owns_bridge or network.routes:
        return
    for ip in network.ips:
        place = ip.attribute("prefix") or ip.attribute("netmask")
        if place is None or ip.subnet is None or ip.subnet.version == 6 or ip.subnet.prefixlen < 31:
            continue
        value = "24" if place.name == "prefix" else "255.255.255.0"
        yield problem(
            place,
            f"the subnet {ip.subnet} has no room for guests",
            fix(f"Set {place.name} to {value}", edit.set_attribute(ip.node, place.name, value), safety="choice"),
            severity=None if network.mode in ("nat", "isolated") or ip.dhcp else "info",
        )
