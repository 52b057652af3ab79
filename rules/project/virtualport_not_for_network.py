"""A network does not support the type of its virtualport, so no guest starts on it.

The type of `<virtualport>` says what switches the guests' frames. `openvswitch` needs a bridge of the host that the
network joins. `802.1Qbg` and `802.1Qbh` need macvtap on a NIC. A host device that a guest has to itself supports only
`802.1Qbh`, whether a network hands it out or an interface of type `hostdev` names it. A bridge that libvirt makes
supports none, not even one without a type. libvirt checks this when a guest starts. The network itself starts.

## What to do
Remove `<virtualport>`. If the type is right, change the network instead: join an Open vSwitch of the host for
`openvswitch`, or use macvtap on a NIC for `802.1Qbg` and `802.1Qbh`.

## Bad
```xml nat.xml
<network>
  <name>nat</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <virtualport type='openvswitch'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <portgroup name='sales'>
    <virtualport type='802.1Qbh'>
      <parameters profileid='sales'/>
    </virtualport>
  </portgroup>
</network>
```
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='bridge'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth2'/>
  </forward>
  <virtualport type='802.1Qbg'>
    <parameters managerid='11' typeid='1193047' typeidversion='2'/>
  </virtualport>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='cards'/>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
functions.xml:6:3: error: network 'functions' uses a host device, where virtualport type '802.1Qbg' is not supported [virtualport-not-for-network]
lan.xml:6:5: error: network 'lan' joins a bridge of the host, where virtualport type '802.1Qbh' is not supported [virtualport-not-for-network]
nat.xml:5:3: error: network 'nat' has its own bridge, where virtualport type 'openvswitch' is not supported [virtualport-not-for-network]
web.xml:6:7: error: network 'cards' uses macvtap, where virtualport type 'openvswitch' is not supported [virtualport-not-for-network]
```

## Fixed
```xml nat.xml
<network>
  <name>nat</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <portgroup name='sales'>
  </portgroup>
</network>
```
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth2'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='cards'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='ovsbr0'/>
  <virtualport type='openvswitch'/>
</network>
```
```xml
<network>
  <name>cards</name>
  <forward mode='vepa'>
    <interface dev='eth1'/>
  </forward>
  <virtualport type='802.1Qbh'>
    <parameters profileid='sales'/>
  </virtualport>
</network>
```

## Fix safety
Choice: the guests start without it, but perhaps the virtualport is right and the network's mode is wrong.

## Libvirt
When a guest starts: `<virtualport type='openvswitch'> not supported for network 'nat' which uses IP forwarding`, or
`which uses a bridge device`, `which uses a macvtap device`; and for hostdev
`virtualport type 802.1Qbg is currently not supported on interfaces of type hostdev`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/network/bridge_driver.c, networkAllocatePort()
- libvirt src/hypervisor/virhostdev.c, virHostdevNetConfigVirtPortProfile()
"""

from collections.abc import Iterator

from vnetlint.api import (
    SWITCHES,
    Interface,
    Network,
    Node,
    Problem,
    Project,
    Related,
    edit,
    fix,
    known,
    problem,
    related,
    rule,
)


@rule(
    "virtualport-not-for-network",
    code="VN3488",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    network = project.networks.of(user)
    alone = isinstance(user, Interface) and user.type == "hostdev"
    attachment = "hostdev" if alone else network.attachment if network else None
    if attachment is None:
        return
    for port, kind in _refused(user, SWITCHES[attachment]):
        yield problem(
            port,
            _message(network.label if network else "this interface", attachment, kind),
            fix("Remove <virtualport>", edit.remove(port), safety="choice"),
            related=_mode(network, project),
            libvirt_message=_refusal(kind, None if alone else network, attachment),
        )


def _refused(user: Network | Interface, allowed: tuple[str, ...]) -> Iterator[tuple[Node, str]]:
    """Each `<virtualport>` of the user whose type is known and not allowed, with that type."""
    for plug in user.plugs:
        kind = known(plug.switch) if plug.switch else plug.switch
        # An interface may take the type from its network, but a bridge that libvirt makes supports none.
        untyped = isinstance(user, Interface) and plug.switch == "" and not allowed
        if plug.virtualport is not None and kind is not None and kind not in allowed and (kind or untyped):
            yield plug.virtualport, kind


def _message(user: str, attachment: str, kind: str) -> str:
    which = f"virtualport type '{kind}'" if kind else "<virtualport>"
    return f"{user} {USES[attachment][0]}, where {which} is not supported"


def _mode(network: Network | None, project: Project) -> tuple[Related, ...]:
    return (related(network.mode_place, f"the mode of {network.label} is set here"),) if network else ()


USES = {
    "own-bridge": ("has its own bridge", "IP forwarding"),
    "host-bridge": ("joins a bridge of the host", "a bridge device"),
    "macvtap": ("uses macvtap", "a macvtap device"),
    "hostdev": ("uses a host device", "an SR-IOV Virtual Function via PCI passthrough"),
}
"""By attachment: what the network does, and libvirt's words for what it uses."""

BY_FUNCTION = "virtualport type {} is currently not supported on interfaces of type hostdev"


def _refusal(kind: str, network: Network | None, attachment: str) -> str:
    if attachment == "hostdev" and (network is None or kind == "802.1Qbg"):
        return BY_FUNCTION.format(kind)
    said = f"<virtualport type='{kind or 'none'}'> not supported for network"
    return f"{said} '{network.name}' which uses {USES[attachment][1]}" if network and network.name else said
