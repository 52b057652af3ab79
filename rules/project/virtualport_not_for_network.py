"""A virtualport is set on a network that has no such switch, so no guest starts on it.

The type of `<virtualport>` says what switches the guests' frames: `openvswitch` needs a bridge of the host that the
network joins, `802.1Qbg` and `802.1Qbh` need macvtap on a NIC, and a device that guests take whole supports `802.1Qbh`
only. A bridge of libvirt's own supports none. libvirt checks when a guest starts; the network itself starts.

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
functions.xml:6:3: error: network 'functions' hands out host devices, where virtualport type '802.1Qbg' is not supported [virtualport-not-for-network]
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

## References
- https://libvirt.org/formatnetwork.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/network/bridge_driver.c, networkAllocatePort()
- libvirt src/hypervisor/virhostdev.c, virHostdevNetConfigVirtPortProfile()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, edit, fix, known, problem, related, rule


@rule(
    "virtualport-not-for-network",
    code="VN3488",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
    covers=("B031", "B032", "B033", "B034"),
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    network = user if isinstance(user, Network) else project.network_of(user)
    if network is None or network.attachment is None:
        return
    allowed, does, words = TAKES[network.attachment]
    for plug in user.plugs:
        kind = known(plug.switch)
        if plug.virtualport is None or kind is None or kind in allowed:
            continue
        by_function = network.attachment == "hostdev" and kind == "802.1Qbg"
        yield problem(
            plug.virtualport,
            f"{project.named(network)} {does}, where virtualport type '{kind}' is not supported",
            fix("Remove <virtualport>", edit.remove(plug.virtualport), safety="choice"),
            related=(related(network.mode_place, f"the mode of {project.named(network)} is set here"),),
            libvirt_message=BY_FUNCTION if by_function else _refusal(kind, network.name, words),
        )


TAKES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "own-bridge": ((), "has its own bridge", "IP forwarding"),
    "host-bridge": (("openvswitch",), "joins a bridge of the host", "a bridge device"),
    "macvtap": (("802.1Qbg", "802.1Qbh"), "uses macvtap", "a macvtap device"),
    "hostdev": (("802.1Qbh",), "hands out host devices", "an SR-IOV Virtual Function via PCI passthrough"),
}
"""What each kind of network takes, what it does, and what libvirt says that it uses."""

BY_FUNCTION = "virtualport type 802.1Qbg is currently not supported on interfaces of type hostdev"


def _refusal(kind: str, name: str | None, words: str) -> str:
    said = f"<virtualport type='{kind}'> not supported for network"
    return f"{said} '{name}' which uses {words}" if name else said
