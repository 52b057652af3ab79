"""An isolated port is set on a network that has no Linux bridge, so the guest does not start.

`<port isolated='yes'/>` is a feature of the Linux bridge. Guests on macvtap or with a device of the host have no port
on such a bridge. Open vSwitch has protected ports of its own, whether the network, the port group or the guest names
it. libvirt checks this when a guest starts; the network itself starts.

## What to do
Remove `<port>`. To isolate guests on macvtap, set the mode `private` instead; on an Open vSwitch, protect the ports on
the host by `ovs-vsctl set port PORT protected=true`.

## Bad
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='bridge'>
    <interface dev='eth1'/>
  </forward>
  <port isolated='yes'/>
</network>
```
```xml ovs.xml
<network>
  <name>ovs</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='ovs'/>
      <port isolated='yes'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
cards.xml:6:3: error: network 'cards' uses macvtap, where libvirt cannot isolate ports [isolated-port-unsupported]
web.xml:7:7: error: network 'ovs' uses an Open vSwitch, where libvirt cannot isolate ports [isolated-port-unsupported]
```

## Fixed
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='private'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source network='ovs'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <port isolated='yes'/>
</network>
```

## Fix safety
Choice: without `<port>` the guests start, and reach each other if the switch or the NIC lets them. On macvtap, mode
`private` isolates the guests and is offered first.

## Libvirt
When the guest starts:
`interface 52:54:00:0a:0b:0c - <port isolated='yes'/> is not supported for network interfaces with type='direct'`, or
`with virtualport type='openvswitch'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#isolating-guests-network-traffic-from-each-other
- libvirt src/conf/domain_validate.c, virDomainActualNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Fix,
    Interface,
    Network,
    Plug,
    Problem,
    Project,
    edit,
    fix,
    known,
    problem,
    related,
    rule,
    to_mode,
)


@rule(
    "isolated-port-unsupported",
    code="VN3491",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    network = project.networks.of(user)
    port = user.port
    if network is None or port is None or not user.isolates_ports:
        return
    kind, switch = ACTUAL_TYPE.get(network.attachment or ""), _switch(user, project)
    if kind is None and (switch != "openvswitch" or network.attachment != "host-bridge"):
        return
    said = REFUSED.format(f"type='{kind}'" if kind else f"virtualport type='{switch}'")
    mac = user.mac if isinstance(user, Interface) else None
    yield problem(
        port,
        f"{network.label} uses {USES[kind]}, where libvirt cannot isolate ports",
        _private(network) if user is network else (),
        fix("Remove <port>", edit.remove(port), safety="choice"),
        related=(related(network.mode_place, f"the mode of {network.label} is set here"),),
        libvirt_message=f"interface {mac} - {said}" if mac else said,
    )


def _switch(user: Network | Interface, project: Project) -> str | None:
    """The virtual port type of an interface, or of a network's guests that choose no port group."""
    if isinstance(user, Interface):
        return known(project.guests.switch_of(user))
    default = user.default_portgroup
    return known((Plug(default.node).switch if default else None) or user.plugs[0].switch)


ACTUAL_TYPE = {"macvtap": "direct", "hostdev": "hostdev"}
USES = {"direct": "macvtap", "hostdev": "host devices", None: "an Open vSwitch"}
REFUSED = "<port isolated='yes'/> is not supported for network interfaces with {}"


def _private(network: Network) -> tuple[Fix, ...]:
    """Mode `private`, which keeps guests on macvtap from each other."""
    if network.attachment != "macvtap" or network.forward is None:
        return ()
    edits = to_mode(network, "private")
    return fix("Set mode to 'private', which isolates the guests, and remove <port>", *edits, safety="choice")
