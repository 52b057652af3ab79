"""The MTU of a network is smaller than IP allows, so its bridge gets no address.

IPv4 needs an MTU of at least 68, and the kernel creates no bridge with less. IPv6 needs 1280. Below that, the kernel
turns IPv6 off on the bridge, and libvirt is not able to set the IPv6 address.

## What to do
Set `size` to at least 1280 for IPv6, or at least 68 for IPv4 alone. Remove `<mtu>` to get the usual 1500. If the small
MTU is needed, remove the IPv6 `<ip>`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <mtu size='1000'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```xml tiny.xml
<network>
  <name>tiny</name>
  <mtu size='15'/>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:3:8: error: invalid MTU 1000: IPv6 needs at least 1280 [mtu-too-small]
tiny.xml:3:8: error: invalid MTU 15: IPv4 needs at least 68 [mtu-too-small]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <mtu size='1280'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```xml tiny.xml
<network>
  <name>tiny</name>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <mtu size='1280'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <mtu size='1000'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: the network does not start today, but the MTU that was meant is a guess. Below 68 `<mtu>` is removed, which
gives 1500; below 1280 it becomes 1280. Removing the IPv6 address instead is a choice.

## Libvirt
At start: `Failed to add IP address fd00:20::1/64 to virbr5`; below 68
`Cannot set interface MTU on 'virbr6': Invalid argument`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
- linux include/uapi/linux/ipv6.h, IPV6_MIN_MTU
"""

from collections.abc import Iterator

from vnetlint.api import Ip, Network, Node, Problem, Subnet, View, edit, fix, heard, problem, related, rule


@rule("mtu-too-small", code="VN1302", on=Network, severity="error", when="start", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    node = network.node.child("mtu")
    size = View(node).number("size") if node else None
    sixth = next((ip for ip in network.ips if ip.family == "ipv6" and ip.subnet), None)
    if node is None or not size or not network.owns_bridge or size >= (1280 if sixth else 68):
        return
    if size < 68:
        message = f"invalid MTU {size}: IPv4 needs at least 68"
        removed = fix("Remove <mtu>", edit.remove(node), safety="unsafe")
        refused = heard("Cannot set interface MTU on '{}': Invalid argument", network.bridge_name)
        yield problem(node.attributes["size"], message, removed, libvirt_message=refused)
    elif sixth is not None and sixth.subnet is not None:
        yield _too_small_for_ipv6(network, node, sixth, sixth.subnet)


NO_ADDRESS = "Failed to add IP address {}/{} to {}"


def _too_small_for_ipv6(network: Network, node: Node, ip: Ip, subnet: Subnet) -> Problem:
    return problem(
        node.attributes["size"],
        f"invalid MTU {View(node).number('size')}: IPv6 needs at least 1280",
        fix("Set the MTU to 1280", edit.set_attribute(node, "size", "1280"), safety="unsafe"),
        fix("Remove the IPv6 <ip>", edit.remove(ip.node), safety="choice"),
        related=(related(ip, "the IPv6 address"),),
        libvirt_message=heard(NO_ADDRESS, ip.address, subnet.prefixlen, network.bridge_name),
    )
