"""A port is to be isolated on a network that has no Linux bridge, and the guest does not start.

`<port isolated='yes'/>` is a feature of the Linux bridge. Guests on macvtap or with a device of the host have no port of
one, and Open vSwitch has protected ports of its own. libvirt looks when a guest starts, with the network looked up: the
network alone runs.

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
cards.xml:6:3: error: libvirt isolates no port of the network 'cards', which leads to macvtap [isolated-port-unsupported]
web.xml:7:7: error: libvirt isolates no port of the network 'ovs', which has a virtualport of type 'openvswitch' [isolated-port-unsupported]
```

## Fixed
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='bridge'>
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
Unsafe: the guests start without it, and reach each other where the switch or the NIC lets them. On macvtap, mode `private`
keeps guests from each other; an Open vSwitch is told on the host: `ovs-vsctl set port PORT protected=true`.

## Libvirt
When the guest starts:
`interface 52:54:00:0a:0b:0c - <port isolated='yes'/> is not supported for network interfaces with type='direct'`, or
`with virtualport type='openvswitch'`

## References
- https://libvirt.org/formatdomain.html#isolating-guests-network-traffic-from-each-other
- libvirt src/conf/domain_validate.c, virDomainActualNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Network, Plug, Problem, Project, edit, fix, known, problem, related, rule


@rule(
    "isolated-port-unsupported",
    code="VN3491",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
    covers=("B037",),
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    network = user if isinstance(user, Network) else project.network_of(user)
    port = user.node.child("port")
    if network is None or port is None or port.get("isolated") != "yes":
        return
    kind, switch = ACTUAL_TYPE.get(network.attachment or ""), known(Plug(network.node).switch)
    if kind is None and (switch != "openvswitch" or network.attachment != "host-bridge"):
        return
    why = f"leads to {network.attachment}" if kind else f"has a virtualport of type '{switch}'"
    mac = (user.mac if isinstance(user, Interface) else None) or "MAC"
    yield problem(
        port,
        f"libvirt isolates no port of the network '{network.name}', which {why}",
        fix("Remove <port>", edit.remove(port), safety="unsafe"),
        _private(network) if user is network else (),
        related=(related(network.mode_place, "the network's mode is set here"),),
        libvirt_message=REFUSED.format(mac, f"type='{kind}'" if kind else f"virtualport type='{switch}'"),
    )


ACTUAL_TYPE = {"macvtap": "direct", "hostdev": "hostdev"}
REFUSED = "interface {} - <port isolated='yes'/> is not supported for network interfaces with {}"


def _private(network: Network) -> tuple[Fix, ...]:
    """Mode `private`, which keeps guests on macvtap from each other."""
    port = network.node.child("port")
    if network.attachment != "macvtap" or network.forward is None or port is None:
        return ()
    edits = edit.set_attribute(network.forward.node, "mode", "private"), edit.remove(port)
    return fix("Keep the guests from each other by mode private", *edits, safety="unsafe")
