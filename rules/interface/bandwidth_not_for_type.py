"""An interface has a bandwidth limit that libvirt cannot set on its type.

libvirt sets limits on the interface's device on the host. These types have no device that it can use, so the guest
starts without limits.

## What to do
Change the interface to a type that supports limits, such as `network` or `bridge`. If the guest needs no limit, remove
`<bandwidth>`.

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
web.xml:5:7: warning: <bandwidth> has no effect on an interface of type 'user' [bandwidth-not-for-type]
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
Choice: without the element the guest runs as it does now, but a limit was meant, so the type may be wrong.

## Libvirt
Never: libvirtd writes a warning to its log.

Seen on 9.0, 11.3 and 12.8.

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
)
def check(interface: Interface) -> Iterator[Problem]:
    bandwidth = Plug(interface.node).bandwidth
    if bandwidth is None or not bandwidth.children or interface.type not in WITHOUT:
        return
    yield problem(
        bandwidth,
        f"<bandwidth> has no effect on an interface of type '{interface.type}'",
        fix("Remove <bandwidth>", edit.remove(bandwidth), safety="choice"),
    )


WITHOUT = ("user", "vhostuser", "vdpa", "mcast", "client", "server", "udp", "internal", "hostdev", "null")
