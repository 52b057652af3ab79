"""`<forward>` lists devices of more than one kind, and libvirt reads one kind and drops the others.

`<interface>`, `<address>` and `<pf>` are three ways to list the devices for guests. If there is more than one kind,
libvirt reads the interfaces, else the PCI addresses, else the physical functions. It drops the others when it defines
the network, so `virsh net-dumpxml` does not show them.

## What to do
List all devices as one kind of element, the one that the mode needs, and remove the others.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <pf dev='eth1'/>
    <interface dev='eth0'/>
  </forward>
</network>
```

## Report
```text
lan.xml:4:5: warning: libvirt drops this <pf>, because <forward> has <interface> too [forward-pool-shadowed]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
    <interface dev='eth1'/>
  </forward>
</network>
```

## Fix safety
A choice: libvirt drops the element, so nothing changes, but the device in it may have been meant.

## Libvirt
Never: it defines the network without the element. It refuses only a `dev` on `<forward>` beside the others.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkForwardDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, related, rule

KINDS = ("interface", "address", "pf")


@rule(
    "forward-pool-shadowed",
    code="VN1401",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    if network.forward is None or "dev" in network.forward.node.attributes:
        return
    pools = [found for kind in KINDS if (found := network.forward.node.all(kind))]
    for dropped in (node for pool in pools[1:] for node in pool):
        yield problem(
            dropped,
            f"libvirt drops this <{dropped.name}>, because <forward> has <{pools[0][0].name}> too",
            fix(f"Remove <{dropped.name}>", edit.remove(dropped), safety="choice"),
            related=(related(pools[0][0], f"libvirt reads each <{pools[0][0].name}>"),),
        )
