"""A network has the same address twice, and the bridge takes it only once.

libvirt gives the bridge every `<ip>` in turn. The second time the kernel answers that the address is there already, and
the network does not start. Another prefix makes it another address to the kernel, which is no use either but starts.

## Bad
```xml
<network>
  <name>lan</name>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip address='192.168.20.1' netmask='255.255.255.0'/>
</network>
```

## Report
```text
lan.xml:9:3: error: the address 192.168.20.1/24 is already that of another <ip> of the network [address-listed-twice]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <ip address='192.168.20.1' prefix='24'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Fix safety
Safe where the one that goes has nothing in it: libvirt refuses the two, and the other says the same. Unsafe where it
has a DHCP or TFTP service.

## Libvirt
At start: `Failed to add IP address 192.168.20.1/24 bcast 192.168.20.255 to virbr5`

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator

from vnetlint.api import Ip, Network, Problem, edit, fix, problem, related, rule


@rule("address-listed-twice", code="VN1301", on=Network, severity="error", when="start", since="0.1", covers=("B002",))
def check(network: Network) -> Iterator[Problem]:
    seen: dict[object, Ip] = {}
    for ip in network.ips if network.owns_bridge else ():
        if ip.subnet is None or ip.address is None:
            continue
        first = seen.setdefault((ip.address, ip.subnet), ip)
        if first is ip:
            continue
        spare = next((each for each in (ip, first) if not each.node.children), ip)
        bridge = network.bridge.name if network.bridge and network.bridge.name else "virbr0"
        prefix, last = f"{ip.address}/{ip.subnet.prefixlen}", ip.subnet.broadcast_address
        yield problem(
            ip,
            f"the address {prefix} is already that of another <ip> of the network",
            fix("Remove one of the two", edit.remove(spare.node), safety="unsafe" if spare.node.children else "safe"),
            related=(related(first, "the other is here"),),
            libvirt_message=f"Failed to add IP address {prefix}{f' bcast {last}' * (last.version == 4)} to {bridge}",
        )
