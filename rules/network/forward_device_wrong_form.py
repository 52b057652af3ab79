"""A network lists its devices in a form that its mode does not take, and libvirt refuses to define it.

The mode `hostdev` hands guests whole PCI devices, which are listed by PCI address or as the virtual functions of a NIC.
All other modes need the host's driver for the NIC, and list devices by the name that it gives them.

## Bad
```xml guests.xml
<network>
  <name>guests</name>
  <forward mode='hostdev' managed='yes'>
    <interface dev='eth1'/>
    <interface dev='eth2'/>
  </forward>
</network>
```
```xml wire.xml
<network>
  <name>wire</name>
  <forward mode='hostdev' dev='eth3'/>
</network>
```
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='private'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x1'/>
  </forward>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x2'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "vfs": ["0000:04:10.1"]}]}
```

## Report
```text
guests.xml:4:16: error: the forward mode 'hostdev' takes PCI addresses, and 'eth1' is a name [forward-device-wrong-form]
lab.xml:4:5: error: the forward mode 'nat' takes no PCI addresses [forward-device-wrong-form]
vf.xml:4:5: error: the forward mode 'private' takes no PCI addresses [forward-device-wrong-form]
wire.xml:3:27: error: the forward mode 'hostdev' takes PCI addresses, and 'eth3' is a name [forward-device-wrong-form]
```

## Fixed
```xml guests.xml
<network>
  <name>guests</name>
  <forward mode='passthrough' managed='yes'>
    <interface dev='eth1'/>
    <interface dev='eth2'/>
  </forward>
</network>
```
```xml wire.xml
<network>
  <name>wire</name>
  <forward mode='passthrough' dev='eth3'/>
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
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml guests.xml
<network>
  <name>guests</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
</network>
```
```xml wire.xml
<network>
  <name>wire</name>
  <forward mode='passthrough'>
    <interface dev='eth3'/>
  </forward>
</network>
```

## Fix safety
Unsafe: the mode `passthrough` gives each guest a NIC of its own too, but by macvtap; and for `hostdev` one name may
stand for the card whose virtual functions are meant. PCI addresses are right for the mode `hostdev`, which wants
virtual functions: the fix is only shown where the inventory does not say that they are. Networks with a bridge lose
them.

## Libvirt
At define: `hostdev network 'guests' lists 'eth1' in the device pool, but hostdev networks require all devices to be
listed by PCI address, not network device name`, or `network 'vf' has forward mode 'private'  but lists a device by PCI
address in the device pool. This is only supported for networks with forward mode 'hostdev'`. Of PCI addresses in an
open network: `forward dev not allowed for network 'lab' with forward mode='open'`

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Forward, Network, Problem, Project, edit, el, fix, problem, related, rule


@rule(
    "forward-device-wrong-form",
    code="VN1108",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
    covers=("A015", "A016"),
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    forward = network.forward
    if forward is None or network.mode is None:
        return
    named = _named(forward)
    if network.mode == "hostdev" and named:
        yield _by_name(network, forward, named)
    elif network.mode != "hostdev" and forward.pci_devices and not forward.interfaces:
        yield _by_address(network, forward, (project.host and project.host.vfs) or ())


def _named(forward: Forward) -> list[Attribute]:
    """The names that libvirt reads: those of the list, else `dev`, which it refuses beside addresses anyway."""
    listed = [each.attributes["dev"] for each in forward.interfaces if "dev" in each.attributes]
    dev = forward.attribute("dev")
    other = forward.pci_devices or forward.node.all("pf")
    return listed or ([dev] if dev and dev.value and not other else [])


def _by_name(network: Network, forward: Forward, named: list[Attribute]) -> Problem:
    name = named[0].value
    dev = forward.attribute("dev")
    card = el("pf", {"dev": name})
    listed = edit.replace(forward.interfaces[0], card) if forward.interfaces else edit.insert(forward.node, card)
    edits = (listed, edit.remove_attribute(dev)) if dev else (listed,)
    functions = f"Hand out the virtual functions of {name}"
    return problem(
        named[0],
        f"the forward mode 'hostdev' takes PCI addresses, and '{name}' is a name",
        fix("Use the mode passthrough", edit.set_attribute(forward.node, "mode", "passthrough"), safety="unsafe"),
        fix(functions, *edits, safety="unsafe") if len(named) == 1 else (),
        related=(related(network.mode_place, "the mode is set here"),),
        libvirt_message=(
            f"hostdev network '{network.name}' lists '{name}' in the device pool, but hostdev networks "
            "require all devices to be listed by PCI address, not network device name"
        ),
    )


def _by_address(network: Network, forward: Forward, functions: tuple[str, ...]) -> Problem:
    if network.attachment == "macvtap":
        edits = edit.set_attribute(forward.node, "mode", "hostdev")
        sure = all(each.address in functions for each in forward.pci_devices)
        fixes = fix("Use the mode hostdev", edits, safety="unsafe" if sure else "display")
    else:
        removed = [edit.remove(each.node) for each in forward.pci_devices]
        fixes = fix("Remove the PCI addresses", *removed, safety="unsafe")
    return problem(
        forward.pci_devices[0],
        f"the forward mode '{network.mode}' takes no PCI addresses",
        fixes,
        related=(related(network.mode_place, "the mode is set here"),),
        libvirt_message=_refusal(network).format(network.name, mode=forward.node.get("mode") or "nat"),
    )


def _refusal(network: Network) -> str:
    """What libvirt says to PCI addresses: it looks at open networks and at bridges before."""
    if network.mode == "open":
        return "forward dev not allowed for network '{}' with forward mode='open'"
    if network.attachment == "host-bridge":
        both = "can specify a bridge name or a forward dev, but not both"
        return f"A network with forward mode='bridge' {both} (network '{{}}')"
    return (
        "network '{}' has forward mode '{mode}'  but lists a device by PCI address in the device pool. "
        "This is only supported for networks with forward mode 'hostdev'"
    )
