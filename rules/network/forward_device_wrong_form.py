"""A network lists its devices in a form that its mode does not accept, and libvirt refuses to define it.

With the mode `hostdev` guests get whole PCI devices, which are listed by PCI address or as the virtual functions of a
NIC. All other modes need the host's driver for the NIC, and list devices by the names that it gives them.

## What to do
If guests should get PCI devices, use the mode `hostdev` with PCI addresses, or with `<pf dev='…'/>` for the virtual
functions of a NIC. If they should use NICs by macvtap, use a mode such as `passthrough` with `<interface dev='…'/>`. If
the network has a bridge, remove the PCI addresses.

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
guests.xml:4:16: error: invalid device 'eth1' for forward mode 'hostdev': expected a PCI address [forward-device-wrong-form]
lab.xml:4:5: error: unexpected PCI address: forward mode 'nat' takes no PCI devices [forward-device-wrong-form]
vf.xml:4:5: error: unexpected PCI address: forward mode 'private' takes interface names [forward-device-wrong-form]
wire.xml:3:27: error: invalid device 'eth3' for forward mode 'hostdev': expected a PCI address [forward-device-wrong-form]
```

## Fixed
```xml guests.xml
<network>
  <name>guests</name>
  <forward mode='passthrough'>
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
A choice: each fix changes the mode or the devices. With `passthrough` each guest gets a NIC of its own by macvtap; with
`<pf>` each gets a virtual function of the card. PCI addresses suit the mode `hostdev` if they are virtual functions. In
a network with a bridge they can only be removed.

## Libvirt
At define: `hostdev network 'guests' lists 'eth1' in the device pool, but hostdev networks require all devices to be
listed by PCI address, not network device name`, or `network 'vf' has forward mode 'private'  but lists a device by PCI
address in the device pool. This is only supported for networks with forward mode 'hostdev'`. For PCI addresses in
an open network: `forward dev not allowed for network 'lab' with forward mode='open'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Forward,
    Network,
    Problem,
    Target,
    edit,
    el,
    fix,
    heard,
    problem,
    related,
    rule,
    to_mode,
)


@rule(
    "forward-device-wrong-form",
    code="VN1108",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    if forward is None or network.mode is None:
        return
    named = _named(forward)
    if network.mode == "hostdev" and named:
        yield _by_name(network, forward, named)
    elif network.mode != "hostdev" and forward.pci_devices and not forward.interfaces:
        yield _by_address(network, forward)


NAMES = (
    "hostdev network '{}' lists '{}' in the device pool, but hostdev networks "
    "require all devices to be listed by PCI address, not network device name"
)

TAKES = {"macvtap": "interface names", "own-bridge": "no PCI devices", "host-bridge": "no PCI devices"}


def _named(forward: Forward) -> list[Attribute]:
    """The names that libvirt reads: those of the list, else `dev`, except beside addresses, where it is refused anyway."""
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
    functions = f"Change it to <pf>, to hand out the virtual functions of '{name}'"
    return problem(
        named[0],
        f"invalid device '{name}' for forward mode 'hostdev': expected a PCI address",
        fix(
            "Set mode to 'passthrough'",
            *to_mode(network, Target("passthrough", nics=tuple(each.value for each in named))),
            safety="choice",
        ),
        fix(functions, *edits, safety="choice") if len(named) == 1 else (),
        related=(related(network.mode_place, "the mode is set here"),),
        libvirt_message=heard(NAMES, network.name, name),
    )


def _by_address(network: Network, forward: Forward) -> Problem:
    if network.attachment == "macvtap":
        fixes = fix("Set mode to 'hostdev'", *to_mode(network, "hostdev"), safety="choice")
    else:
        removed = [edit.remove(each.node) for each in forward.pci_devices]
        fixes = fix("Remove each <address>", *removed, safety="choice")
    return problem(
        forward.pci_devices[0],
        f"unexpected PCI address: forward mode '{network.mode}' takes {TAKES[network.attachment or '']}",
        fixes,
        related=(related(network.mode_place, "the mode is set here"),),
        libvirt_message=heard(_refusal(network), network.name, forward.node.get("mode") or "nat"),
    )


def _refusal(network: Network) -> str:
    """The message of libvirt about PCI addresses; it checks open networks and bridges first."""
    if network.mode == "open":
        return "forward dev not allowed for network '{}' with forward mode='open'"
    if network.attachment == "host-bridge":
        both = "can specify a bridge name or a forward dev, but not both"
        return f"A network with forward mode='bridge' {both} (network '{{}}')"
    return (
        "network '{}' has forward mode '{}'  but lists a device by PCI address in the device pool. "
        "This is only supported for networks with forward mode 'hostdev'"
    )
