"""A network's own address is one that no host can have, so guests cannot use it as their gateway.

The first and the last address of an IPv4 subnet belong to no host, and addresses that start with 0, 127 or 224 and more
are not for hosts at all. libvirt gives the bridge such an address all the same.

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
lab.xml:3:7: error: invalid address 127.5.0.1 for a bridge: expected a unicast address of a host [gateway-address-unusable]
lan.xml:4:7: error: invalid address 192.168.20.0 for a bridge: it is the network address of 192.168.20.0/24 [gateway-address-unusable]
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
Unsafe: the bridge gets the first free address of the subnet, and guests with a static address may still use the old one
as their gateway. To renumber the whole subnet is a choice.

## Libvirt
Never: the network starts.

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
    advise,
    edit,
    fix,
    next_free,
    problem,
    renumber,
    rule,
    usable,
)


@rule(
    "gateway-address-unusable", code="VN1507", on=Network, severity="error", when="never", since="0.1", covers=("C066",)
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    for ip in network.ips if network.owns_bridge else ():
        address, subnet = ip.address, ip.subnet
        if address is None or subnet is None or address.version == 6 or subnet.prefixlen > 30:
            continue
        if int(address) >> 24 in (0, 127) or int(address) >> 28 >= 14:
            why, fixes = "expected a unicast address of a host", _renumber(network, ip, project.private_subnets)
        elif address in (subnet.network_address, subnet.broadcast_address):
            kind = "network" if address == subnet.network_address else "broadcast"
            why, fixes = f"it is the {kind} address of {subnet}", _move(ip, subnet)
        else:
            continue
        yield problem(ip.attribute("address") or ip, f"invalid address {address} for a bridge: {why}", fixes)


def _move(ip: Ip, subnet: Subnet) -> tuple[Fix, ...]:
    fixed = {host.address for host in ip.hosts} | {bound for each in ip.ranges for bound in (each.start, each.end)}
    first = next_free(subnet, usable(subnet)[0], fixed)
    moved = edit.set_attribute(ip.node, "address", str(first)) if first else ()
    return fix(f"Set address to {first}", moved, safety="unsafe")


def _renumber(network: Network, ip: Ip, subnets: dict[Ip, Subnet]) -> tuple[Fix, ...]:
    old, new = ip.subnet, subnets.get(ip)
    if old is None or new is None:
        return advise("Choose a private subnet", "<ip address='192.168.20.1' prefix='24'/>")
    return renumber(network, old, new, "choice")
