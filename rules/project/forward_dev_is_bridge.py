"""Traffic of a NAT or routed network is held to a libvirt bridge, which leads nowhere.

`dev` is the device through which traffic leaves the host. The network's own bridge is where it comes from. The bridge
of another network is guarded by that one's rules: of an isolated network nothing passes, of a NAT network only replies.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='virbr5'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route' dev='virbr5'/>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:3:25: error: traffic may pass through virbr5 alone, which is the bridge of the nat network 'lan' [forward-dev-is-bridge]
lan.xml:3:23: error: traffic may pass through virbr5 alone, which is the bridge of the network itself [forward-dev-is-bridge]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='route'/>
  <bridge name='virbr6'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='eth0'/>
  <bridge name='virbr5'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: traffic then passes through every device that the host has a route by.

## Libvirt
Never: it starts the network.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/network_iptables.c, iptablesAddForwardAllowOut()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, problem, related, release, rule


@rule(
    "forward-dev-is-bridge",
    code="VN3302",
    on=Network,
    severity="error",
    when="never",
    since="0.1",
    covers=("C003",),
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    places = network.forward.egress_places if network.forward else ()
    if network.mode not in ("nat", "route") or network.forward is None or not places:
        return
    makers = project.networks_by_bridge.get(places[0].value, [])
    closed = [each for each in makers if each.mode in ("nat", "isolated") and project.same_host(each, network)]
    maker = network if network in makers else next(iter(closed), None)
    if maker is None or maker.bridge is None:
        return
    owner = "of the network itself" if maker is network else f"of the {maker.mode} network '{maker.name}'"
    yield problem(
        places[0],
        f"traffic may pass through {places[0].value} alone, which is the bridge {owner}",
        release(network.forward),
        related=(related(maker.bridge, "the bridge is made here"),),
    )
