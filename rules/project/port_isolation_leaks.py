"""Two networks join one bridge of the host, and only one of them isolates its guests.

Two bridged networks of one bridge are one segment. An isolated port is kept from other isolated ports, and from no
others: guests of the network that does not isolate reach those of the network that does.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```

## Report
```text
lab.xml:4:3: info: guests here reach the isolated ones of 'lan', which is on the same bridge [port-isolation-leaks]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```

## Fix safety
Unsafe: guests of the other network no longer reach each other. Perhaps it holds the one guest that all are to reach.

## Libvirt
Never: it accepts both networks.

## References
- https://libvirt.org/formatnetwork.html#port-isolation
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, fix, problem, related, rule, set_child


@rule("port-isolation-leaks", code="VN3404", on=Network, severity="info", when="never", since="0.1", covers=("C083",))
def check(network: Network, project: Project) -> Iterator[Problem]:
    bridge = network.bridge
    found = project.networks_by_bridge.get(bridge.name or "", ()) if bridge else ()
    if bridge is None or network.attachment != "host-bridge" or network.isolates_ports:
        return
    isolating = (each for each in found[:8] if each.attachment == "host-bridge" and each.isolates_ports)
    other = next((each for each in isolating if project.same_host(each, network)), None)
    if other is not None:
        isolated = set_child(network.node, "port", "isolated", "yes")
        yield problem(
            bridge,
            f"guests here reach the isolated ones of '{other.name}', which is on the same bridge",
            fix("Isolate the guests of this network too", isolated, safety="unsafe"),
            related=(related(other.node.child("port") or other, "the others are isolated here"),),
        )
