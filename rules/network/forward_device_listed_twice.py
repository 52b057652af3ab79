"""A network lists the same device twice, and libvirt refuses to define it.

The `<interface>` or `<address>` elements of `<forward>` are a pool, from which each guest gets a device. libvirt
compares PCI addresses by their numbers: `0x04` is the same as `4`.

## What to do
Remove the second entry. If another device was meant, correct its name or PCI address.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
    <interface dev='eth1'/>
    <interface dev='eth0'/>
  </forward>
</network>
```
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x1'/>
    <address type='pci' domain='0' bus='4' slot='16' function='1'/>
  </forward>
</network>
```

## Report
```text
lan.xml:6:5: error: duplicate device 'eth0' [forward-device-listed-twice]
vf.xml:5:5: error: duplicate device '0000:04:10.1' [forward-device-listed-twice]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
    <interface dev='eth1'/>
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
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
    <interface dev='eth1'/>
  </forward>
</network>
```

## Fix safety
Safe: a pool has each device once, even if the file lists it twice.

## Libvirt
At define: `interface 'eth0' can only be listed once in network lan`, or
`PCI device '0000:04:10.1' can only be listed once in network vf`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/conf/network_conf.c, virNetworkForwardDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, heard, known, problem, related, repeats, rule


@rule(
    "forward-device-listed-twice",
    code="VN1106",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    if forward is None:
        return
    by_name = [(each, known(each.get("dev")), "interface") for each in forward.interfaces]
    # If interfaces are listed, libvirt does not read the addresses.
    by_address = [(each.node, each.address, "PCI device") for each in forward.pci_devices]
    for (node, _, kind), (first, *_), device in repeats(by_name or by_address, lambda listed: listed[1]):
        yield problem(
            node,
            f"duplicate device '{device}'",
            fix(f"Remove the second <{node.name}>", edit.remove(node), safety="safe"),
            related=(related(first, "it is listed here first"),),
            libvirt_message=heard("{} '{}' can only be listed once in network {}", kind, device, network.name),
        )
