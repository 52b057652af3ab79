"""An interface is an isolated port and has a `<virtualport>`, and libvirt refuses to define the guest.

`<port isolated='yes'/>` is a feature of the Linux bridge: isolated ports reach only ports that are not isolated. With a
`<virtualport>` something else switches the guest's frames, most often Open vSwitch, which has protected ports of its
own.

## What to do
On a Linux bridge, remove `<virtualport>`. On Open vSwitch, remove `<port>`, and isolate the port on the host with
`ovs-vsctl set port PORT protected=true`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
      <port isolated='yes'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:8:7: error: <port isolated='yes'/> is not supported with a virtualport of type 'openvswitch' [isolated-port-with-virtualport]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <port isolated='yes'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: libvirt refuses the guest as it is, and which of the two is meant depends on the bridge.

## Libvirt
At define:
`interface 52:54:00:0a:0b:0c - <port isolated='yes'/> is not supported for network interfaces with virtualport type='openvswitch'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#isolating-guests-network-traffic-from-each-other
- libvirt src/conf/domain_validate.c, virDomainNetDefValidatePortOptions()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, known, problem, related, rule


@rule(
    "isolated-port-with-virtualport",
    code="VN2102",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    port, virtualport = interface.node.child("port"), interface.node.child("virtualport")
    kind = known(virtualport.get("type")) if virtualport else None
    if port is None or virtualport is None or kind is None or port.get("isolated") != "yes":
        return
    if interface.type in ("network", "bridge"):
        yield problem(
            port,
            f"<port isolated='yes'/> is not supported with a virtualport of type '{kind}'",
            fix("Remove <port>", edit.remove(port), safety="choice"),
            fix("Remove <virtualport>", edit.remove(virtualport), safety="choice"),
            related=(related(virtualport, "the virtualport is here"),),
            libvirt_message=interface.said + REFUSED.format(kind),
        )


REFUSED = "<port isolated='yes'/> is not supported for network interfaces with virtualport type='{}'"
