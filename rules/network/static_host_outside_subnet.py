"""A static DHCP entry has an address outside the subnet, and the client never gets it.

dnsmasq leases only addresses in the subnet of the `<ip>` that contains the `<dhcp>`, and ignores the entry. The client
gets some address of the dynamic range, or none if there is no range. It does not help that another `<ip>` of the
network has the subnet.

## What to do
Set `ip` to a free address of the subnet. If the entry is right, correct `address` and `prefix` of `<ip>` instead. If no
client needs the entry, remove `<host>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.10.5'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:7:48: error: the static address 192.168.10.5 is never leased: it is outside the subnet 192.168.20.0/24 [static-host-outside-subnet]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.5'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: the client gets another address than today, and the entry may be right and the subnet wrong. The fix keeps the
host part, or takes the next free address if another entry has that one.

## Libvirt
Never: it defines and starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDHCPHostDefParseXML(), which does not compare them
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, next_free, problem, related, rule


@rule(
    "static-host-outside-subnet",
    code="VN1032",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        subnet, taken = ip.subnet, {ip.address, *(host.address for host in ip.hosts)}
        for host in ip.hosts:
            address, place = host.address, host.attribute("ip")
            if not (subnet and address and place) or address.version != subnet.version or address in subnet:
                continue
            moved = next_free(subnet, address, taken)
            taken.add(moved)
            yield problem(
                place,
                f"the static address {address} is never leased: it is outside the subnet {subnet}",
                fix(
                    f"Set ip to {moved}",
                    edit.set_attribute(place.node, "ip", str(moved)) if moved else (),
                    safety="choice",
                ),
                fix("Remove <host>", edit.remove(host.node), safety="choice"),
                related=(related(ip, "the subnet is declared here"),),
            )
