"""A network's DNS names a guest of a routed network that accepts nothing from here.

With `dev` a routed network accepts only what comes through that device. Packets from the bridge of another network of
the same host are rejected, and so are replies to it. Where the DNS of the other network names an address there, its
guests are meant to reach it.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route' dev='eth0'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='route'/>
  <bridge name='virbr8'/>
  <dns>
    <host ip='10.44.0.5'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```

## Report
```text
office.xml:6:5: info: guests cannot reach 10.44.0.5: network 'lab' accepts traffic from eth0 only [forward-dev-blocks-networks]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <bridge name='virbr7'/>
  <ip address='10.44.0.1' prefix='24'/>
</network>
```
```xml office.xml
<network>
  <name>office</name>
  <forward mode='route'/>
  <bridge name='virbr8'/>
  <dns>
    <host ip='10.44.0.5'>
      <hostname>web</hostname>
    </host>
  </dns>
  <ip address='10.45.0.1' prefix='24'/>
</network>
```

## Fix safety
Choice: whatever comes by another device then gets to the routed network too.

## Libvirt
Never: it starts both.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowIn()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, problem, related, release, rule


@rule(
    "forward-dev-blocks-networks",
    code="VN3303",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
    covers=("C004",),
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode not in ("nat", "route", "open"):
        return
    for address, node in network.fixed_addresses:
        _, owner = project.owner_of(address, network) or (None, None)
        places = owner.forward.egress_places if owner and owner.forward else ()
        if owner is None or owner is network or owner.mode != "route" or owner.forward is None or not places:
            continue
        yield problem(
            node,
            f"guests cannot reach {address}: {project.named(owner)} accepts traffic from {places[0].value} only",
            release(owner.forward, f"Remove {places[0].value} from {project.named(owner)}: accept from every device"),
            related=(related(places[0], "it is limited to the device here"),),
        )
        return
