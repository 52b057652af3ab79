"""A network has fewer devices than guests, and each guest needs its own, so not all of them start.

In the modes `passthrough` and `hostdev`, and in `private` with a virtual port of type 802.1Qbh, a network is a pool of
devices. A guest gets a free device when it starts and returns it when it stops. When no device is free, libvirt refuses
to start the next guest.

## What to do
Add devices to `<forward>`, one for each guest that runs at the same time, or move guests to another network. In mode
`passthrough`, guests can share the NICs instead if you set the mode `bridge`. If the guests never run at the same time,
the network can stay as it is.

## Bad
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x0'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='cards'/>
    </interface>
  </devices>
</domain>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='network'>
      <source network='functions'/>
    </interface>
    <interface type='network'>
      <source network='functions'/>
    </interface>
  </devices>
</domain>
```
```xml mail.xml
<domain type='kvm'>
  <name>mail</name>
  <devices>
    <interface type='network'>
      <source network='cards'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth1", "vfs": []},
                {"name": "eth4", "vfs": ["0000:04:10.0", "0000:04:10.2"]}]}
```

## Report
```text
cards.xml:3:3: warning: network 'cards' has 1 device, but its guests need 2 [device-pool-too-small]
functions.xml:3:3: error: network 'functions' has 1 device, but its guests need 2 [device-pool-too-small]
```

## Fixed
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='bridge'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml functions.xml
<network>
  <name>functions</name>
  <forward mode='hostdev' managed='yes'>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x0'/>
    <address type='pci' domain='0x0000' bus='0x04' slot='0x10' function='0x2'/>
  </forward>
</network>
```

## Good
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
    <interface dev='eth2'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='cards'/>
    </interface>
    <interface type='network'>
      <source network='cards'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: a virtual function that is added must be free, and on the right LAN. In mode `bridge` the guests share the NIC
and reach each other, and a virtual function may not pass frames for several MAC addresses. If one guest alone needs
more devices than there are, it never starts, and the finding is an error. Otherwise it is a warning, because the guests
may run at different times.

## Libvirt
When the last of them starts: `network 'cards' requires exclusive access to interfaces, but none are available`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkAllocatePort()
"""

from collections import Counter
from collections.abc import Iterator

from vnetlint.api import (
    Fix,
    Network,
    Problem,
    Project,
    advise,
    edit,
    el,
    fix,
    pci_attributes,
    problem,
    related,
    rule,
    to_mode,
)


@rule(
    "device-pool-too-small",
    code="VN3260",
    on=Network,
    severity="warning",
    when="plug",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    size, crowd = project.devices.pool_size(network), project.guests.crowd_on(network)
    if not size or network.forward is None or len(crowd) <= size:
        return
    most = max(Counter(each.domain for each in crowd).values())
    yield problem(
        network.forward,
        f"{network.label} has {size} device{'s' * (size > 1)}, but its guests need {len(crowd)}",
        *_more(network, project, len(crowd) - size),
        related=(related(crowd[size], f"{crowd[size].label} is one too many"),),
        severity="error" if most > size else None,
        libvirt_message=f"network '{network.name}' requires exclusive access to interfaces, but none are available",
    )


PCI = {"type": "pci"}


def _more(network: Network, project: Project, lacking: int) -> Iterator[tuple[Fix, ...]]:
    """Free devices from the inventory, a mode in which the guests share the NICs, or an example."""
    forward = network.forward
    if forward is None:
        return
    added = _free_functions(project, lacking) if forward.pci_devices else []
    if added:
        title = f"Add the virtual function{'s' * (len(added) > 1)} {', '.join(added)}"
        yield fix(
            title,
            edit.insert(forward.node, *(el("address", PCI | pci_attributes(each)) for each in added)),
            safety="choice",
        )
    if network.mode == "passthrough" and not any(plug.vlan for plug in network.plugs):
        title = "Set mode to 'bridge', in which guests share the NICs"
        yield fix(title, *to_mode(network, "bridge"), safety="choice")
    more = (
        el("address", PCI | pci_attributes("0000:00:00.0"))
        if network.mode == "hostdev"
        else el("interface", {"dev": "NIC"})
    )
    yield advise(f"List {lacking} more device{'s' * (lacking > 1)}", edit.written(more))


def _free_functions(project: Project, lacking: int) -> list[str]:
    listed = {each.address for one in project.networks.all if one.forward for each in one.forward.pci_devices}
    used = {each.host_nic.address for each in project.guests.interfaces if each.host_nic}
    functions = (project.host.vfs if project.host else None) or ()
    free = [each for each in functions if each not in listed | used][:lacking]
    return free if len(free) == lacking else []


PCI = {"type": "pci"}
