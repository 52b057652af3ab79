"""A network's bandwidth does not limit what guests send to each other or, through a bridge of the host, to the LAN.

libvirt sets a network's limit on the bridge device, which carries only traffic between guests and host. Frames from
guest to guest go from port to port and are not counted. The same is true of frames from guest to LAN on a bridge of the
host. An isolated network has little other traffic. A NAT, routed or open network is reported only if it has no port
groups, and not if just one guest is known.

## What to do
To limit each guest, move `<bandwidth>` into a `<portgroup default='yes'>`, or set it in each guest's `<interface>`. If
the network's limit is intended for traffic with the host alone, keep it.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <bandwidth>
    <inbound average='1000'/>
  </bandwidth>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <bandwidth>
    <inbound average='1000'/>
  </bandwidth>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:3:3: info: this <bandwidth> does not limit what guests send to each other [bandwidth-misses-guests]
lan.xml:5:3: info: this <bandwidth> does not limit what guests send to the LAN [bandwidth-misses-guests]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <portgroup name='limited' default='yes'>
    <bandwidth>
      <inbound average='1000'/>
    </bandwidth>
  </portgroup>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <portgroup name='limited' default='yes'>
    <bandwidth>
      <inbound average='1000'/>
    </bandwidth>
  </portgroup>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <portgroup name='limited' default='yes'>
    <bandwidth>
      <inbound average='1000'/>
    </bandwidth>
  </portgroup>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='10000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
  <portgroup name='limited' default='yes'>
    <bandwidth>
      <inbound average='1000'/>
    </bandwidth>
  </portgroup>
</network>
```

## Fix safety
A choice: each guest then has the limit for itself. Today all of them share it for their traffic with the host.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/network/bridge_driver.c, networkStartNetworkBridge()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Network, Node, Plug, Problem, Project, advise, edit, el, fix, problem, rule


@rule(
    "bandwidth-misses-guests",
    code="VN1524",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    bandwidth = Plug(network.node).bandwidth
    own_bridge = network.owns_bridge
    if bandwidth is None or not bandwidth.children or not (own_bridge or network.attachment == "host-bridge"):
        return
    if network.mode != "isolated" and own_bridge and not _guests_need_limits(network, project):
        return
    yield problem(
        bandwidth,
        f"this <bandwidth> does not limit what guests send to {'each other' if own_bridge else 'the LAN'}",
        _limit_each_guest(network, bandwidth),
    )


def _limit_each_guest(network: Network, bandwidth: Node) -> tuple[Fix, ...]:
    if network.portgroups or any("floor" in rate.attributes for rate in bandwidth.children):
        example = edit.written(el("bandwidth", {}, el("inbound", {"average": "1000"})))
        return advise("Limit each guest in its <portgroup> or <interface>", example)
    group = el("portgroup", {"name": "limited", "default": "yes"})
    return fix("Move it to a default <portgroup>", edit.wrap(bandwidth, group), safety="choice")


def _guests_need_limits(network: Network, project: Project) -> bool:
    """Whether guests may need limits of their own: no guest is known, or more than one has no limit."""
    nics = project.guests.interfaces_on(network)
    unlimited = [each for each in nics if not any(plug.bandwidth for plug in project.guests.plugs_of(each)[:-1])]
    return not network.portgroups and (not nics or len(unlimited) > 1)
