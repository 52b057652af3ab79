"""An interface is promised a floor of bandwidth that its network cannot promise, and the guest does not start.

`floor` is a share of what comes in on a bridge of libvirt's own. The network must say how much that is in all, by the
`<inbound>` of its own `<bandwidth>`; and a network that joins a bridge of the host, or leads to macvtap or to a device
of the host, has nothing to share out.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lab'/>
      <bandwidth>
        <inbound average='1000' floor='200'/>
      </bandwidth>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source network='lan'/>
      <bandwidth>
        <inbound average='1000' floor='200'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Report
```text
web.xml:8:33: error: the network 'lab' sets no inbound bandwidth to promise a floor of [floor-not-guaranteed]
web.xml:15:33: error: the network 'lan' has no bridge of libvirt's own to promise a floor on [floor-not-guaranteed]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='lab'/>
      <bandwidth>
        <inbound average='1000'/>
      </bandwidth>
    </interface>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source network='lan'/>
      <bandwidth>
        <inbound average='1000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <bandwidth>
        <inbound average='1000' floor='200'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='10000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: the guest starts without the promise. How a network of libvirt's own says what it has to share is shown too; the
figure is for a person to choose, because it limits all guests together.

## Libvirt
When the guest starts: `Invalid use of 'floor' on interface with MAC address 52:54:00:0a:0b:0c - network 'lab' has no
inbound QoS set`, or `- 'floor' is only supported for interface type 'network' with forward type 'nat', 'route', 'open'
or none`

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/network/bridge_driver.c, networkCheckBandwidth()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Node, Plug, Problem, Project, advise, edit, fix, problem, related, rule


@rule(
    "floor-not-guaranteed",
    code="VN3489",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
    covers=("B044", "B045"),
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network, rate = project.network_of(interface), _inbound(interface.plugs[0])
    place = rate.attributes.get("floor") if rate else None
    if network is None or network.mode is None or rate is None or place is None or place.value == "0":
        return
    if network.owns_bridge and _inbound(network.plugs[0]) is not None:
        return
    removed = edit.remove_attribute(place) if len(rate.attributes) > 1 else edit.remove(rate)
    snippet = "<bandwidth>\n  <inbound average='KILOBYTES'/>\n</bandwidth>"
    share = advise(f"Say in '{network.name}' what all guests share", snippet) if network.owns_bridge else ()
    lacks = "sets no inbound bandwidth to promise a floor of"
    yield problem(
        place,
        f"the network '{network.name}' {lacks if share else NO_BRIDGE}",
        fix("Remove floor", removed, safety="unsafe"),
        share,
        related=(related(network.name_node, "the network is here"),),
        libvirt_message=REFUSED.format(
            interface.mac or "MAC", f"network '{network.name}' has no inbound QoS set" if share else MODES
        ),
    )


NO_BRIDGE = "has no bridge of libvirt's own to promise a floor on"
MODES = "'floor' is only supported for interface type 'network' with forward type 'nat', 'route', 'open' or none"
REFUSED = "Invalid use of 'floor' on interface with MAC address {} - {}"


def _inbound(plug: Plug) -> Node | None:
    return next((rate for rate in plug.rates if rate.name == "inbound"), None)
