"""A guest or network joins a NIC of the host as if it were a bridge, so no guest starts.

A guest becomes a port of the bridge that it joins. Only a bridge has ports, so a guest cannot join a NIC.

## What to do
If the NIC is a port of a bridge, name that bridge. Otherwise create a bridge on the host that has the NIC as a
port, or attach the guests to the NIC by macvtap: `<interface type='direct'>` in the guest, or `<interface dev='…'/>` in
the network's `<forward>`. With macvtap, guests and host do not reach each other.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='eth1'/>
    </interface>
    <interface type='bridge'>
      <source bridge='eth0'/>
    </interface>
  </devices>
</domain>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='eth1'/>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth0", "kind": "nic", "master": "br0"},
                {"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"]},
                {"name": "eth1", "kind": "nic"}]}
```

## Report
```text
lan.xml:4:11: error: 'eth1' is a NIC of the host, not a bridge [bridge-is-nic]
web.xml:5:15: error: 'eth1' is a NIC of the host, not a bridge [bridge-is-nic]
web.xml:8:15: error: 'eth0' is a NIC of the host, not a bridge [bridge-is-nic]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth1' mode='bridge'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth1'/>
  </forward>
</network>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth0", "master": "br0"}, {"name": "br0", "kind": "bridge"}]}
```

## Fix safety
Unsafe where the NIC is a port of a bridge: no guest starts today, and that bridge is what was meant. Otherwise a
choice: macvtap separates the guests from the host, and another bridge may have been meant.

## Libvirt
When the guest starts: `Unable to add bridge eth1 port vnet0: Operation not supported`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#bridge-to-lan
- libvirt src/util/virnetdevtap.c, virNetDevTapAttachBridge()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Fix, Interface, Network, Problem, Project, edit, fix, problem, rule, to_macvtap


@rule(
    "bridge-is-nic",
    code="VN3482",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    place = user.host_bridge
    if place is None or project.host is None or not project.host.is_plain(place.value):
        return
    link = project.host.link(place.value)
    kind = KINDS.get(link.kind, "device of another kind") if link else ""
    yield problem(
        place,
        f"'{place.value}' is a {kind} of the host, not a bridge",
        _join_its_bridge(place, project) or _use_macvtap(user, place.value),
        libvirt_message=f"Unable to add bridge {place.value} port vnet0: Operation not supported",
    )


KINDS = {"nic": "NIC", "bond": "bond", "vlan": "VLAN device", "tap": "tap device", "veth": "veth device"}


def _join_its_bridge(place: Attribute, project: Project) -> tuple[Fix, ...]:
    upper = project.host.upper(place.value) if project.host else None
    if upper is None or upper.kind != "bridge" or project.bridges.maker_of(upper.name):
        return ()
    title = f"Join the bridge {upper.name}, which has {place.value} as a port"
    return fix(title, edit.set_attribute(place.node, place.name, upper.name), safety="unsafe")


def _use_macvtap(user: Network | Interface, nic: str) -> tuple[Fix, ...]:
    title = f"Attach the guests to {nic} by macvtap, separated from the host"
    return fix(title, *to_macvtap(user, nic), safety="choice")
