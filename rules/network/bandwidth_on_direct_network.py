"""A network without a bridge has a bandwidth limit, and libvirt refuses to define it.

libvirt limits a whole network on its bridge. With macvtap and PCI devices there is no bridge, and port groups cannot
have a limit there either. Each guest's interface can have its own limit, unless it is a PCI device.

## What to do
Remove `<bandwidth>` from the network and its port groups. With macvtap, put it into each guest's `<interface>` instead.
libvirt cannot limit guests with PCI devices.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
  <bandwidth>
    <inbound average='1000'/>
  </bandwidth>
</network>
```
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev'>
    <pf dev='eth1'/>
  </forward>
  <portgroup name='slow'>
    <bandwidth>
      <outbound average='500'/>
    </bandwidth>
  </portgroup>
</network>
```

## Report
```text
lan.xml:6:3: error: unexpected <bandwidth>: libvirt cannot limit a network that uses macvtap [bandwidth-on-direct-network]
vf.xml:7:5: error: unexpected <bandwidth>: libvirt cannot limit a network that uses PCI devices [bandwidth-on-direct-network]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
</network>
```
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev'>
    <pf dev='eth1'/>
  </forward>
  <portgroup name='slow'>
  </portgroup>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bandwidth>
    <inbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
      <bandwidth>
        <inbound average='1000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Fix safety
A choice: a limit was meant, and without the element nothing limits the guests. With macvtap, the element for each
guest's `<interface>` is shown.

## Libvirt
At define: `Unsupported network-wide <bandwidth> element in network lan with forward mode='bridge'`, and in a port group
`Unsupported <bandwidth> element in network 'vf' in portgroup 'slow' with forward mode='hostdev'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, advise, edit, fix, heard, problem, related, rule


@rule(
    "bandwidth-on-direct-network",
    code="VN1118",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    if network.attachment not in ("macvtap", "hostdev"):
        return
    for holder in (network.node, *(each.node for each in network.portgroups)):
        bandwidth = holder.child("bandwidth")
        if bandwidth is None or not (bandwidth.child("inbound") or bandwidth.child("outbound")):
            continue
        snippet = bandwidth.document.source.excerpt(bandwidth.span)
        said = (NETWORK, network.name) if holder == network.node else (PORTGROUP, network.name, holder.get("name"))
        yield problem(
            bandwidth,
            f"unexpected <bandwidth>: libvirt cannot limit a network that uses {USES[network.attachment]}",
            fix("Remove <bandwidth>", edit.remove(bandwidth), safety="choice"),
            advise("Limit each guest in its <interface>", snippet) if network.attachment == "macvtap" else (),
            related=(related(network.mode_place, "the mode is set here"),),
            libvirt_message=heard(*said, network.mode),
        )


USES = {"macvtap": "macvtap", "hostdev": "PCI devices"}

NETWORK = "Unsupported network-wide <bandwidth> element in network {} with forward mode='{}'"
PORTGROUP = "Unsupported <bandwidth> element in network '{}' in portgroup '{}' with forward mode='{}'"
