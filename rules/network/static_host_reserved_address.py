"""A static DHCP entry gives a client an address that no client can have.

The address of the bridge belongs to the host: dnsmasq ignores the entry, and the client gets some address of the range.
dnsmasq does lease the first and the last address of an IPv4 subnet. Nobody reaches a client at the last one, the
broadcast address. Only Linux 5.14 or newer reaches one at the first, the network address, so the finding is a warning
there.

## What to do
Set `ip` to a free address between the first and the last one of the subnet. If the client needs no fixed address,
remove `<host>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.1'/>
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.255'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:7:48: error: invalid static address '192.168.20.1': it is the bridge's own [static-host-reserved-address]
lan.xml:8:47: error: invalid static address '192.168.20.255': it is the broadcast address of 192.168.20.0/24 [static-host-reserved-address]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.2'/>
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.254'/>
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
      <host mac='52:54:00:0a:0b:0c' name='web' ip='192.168.20.2'/>
      <host mac='52:54:00:0a:0b:0d' name='db' ip='192.168.20.254'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: the client gets another address than today. The fix takes the next one that no other entry has.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDHCPHostDefParseXML(), which does not compare them
"""

from collections.abc import Iterator

from vnetlint.api import Address, Ip, Network, Problem, edit, fix, next_free, problem, related, rule


@rule(
    "static-host-reserved-address",
    code="VN1423",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        taken = {ip.address, *(host.address for host in ip.hosts)}
        for host in ip.hosts:
            place = host.attribute("ip")
            meaning = _meaning(ip, host.address) if host.address else None
            if place is None or host.address is None or ip.subnet is None or meaning is None:
                continue
            other = next_free(ip.subnet, host.address, taken) or next_free(ip.subnet, ip.subnet.network_address, taken)
            taken.add(other)
            yield problem(
                place,
                f"invalid static address '{host.address}': it is {meaning}",
                fix(
                    f"Set ip to {other}",
                    edit.set_attribute(place.node, "ip", str(other)) if other else (),
                    safety="choice",
                ),
                fix("Remove <host>", edit.remove(host.node), safety="choice"),
                related=(related(ip, "the subnet is declared here"),),
                severity="warning" if host.address == ip.subnet.network_address != ip.address else None,
            )


def _meaning(ip: Ip, address: Address) -> str | None:
    if address == ip.address:
        return "the bridge's own"
    if ip.subnet is None or ip.subnet.version == 6 or ip.subnet.prefixlen > 30:
        return None
    names: dict[Address, str] = {
        ip.subnet.network_address: f"the network address of {ip.subnet}",
        ip.subnet.broadcast_address: f"the broadcast address of {ip.subnet}",
    }
    return names.get(address)
