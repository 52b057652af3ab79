"""A network has no bridge or device for its guests, so none of them starts.

With the modes `bridge`, `private`, `vepa` and `passthrough`, guests are connected to a bridge of the host or, by
macvtap, to one of its NICs. With `hostdev` they get a PCI device. Without any of these libvirt starts the network, but
no guest.

## What to do
With the mode `bridge`, name a bridge of the host in `<bridge>`, or a NIC in an `<interface>` of `<forward>`. With the
other modes of macvtap, name a NIC in the same way. With `hostdev`, name a NIC with virtual functions in `<pf>`, or list
PCI addresses.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
</network>
```
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev' managed='yes'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "br0", "kind": "bridge", "ports": ["eth0"]},
                {"name": "eth0"},
                {"name": "eth1", "vfs": ["0000:04:00.0", "0000:04:00.1"]}]}
```

## Report
```text
lan.xml:3:12: error: missing device: forward mode 'bridge' needs a bridge or a NIC [direct-network-without-device]
vf.xml:3:12: error: missing device: forward mode 'hostdev' needs PCI devices [direct-network-without-device]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='private' dev='eth0'/>
</network>
```

## Fix safety
For the mode `bridge`, unsafe where the inventory shows exactly one bridge that leads out, and a choice where it shows
several. A free NIC, or for `hostdev` a NIC with virtual functions, is a choice too. Without an inventory the fix is
shown only.

## Libvirt
When a guest starts: `network 'lan' uses a direct mode, but has no forward dev and no interface pool`; with hostdev
`network 'vf' requires exclusive access to interfaces, but none are available`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkAllocatePort()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Fix,
    Host,
    Network,
    Node,
    Problem,
    Project,
    Target,
    advise,
    edit,
    el,
    fix,
    heard,
    problem,
    rule,
    to_mode,
)


@rule(
    "direct-network-without-device",
    code="VN1310",
    on=Network,
    severity="error",
    when="plug",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    forward = network.forward
    if network.attachment not in ("macvtap", "hostdev") or forward is None or network.is_template:
        return
    if any(place.value for place in forward.devices) or forward.pci_devices:
        return
    exclusive = network.attachment == "hostdev"
    yield problem(
        network.mode_place,
        f"missing device: forward mode '{network.mode}' needs {NEEDS.get(network.mode or '', 'a NIC')}",
        *_devices(network, forward.node, project.host),
        libvirt_message=heard(NO_FREE if exclusive else NO_DEVICE, network.name),
    )


NEEDS = {"bridge": "a bridge or a NIC", "hostdev": "PCI devices"}

NO_DEVICE = "network '{}' uses a direct mode, but has no forward dev and no interface pool"
NO_FREE = "network '{}' requires exclusive access to interfaces, but none are available"


def _devices(network: Network, forward: Node, host: Host | None) -> Iterator[tuple[Fix, ...]]:
    """Fixes that use a suitable bridge or NIC of the host, the most likely first."""
    links = list(host.links if host else ())
    bridges = host.uplinked_bridges if host and network.mode == "bridge" and network.bridge is None else ()
    for bridge in bridges:
        named = to_mode(network, Target("bridge", bridge=bridge))
        yield fix(f"Join the bridge '{bridge}'", *named, safety="unsafe" if len(bridges) == 1 else "choice")
    nics = [link.name for link in links if link.vfs] if network.mode == "hostdev" else _free(host)
    element = "pf" if network.mode == "hostdev" else "interface"
    for nic in nics[:2]:
        yield fix(f"Use the NIC '{nic}'", edit.insert(forward, el(element, {"dev": nic})), safety="choice")
    yield advise(f"Name the device in <{element}>", edit.written(el(element, {"dev": "NIC"})))


def _free(host: Host | None) -> list[str]:
    return [link.name for link in host.free_nics] if host else []
