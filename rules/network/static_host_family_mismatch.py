"""A static DHCP host has an address of the other IP version, and the client never gets it.

The `<dhcp>` of an IPv4 `<ip>` serves IPv4, and that of an IPv6 `<ip>` serves IPv6. libvirt passes the entry to dnsmasq
in either case, but dnsmasq ignores it: the client gets some address of the range.

## What to do
Move `<host>` to the `<dhcp>` of the `<ip>` with its IP version, or set `ip` to an address of this subnet. In an IPv6
subnet use `name` to identify the client, because `mac` is not allowed there.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat ipv6='yes'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='fd00:20::5'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::1ff'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:9:48: error: the static address fd00:20::5 is never leased: it is IPv6, its <ip> is IPv4 [static-host-family-mismatch]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat ipv6='yes'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::1ff'/>
      <host name='web' ip='fd00:20::5'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <nat ipv6='yes'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'>
    <dhcp>
      <range start='192.168.20.100' end='192.168.20.200'/>
    </dhcp>
  </ip>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <range start='fd00:20::100' end='fd00:20::1ff'/>
      <host name='web' ip='fd00:20::5'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
A choice: the client gets another address than today. The entry is moved to the `<dhcp>` of its version, if the network
has one and the entry has a name, which identifies IPv6 clients; `mac` is not allowed there. Otherwise it is removed.

## Libvirt
Never: it starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/util/virdnsmasq.c, dnsmasqAddDhcpHost()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Ip, Network, Problem, StaticHost, edit, el, fix, problem, related, rule


@rule(
    "static-host-family-mismatch",
    code="VN1422",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    for ip in network.ips:
        for host in ip.hosts:
            address, place = host.address, host.attribute("ip")
            if place is None or address is None or ip.subnet is None or address.version == ip.subnet.version:
                continue
            versions = f"it is IPv{address.version}, its <ip> is IPv{ip.subnet.version}"
            right = next((each for each in network.ips if each.subnet and address in each.subnet), None)
            yield problem(
                place,
                f"the static address {address} is never leased: {versions}",
                _move(host, right),
                fix("Remove <host>", edit.remove(host.node), safety="choice"),
                related=(related(ip, "the subnet is declared here"),),
            )


def _move(host: StaticHost, ip: Ip | None) -> tuple[Fix, ...]:
    """The fix that moves the entry to the `<ip>` of its version, without the attributes that libvirt refuses there."""
    if ip is None or ip.dhcp is None:
        return ()
    key = ("name", "id") if ip.family == "ipv6" else ("mac", "name")
    attributes = {name: each.value for name in (*key, "ip") if (each := host.attribute(name))}
    if len(attributes) < 2 or host.node.children:
        return ()
    lost = [name for name in host.node.attributes if name not in attributes]
    without = f", without {' and '.join(lost)}" if lost else ""
    moved = edit.insert(ip.dhcp, el("host", attributes)), edit.remove(host.node)
    return fix(f"Move <host> to the <ip> of {ip.subnet}{without}", *moved, safety="choice")
