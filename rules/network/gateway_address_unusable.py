"""A network's own address is not a host address, so guests cannot use it as their gateway.

No guest accepts a gateway with the broadcast address of the subnet, or with an address that starts with 127, 224 or
more. The network address, such as 192.168.20.0, and addresses that start with 0 work for guests with Linux 5.14 or
newer and for few others, so the finding is then a warning. libvirt gives the bridge any of these addresses.

## What to do
Set `address` to a host address of the subnet, such as the first one. If the whole subnet is not meant for hosts, such
as 127.0.0.0/8, move the network to a private subnet. Guests with a fixed gateway need the new address too.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.0' netmask='255.255.255.0'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='127.5.0.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:3:7: error: invalid address 127.5.0.1 for a bridge: expected the address of a host [gateway-address-unusable]
lan.xml:4:7: warning: invalid address 192.168.20.0 for a bridge: it is the network address of 192.168.20.0/24 [gateway-address-unusable]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' netmask='255.255.255.0'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.2.1' prefix='24'/>
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
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='172.16.1.0' prefix='16'/>
</network>
```

## Fix safety
Unsafe for a broadcast address: the bridge gets the first free address of the subnet. A choice for a network address,
which guests may use today, and where the whole subnet is renumbered.

## Libvirt
Never: the network starts.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkAddAddrToBridge()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Fix,
    Ip,
    Network,
    Problem,
    Project,
    Subnet,
    edit,
    fix,
    next_free,
    problem,
    renumber_privately,
    rule,
    usable,
)


@rule("gateway-address-unusable", code="VN1507", on=Network, severity="error", when="never", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    for ip in network.ips if network.owns_bridge else ():
        address, subnet = ip.address, ip.subnet
        if address is None or subnet is None or address.version == 6 or subnet.prefixlen > 30:
            continue
        if int(address) >> 24 in (0, 127) or int(address) >> 28 >= 14:
            why, new = "expected the address of a host", project.subnets.private_replacements.get(ip)
            fixes = renumber_privately(network, ip, new)
        elif address in (subnet.network_address, subnet.broadcast_address):
            kind = "network" if address == subnet.network_address else "broadcast"
            why, fixes = f"it is the {kind} address of {subnet}", _move(ip, subnet, kind)
        else:
            continue
        works = address == subnet.network_address or int(address) >> 24 == 0
        message = f"invalid address {address} for a bridge: {why}"
        yield problem(ip.attribute("address") or ip, message, fixes, severity="warning" if works else None)


def _move(ip: Ip, subnet: Subnet, kind: str) -> tuple[Fix, ...]:
    fixed = {host.address for host in ip.hosts} | {bound for each in ip.ranges for bound in (each.start, each.end)}
    first = next_free(subnet, usable(subnet)[0], fixed)
    moved = edit.set_attribute(ip.node, "address", str(first)) if first else ()
    return fix(f"Set address to {first}", moved, safety="choice" if kind == "network" else "unsafe")
