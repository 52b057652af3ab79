"""A `<virtualport>` has no type, and libvirt refuses to define the network or guest.

The element configures another switch than the kernel's bridge: Open vSwitch, or a LAN switch that supports 802.1Qbg or
802.1Qbh. In a port group and on an interface of type `network` the type may be left to the network.

## What to do
Set `type` to that of the switch: `openvswitch`, `802.1Qbg` or `802.1Qbh`. If guests connect to the kernel's bridge,
remove `<virtualport>`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <virtualport/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport>
        <parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/>
      </virtualport>
    </interface>
  </devices>
</domain>
```

## Report
```text
lan.xml:5:3: error: missing attribute 'type' on <virtualport> [virtualport-type-missing]
web.xml:6:7: error: missing attribute 'type' on <virtualport> [virtualport-type-missing]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'>
        <parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/>
      </virtualport>
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

## Fix safety
Unsafe: the fix sets the type that has such parameters. For an element without parameters it sets `openvswitch`, if the
host's inventory shows that the bridge is an Open vSwitch. Removing the element is a choice.

## Libvirt
At define: `missing required virtualport type`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
- libvirt src/conf/netdev_vport_profile_conf.c, virNetDevVPortProfileParse()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Node, Problem, Project, edit, fix, has_strays, problem, rule


@rule(
    "virtualport-type-missing",
    code="VN1224",
    on=(Network, Interface),
    severity="error",
    when="define",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    port = user.plugs[0].virtualport
    if port is None or has_strays(port):
        return
    if isinstance(user, Interface) and user.type not in ("bridge", "direct", "hostdev"):
        return
    meant = _type_of(port, user, project)
    yield problem(
        port,
        "missing attribute 'type' on <virtualport>",
        fix(f"Set type to '{meant}'", edit.set_attribute(port, "type", meant) if meant else (), safety="unsafe"),
        fix("Remove <virtualport>", edit.remove(port), safety="choice"),
        libvirt_message="missing required virtualport type",
    )


def _type_of(port: Node, user: Network | Interface, project: Project) -> str | None:
    """The type that has such parameters; without any, that of the switch that the bridge is known to be."""
    parameters = port.child("parameters")
    given = parameters.attributes.keys() if parameters else set()
    if given & {"managerid", "typeid", "typeidversion", "instanceid"}:
        return "802.1Qbg"
    on_bridge = user.type == "bridge" if isinstance(user, Interface) else user.attachment == "host-bridge"
    if given & {"interfaceid", "profileid"}:
        return "openvswitch" if on_bridge else "802.1Qbh" if "profileid" in given else None
    return "openvswitch" if on_bridge and project.bridges.on_openvswitch(user) else None
