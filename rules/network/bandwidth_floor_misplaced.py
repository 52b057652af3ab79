"""A guaranteed bandwidth is set where libvirt cannot guarantee it, so it refuses to define the network or guest.

`floor` is the part of a network's inbound limit that one guest's interface is guaranteed. It belongs on `<inbound>` of
an interface of type `network`. A network, a port group and outbound traffic cannot have one.

## What to do
Remove `floor` here. To guarantee bandwidth to a guest, set `floor` on `<inbound>` in the `<bandwidth>` of that guest's
`<interface>`.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000' floor='200'/>
    <outbound average='1000' floor='200'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:5:29: error: unexpected attribute 'floor': only a guest's <interface> takes one, not a network [bandwidth-floor-misplaced]
lan.xml:6:30: error: unexpected attribute 'floor': only <inbound> takes one [bandwidth-floor-misplaced]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000'/>
    <outbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000'/>
    <outbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <bandwidth>
        <inbound floor='200'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt accepts no guarantee in this place, but some guest was meant to have one. An element that has nothing
else is removed as well.

## Libvirt
At define: `floor attribute is not supported for this config`; for outbound traffic libvirt 9.0 says
`'floor' attribute allowed only in <inbound> element`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#quality-of-service
- libvirt src/conf/netdev_bandwidth_conf.c, virNetDevBandwidthParseRate()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, edit, fix, problem, rule


@rule(
    "bandwidth-floor-misplaced",
    code="VN1228",
    on=(Network, Interface),
    severity="error",
    when="define",
    since="0.1",
)
def check(user: Network | Interface) -> Iterator[Problem]:
    for rate in (rate for plug in user.plugs for rate in plug.rates if "floor" in rate.attributes):
        is_outbound = rate.name == "outbound"
        if isinstance(user, Interface) and not is_outbound:
            continue
        place = rate.attributes["floor"]
        alone = len(rate.attributes) == 1
        yield problem(
            place,
            f"unexpected attribute 'floor': {ONLY_INBOUND if is_outbound else ONLY_GUEST}",
            fix(f"Remove <{rate.name}>", edit.remove(rate), safety="unsafe")
            if alone
            else fix("Remove floor", edit.remove_attribute(place), safety="unsafe"),
            libvirt_message=OUTBOUND if is_outbound else REFUSED,
        )


ONLY_INBOUND = "only <inbound> takes one"
ONLY_GUEST = "only a guest's <interface> takes one, not a network"

REFUSED = "floor attribute is not supported for this config"
OUTBOUND = "'floor' attribute allowed only in <inbound> element"
