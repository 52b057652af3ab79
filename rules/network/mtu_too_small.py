"""The MTU of a network is smaller than IP allows, so its bridge gets no address.

IPv4 needs an MTU of 68 at least and the kernel makes no bridge with less. IPv6 needs 1280: below that the kernel switches
IPv6 off on the bridge, and the IPv6 address cannot be set.

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
lan.xml:3:8: error: an MTU of 1000 is less than the 1280 that IPv6 needs [mtu-too-small]
tiny.xml:3:8: error: an MTU of 15 is less than the 68 that IPv4 needs [mtu-too-small]
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
Safe below 68, where nothing works: without `<mtu>` the bridge has the usual 1500. Unsafe below 1280, which may be what a
tunnel needs; then IPv6 has to go instead.

## Libvirt
At start: `Failed to add IP address fd00:20::1/64 to virbr5`; below 68
`Cannot set interface MTU on 'virbr6': Invalid argument`

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
- linux include/uapi/linux/ipv6.h, IPV6_MIN_MTU
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, View, edit, fix, problem, related, rule


@rule("mtu-too-small", code="VN1302", on=Network, severity="error", when="start", since="0.1", covers=("B003", "B004"))
def check(network: Network) -> Iterator[Problem]:
    node = network.node.child("mtu")
    size = View(node).number("size") if node else None
    sixth = next((ip for ip in network.ips if ip.family == "ipv6" and ip.subnet), None)
    if node is None or not size or not network.owns_bridge or size >= (1280 if sixth else 68):
        return
    bridge = network.bridge.name if network.bridge and network.bridge.name else "virbr0"
    place = node.attributes["size"]
    if size < 68:
        message, remove = f"an MTU of {size} is less than the 68 that IPv4 needs", edit.remove(node)
        refused = f"Cannot set interface MTU on '{bridge}': Invalid argument"
        yield problem(place, message, fix("Remove <mtu>", remove, safety="safe"), libvirt_message=refused)
    elif sixth is not None and sixth.subnet is not None:
        yield problem(
            place,
            f"an MTU of {size} is less than the 1280 that IPv6 needs",
            fix("Make it 1280", edit.set_attribute(node, "size", "1280"), safety="unsafe"),
            fix("Remove the IPv6 <ip>", edit.remove(sixth.node), safety="unsafe"),
            related=(related(sixth, "the IPv6 address is here"),),
            libvirt_message=f"Failed to add IP address {sixth.address}/{sixth.subnet.prefixlen} to {bridge}",
        )
