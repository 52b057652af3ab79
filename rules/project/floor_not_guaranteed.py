"""An interface has a `floor` of bandwidth that its network cannot guarantee, so the guest does not start.

`floor` is a share of the incoming bandwidth of a bridge that libvirt creates. The network must set the total by the
`<inbound>` of its own `<bandwidth>`. A network that joins a bridge of the host, or uses macvtap or a device of the
host, has nothing to share.

## What to do
If libvirt creates the bridge of the network, add a `<bandwidth>` with `<inbound average='…'/>` to the network.
Otherwise remove `floor` from the interface.

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
web.xml:8:33: error: cannot guarantee 'floor': network 'lab' sets no inbound bandwidth [floor-not-guaranteed]
web.xml:15:33: error: cannot guarantee 'floor': network 'lan' has no bridge of libvirt's own [floor-not-guaranteed]
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
Unsafe on a network without a bridge of libvirt's own: it can guarantee nothing, and without `floor` the guest starts.
Choice where the network only lacks a bandwidth. How to set it is shown, because a person has to choose the figure,
which limits all guests together.

## Libvirt
When the guest starts: `Invalid use of 'floor' on interface with MAC address 52:54:00:0a:0b:0c - network 'lab' has no
inbound QoS set`, or `- 'floor' is only supported for interface type 'network' with forward type 'nat', 'route', 'open'
or none`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/network/bridge_driver.c, networkCheckBandwidth()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, advise, fix, problem, related, remove_setting, rule


@rule(
    "floor-not-guaranteed",
    code="VN3489",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    network, rate = project.networks.of(interface), interface.inbound
    place = rate.attribute("floor") if rate else None
    if network is None or network.mode is None or rate is None or place is None or place.value == "0":
        return
    if network.owns_bridge and network.inbound is not None:
        return
    shares = network.owns_bridge
    why = f"network '{network.name}' has no inbound QoS set" if shares else MODES
    said = f"{REFUSED.format(interface.mac)} - {why}" if interface.mac else why
    yield problem(
        place,
        f"cannot guarantee 'floor': {network.label} {NO_SHARE if shares else NO_BRIDGE}",
        fix("Remove 'floor'", remove_setting(place), safety="choice" if shares else "unsafe"),
        advise(f"Set the bandwidth that all guests of {network.label} share", SNIPPET) if shares else (),
        related=(related(network.name_node, f"{network.label} is here"),),
        libvirt_message=said,
    )


SNIPPET = "<bandwidth>\n  <inbound average='KILOBYTES'/>\n</bandwidth>"
NO_SHARE = "sets no inbound bandwidth"
NO_BRIDGE = "has no bridge of libvirt's own"
MODES = "'floor' is only supported for interface type 'network' with forward type 'nat', 'route', 'open' or none"
REFUSED = "Invalid use of 'floor' on interface with MAC address {}"
