"""An interface has a guaranteed bandwidth on a network with IPv6, but the guarantee is for IPv4 only.

libvirt puts the incoming traffic of a guest with a `floor` into a class of its own. The filter that selects this
traffic by the guest's MAC address matches only IPv4 frames. IPv6 frames are in the class without a guarantee and get
what the others leave.

## What to do
To guarantee bandwidth for IPv6 too, limit the other guests of the network by the `average` of their own `<inbound>`. If
the guarantee is needed for IPv4 only, keep `floor` as it is.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr20'/>
  <ip address='192.168.20.1' prefix='24'/>
  <ip family='ipv6' address='fd00:20::1' prefix='64'/>
  <bandwidth>
    <inbound average='10000'/>
  </bandwidth>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <bandwidth>
        <inbound average='2000' floor='1000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:33: info: 'floor' applies to IPv4 only, but network 'lab' has IPv6 too [floor-ipv4-only]
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <bandwidth>
    <inbound average='10000'/>
  </bandwidth>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <bandwidth>
        <inbound average='2000' floor='1000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#quality-of-service
- libvirt src/util/virnetdevbandwidth.c, virNetDevBandwidthManipulateFilter()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Interface, Problem, Project, advise, problem, related, rule


@rule("floor-ipv4-only", code="VN3265", on=Interface, severity="info", when="never", since="0.1")
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network, inbound = project.networks.of(interface), interface.inbound
    if network is None or not network.owns_bridge or network.inbound is None or inbound is None:
        return
    place = inbound.attribute("floor")
    carries = next((ip for ip in network.ips if ip.family == "ipv6" and ip.address), None)
    if place is None or not inbound.number("floor") or carries is None:
        return
    bridge = quote(project.bridges.name_of(network))
    yield problem(
        place,
        f"'floor' applies to IPv4 only, but {network.label} has IPv6 too",
        advise(
            "Limit the other guests of the network instead; show what each class gets",
            f"tc class show dev {bridge}; tc filter show dev {bridge}",
        ),
        related=(related(carries, "the IPv6 subnet"),),
    )
