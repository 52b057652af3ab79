"""A network has the same address twice, so it does not start.

libvirt adds the address of each `<ip>` to the bridge. The second time, the kernel answers that the address already
exists. To the kernel, an IPv4 address with another prefix is another address: such a network starts, but the second
address is of no use. An IPv6 address is accepted only once, whatever its prefix.

## What to do
Remove one of the two `<ip>` elements, and keep the one with the DHCP service and the right prefix. If the second was
meant for another subnet, change its `address` to one of that subnet.

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
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
  <ip family='ipv6' address='fd00:20:0::1' prefix='112'/>
</network>
```

## Report
```text
lan.xml:9:3: error: duplicate address 192.168.20.1/24: another <ip> of the network has it [address-listed-twice]
lan.xml:11:3: error: duplicate address fd00:20::1/112: another <ip> of the network has it [address-listed-twice]
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
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
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
Safe where one of the two has nothing but the address: the network does not start as it is, and the other sets the same
address. A choice where both have a DHCP or TFTP service or `localPtr`, or where their prefixes differ.

## Libvirt
At start: `Failed to add IP address 192.168.20.1/24 bcast 192.168.20.255 to virbr5`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator

from vnetlint.api import Address, Fix, Ip, Network, Problem, Subnet, edit, fix, heard, problem, related, repeats, rule


@rule("address-listed-twice", code="VN1301", on=Network, severity="error", when="start", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for ip, first, _ in repeats(network.ips, _key) if network.owns_bridge else ():
        if ip.subnet is None:
            continue
        prefix, last = f"{ip.address}/{ip.subnet.prefixlen}", ip.subnet.broadcast_address
        given = f"{prefix} bcast {last}" if last.version == 4 else prefix
        yield problem(
            ip,
            f"duplicate address {prefix}: another <ip> of the network has it",
            _remove_one(first, ip),
            related=(related(first, "the first <ip> with this address"),),
            libvirt_message=heard("Failed to add IP address {} to {}", given, network.bridge_name),
        )


def _key(ip: Ip) -> tuple[Address, Subnet | None] | None:
    """What the kernel takes once only: an address of IPv6, an address of IPv4 with its subnet."""
    if ip.subnet is None or ip.address is None:
        return None
    return ip.address, ip.subnet if ip.address.version == 4 else None


def _remove_one(first: Ip, second: Ip) -> tuple[Fix, ...]:
    """A fix that removes the `<ip>` with only an address; otherwise a fix for each of the two."""
    plain = [each for each in (second, first) if not each.node.children and "localPtr" not in each.node.attributes]
    if plain and first.subnet == second.subnet:
        which = "second" if plain[0] is second else "first"
        return fix(f"Remove the {which} <ip>, which has only the address", edit.remove(plain[0].node), safety="safe")
    return (
        *fix("Remove the second <ip>", edit.remove(second.node), safety="choice"),
        *fix("Remove the first <ip>", edit.remove(first.node), safety="choice"),
    )
