"""An interface has a bandwidth limit, which libvirt cannot set on its type.

Limits are set on a device of the host. These types have none that libvirt could set them on: the guest starts without.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <bandwidth>
        <inbound average='1000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:7: warning: libvirt limits no interface of type 'user' [bandwidth-not-for-type]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
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
      <bandwidth>
        <inbound average='1000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: nothing changes now, but a limit was meant; perhaps the type is wrong.

## Libvirt
Never: libvirtd writes a warning to its log.

## References
- https://libvirt.org/formatdomain.html#quality-of-service
- libvirt src/conf/netdev_bandwidth_conf.h, virNetDevSupportsBandwidth()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Plug, Problem, edit, fix, problem, rule


@rule(
    "bandwidth-not-for-type",
    code="VN2341",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
    covers=("C106",),
)
def check(interface: Interface) -> Iterator[Problem]:
    bandwidth = Plug(interface.node).bandwidth
    if bandwidth is None or not bandwidth.children or interface.type not in WITHOUT:
        return
    yield problem(
        bandwidth,
        f"libvirt limits no interface of type '{interface.type}'",
        fix("Remove <bandwidth>", edit.remove(bandwidth), safety="unsafe"),
    )


WITHOUT = ("user", "vdpa", "mcast", "client", "server", "udp", "internal")
