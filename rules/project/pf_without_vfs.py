"""A network hands out the virtual functions of a NIC that has none, so it does not start.

`<pf>` names a NIC with SR-IOV, and libvirt asks the kernel for its virtual functions. A NIC has only the functions
that the host created, so after a boot it has none. The rule needs an inventory of the host.

## What to do
Name a NIC that has virtual functions in `<pf dev='…'/>`. If this NIC is the right one, create virtual functions on the
host, at every boot before the network starts.

## Bad
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev'>
    <pf dev='eth2'/>
  </forward>
</network>
```
```xml fast.xml
<network>
  <name>fast</name>
  <forward mode='passthrough'>
    <pf dev='eth0'/>
  </forward>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "vfs": []}, {"name": "eth1", "vfs": ["0000:04:10.0", "0000:04:10.2"]}]}
```

## Report
```text
fast.xml:4:9: error: NIC 'eth0' has no virtual functions [pf-without-vfs]
vf.xml:4:9: error: the host has no NIC 'eth2' [pf-without-vfs]
```

## Fixed
```xml vf.xml
<network>
  <name>vf</name>
  <forward mode='hostdev'>
    <pf dev='eth1'/>
  </forward>
</network>
```
```xml fast.xml
<network>
  <name>fast</name>
  <forward mode='passthrough'>
    <pf dev='eth1'/>
  </forward>
</network>
```

## Good
```xml
<network>
  <name>vf</name>
  <forward mode='hostdev'>
    <pf dev='eth1'/>
  </forward>
</network>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth1", "vfs": ["0000:04:10.0", "0000:04:10.2"]}]}
```

## Fix safety
Choice: the guests move to another LAN unless both NICs are on the same one. Where no NIC of the host has virtual
functions, the command that creates some is shown. It has to run at every boot before the network starts.

## Libvirt
At start, in each mode that hands out devices: `No usable Vf's present on SRIOV PF eth2`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkCreateInterfacePool()
"""

from collections.abc import Iterator
from shlex import quote

from vnetlint.api import Fix, Host, Network, Node, Problem, Project, advise, edit, fix, known, problem, rule


@rule(
    "pf-without-vfs",
    code="VN3202",
    on=Network,
    severity="error",
    when="start",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    host = project.host
    card = network.forward.node.child("pf") if network.forward and network.attachment in DIRECT else None
    name = known(card.get("dev")) if card else None
    if card is None or name is None or host is None:
        return
    link = host.link(name)
    if host.lacks(name) or (link is not None and link.vfs == ()):
        yield problem(
            card.attributes["dev"],
            f"NIC '{name}' has no virtual functions" if link else f"the host has no NIC '{name}'",
            *_use_others(card, host),
            _create(name, host) if link else advise("List the NICs of the host", "ip -brief link"),
            libvirt_message=f"No usable Vf's present on SRIOV PF {name}",
        )


def _use_others(card: Node, host: Host) -> Iterator[tuple[Fix, ...]]:
    """Fixes that name the first two NICs of the host with virtual functions."""
    for name in [each.name for each in host.links if each.vfs][:2]:
        yield fix(f"Use {name} instead", edit.set_attribute(card, "dev", name), safety="choice")


def _create(name: str, host: Host) -> tuple[Fix, ...]:
    warning = ", which may interrupt the host's own connection for a moment" if host.carries(name) else ""
    command = f"echo 4 > /sys/class/net/{quote(name)}/device/sriov_numvfs"
    return advise(f"Create virtual functions of {name} on the host{warning}", command)


DIRECT = ("macvtap", "hostdev")
