"""A routed network accepts nothing from the other networks of the host.

With `dev` a routed network accepts only what comes through that device. Packets from the bridge of another network of
the same host are rejected, and so are replies to it. If the DNS of the other network has an address in the routed
network, its guests are meant to reach it, and the finding is on that DNS entry.

## What to do
If guests of the other network should reach this one, remove `dev` and every `<interface>` from the `<forward>` of the
routed network. If the networks should be separated, keep them.

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
```xml test.xml
<network>
  <name>test</name>
  <forward mode='route' dev='eth0'/>
  <bridge name='virbr9'/>
  <ip address='10.46.0.1' prefix='24'/>
</network>
```

## Report
```text
office.xml:6:5: info: guests cannot reach 10.44.0.5: network 'lab' accepts traffic from eth0 only [forward-dev-blocks-networks]
test.xml:3:25: info: network 'lab' does not reach guests here: traffic is accepted from eth0 only [forward-dev-blocks-networks]
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
```xml test.xml
<network>
  <name>test</name>
  <forward mode='route'/>
  <bridge name='virbr9'/>
  <ip address='10.46.0.1' prefix='24'/>
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
Choice: traffic from every other device then reaches the routed network too.

## Libvirt
Never: it starts both.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowIn()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, arrives, problem, related, release, rule


@rule(
    "forward-dev-blocks-networks",
    code="VN3303",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    if network.mode not in ("nat", "route", "open"):
        return
    yield from _beside(network, project)
    for address, node in network.fixed_addresses:
        _, owner = project.subnets.owner_of(address, network) or (None, None)
        places = owner.forward.egress_places if owner and owner.forward else ()
        if owner is None or owner is network or owner.mode != "route" or owner.forward is None or not places:
            continue
        if arrives(project, network, owner, "rejected", address=str(address)) is None:
            continue
        yield problem(
            node,
            f"guests cannot reach {address}: {owner.label} accepts traffic from {places[0].value} only",
            release(owner.forward, f"Remove {places[0].value} from {owner.label}: accept from every device"),
            related=(related(places[0], "it is limited to the device here"),),
        )
        return


def _beside(network: Network, project: Project) -> Iterator[Problem]:
    """Report a routed network beside another network whose DNS does not name its guests."""
    places = network.forward.egress_places if network.forward and network.mode == "route" and network.ips else ()
    other = project.networks.bridged_beside(network, "nat", "route", "open") if places else None
    if other is None or network.forward is None or arrives(project, other, network, "rejected") is None:
        return
    if any(
        (project.subnets.owner_of(address, other) or (None, None))[1] is network for address, _ in other.fixed_addresses
    ):
        return
    yield problem(
        places[0],
        f"{other.label} does not reach guests here: traffic is accepted from {places[0].value} only",
        release(network.forward, f"Remove {places[0].value}: accept from every device"),
        related=(related(other.name_node, "the other network is here"),),
    )
