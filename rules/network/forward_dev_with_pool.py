"""`<forward dev=…>` is combined with PCI addresses or `<pf>`, and libvirt refuses to define the network.

`dev` names one NIC for all guests. `<address>` and `<pf>` list devices, of which each guest gets one.

## What to do
Remove `dev`. If it names the right device, correct the `<pf>` or `<address>` first.

## Bad
```xml pf.xml
<network>
  <name>pf</name>
  <forward mode='hostdev' dev='eth1' managed='yes'>
    <pf dev='eth1'/>
  </forward>
</network>
```
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev' dev='eth0'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x1'/>
  </forward>
</network>
```

## Report
```text
pf.xml:3:27: error: unexpected attribute 'dev' beside <pf> [forward-dev-with-pool]
vf.xml:3:27: error: unexpected attribute 'dev' beside <address> [forward-dev-with-pool]
```

## Fixed
```xml pf.xml
<network>
  <name>pf</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
</network>
```
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x1'/>
  </forward>
</network>
```

## Good
```xml
<network>
  <name>pf</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
</network>
```

## Fix safety
Safe where both name the same device. Otherwise a choice: the device in `dev` may be the one that was meant.

## Libvirt
At define: `the <forward> 'dev' attribute cannot be used when <address> or <pf> sub-elements are present in network pf`;
libvirt 9.0 writes `%s` in place of the name

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkForwardDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, related, rule


@rule(
    "forward-dev-with-pool",
    code="VN1107",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    place = forward.attribute("dev") if forward else None
    if forward is None or place is None or not place.value:
        return
    pool = forward.node.child("address") or forward.node.child("pf")
    if pool is None:
        return
    same = place.value == pool.get("dev") and len(forward.node.all("pf")) == 1
    yield problem(
        place,
        f"unexpected attribute 'dev' beside <{pool.name}>",
        fix("Remove dev", edit.remove_attribute(place), safety="safe" if same else "choice"),
        related=(related(pool, "the list of devices"),),
        libvirt_message=NOT_BESIDE,
    )


NOT_BESIDE = "the <forward> 'dev' attribute cannot be used when <address> or <pf> sub-elements are present"
"""Without the name of the network: libvirt 9.0 writes `%s` in its place."""
