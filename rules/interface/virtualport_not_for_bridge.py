"""An interface on a bridge has a virtual port that is for macvtap, and is connected to nothing.

The types `802.1Qbg` and `802.1Qbh` are negotiated with the switch at the other end of the host's NIC. On an interface
of type `bridge` libvirt creates the tap device but adds it to no bridge. The guest starts, but its NIC is connected to
nothing.

## What to do
To connect the guest to the bridge, remove `<virtualport>`. To use the virtual port, change the interface to type
`direct` with the host's NIC in `<source dev='…'/>`.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <virtualport type='802.1Qbh'>
        <parameters profileid='finance'/>
      </virtualport>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: error: a virtualport of type '802.1Qbh' keeps this interface off its bridge [virtualport-not-for-bridge]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='vepa'/>
      <virtualport type='802.1Qbh'>
        <parameters profileid='finance'/>
      </virtualport>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest is then on the bridge, but macvtap on a NIC may have been meant.

## Libvirt
Never: the guest starts, and its tap device has no bridge.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#bridge-to-lan
- libvirt src/util/virnetdevtap.c, virNetDevTapAttachBridge()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "virtualport-not-for-bridge",
    code="VN2340",
    on=Interface,
    severity="error",
    when="never",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    virtualport = interface.node.child("virtualport")
    if interface.type != "bridge" or virtualport is None or virtualport.get("type") not in ("802.1Qbg", "802.1Qbh"):
        return
    yield problem(
        virtualport,
        f"a virtualport of type '{virtualport.get('type')}' keeps this interface off its bridge",
        fix("Remove <virtualport>", edit.remove(virtualport), safety="choice"),
    )
