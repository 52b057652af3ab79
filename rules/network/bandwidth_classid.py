"""A bandwidth limit has a `classID`, and libvirt refuses to define the network or guest.

libvirt assigns this number itself while the network runs. The file was copied from the live state, where the number
appears.

## What to do
Remove `classID`. The rates in `<inbound>` and `<outbound>` are all that a definition needs.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth classID='3'>
    <inbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:14: error: unexpected attribute 'classID': libvirt assigns it while the network runs [bandwidth-classid]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe: libvirt chooses the number when the network starts.

## Libvirt
At define: `classID attribute not supported on <bandwidth> in this usage context`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#quality-of-service
- libvirt src/conf/netdev_bandwidth_conf.c, virNetDevBandwidthParse()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, edit, fix, problem, rule


@rule(
    "bandwidth-classid",
    code="VN1229",
    on=(Network, Interface),
    severity="error",
    when="define",
    since="0.1",
)
def check(user: Network | Interface) -> Iterator[Problem]:
    for bandwidth in (plug.bandwidth for plug in user.plugs if plug.bandwidth):
        place = bandwidth.attributes.get("classID")
        if place is not None:
            yield problem(
                place,
                "unexpected attribute 'classID': libvirt assigns it while the network runs",
                fix("Remove classID", edit.remove_attribute(place), safety="safe"),
                libvirt_message="classID attribute not supported on <bandwidth> in this usage context",
            )
