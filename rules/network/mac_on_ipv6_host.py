"""A static IPv6 host is identified by its MAC address, and libvirt refuses to define the network.

A DHCPv6 client does not show its MAC address. It is identified by the name that it sends, or by its DUID, which goes
into `id`.

## What to do
Remove `mac`, and identify the host by `name`, or by `id` with the DUID that the guest sends.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <host mac='52:54:00:0a:0b:0c' name='web' ip='fd00:20::5'/>
      <host mac='52:54:00:0a:0b:0d' ip='fd00:20::6'/>
    </dhcp>
  </ip>
</network>
```

## Report
```text
lan.xml:6:13: error: unexpected attribute 'mac' on an IPv6 <host>: expected a name, or a DUID in 'id' [mac-on-ipv6-host]
lan.xml:7:13: error: unexpected attribute 'mac' on an IPv6 <host>: expected a name, or a DUID in 'id' [mac-on-ipv6-host]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <host name='web' ip='fd00:20::5'/>
      <host id='0:3:0:1:52:54:00:0a:0b:0d' ip='fd00:20::6'/>
    </dhcp>
  </ip>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='open'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'>
    <dhcp>
      <host name='web' ip='fd00:20::5'/>
      <host id='0:3:0:1:52:54:0:a:b:d' ip='fd00:20::6'/>
    </dhcp>
  </ip>
</network>
```

## Fix safety
Unsafe where the host also has a name or an `id`: the MAC address is removed. Otherwise a choice: it becomes a DUID made
from the MAC address (DUID-LL), which the guest must be set to send.

## Libvirt
At define: `Invalid to specify MAC address '52:54:00:0a:0b:0c' in network 'lan' IPv6 static host definition`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#addressing
- libvirt src/conf/network_conf.c, virNetworkDHCPHostDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, drop_served, edit, fix, heard, known, problem, rule


@rule("mac-on-ipv6-host", code="VN1209", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    for host in (host for ip in network.ips if ip.family == "ipv6" for host in ip.hosts):
        place, mac = host.attribute("mac"), host.mac
        if place is None or known(place.value) is None:
            continue
        told = known(host.node.get("id")) or known(host.node.get("name"))
        duid = f"0:3:0:1:{mac}"
        as_id = (edit.rename_attribute(place, "id"), edit.set_attribute(host.node, "mac", duid)) if mac else ((),)
        yield problem(
            place,
            "unexpected attribute 'mac' on an IPv6 <host>: expected a name, or a DUID in 'id'",
            fix("Remove mac", edit.remove_attribute(place) if told else (), safety="unsafe"),
            fix(f"Replace mac with id='{duid}', the DUID of that MAC address", *as_id, safety="choice"),
            drop_served(host.node),
            libvirt_message=heard(REFUSED, place.value, network.name),
        )


REFUSED = "Invalid to specify MAC address '{}' in network '{}' IPv6 static host definition"
