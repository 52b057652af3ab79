"""A NIC that a network assigns to one guest exclusively is also used elsewhere, so guests do not start.

libvirt counts the guests on a NIC for each network separately. It does not notice that another network, or an interface
of type `direct`, uses the same NIC. The kernel does, and refuses the second guest if one of the two is in mode
`passthrough`. In the modes `bridge`, `vepa` and `private`, guests share a NIC.

A NIC whose PCI device is passed to a guest disappears from the host. This is reported if the inventory has the `pci` of
the NIC.

## What to do
Remove the NIC from one of the two, or use another NIC there. If both should use it, set the mode `bridge` in both;
guests on the NIC then reach each other.

## Bad
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
    <interface dev='eth2'/>
  </forward>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth2' mode='bridge'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
lan.xml:5:16: warning: NIC 'eth1' is also in network 'cards', and one of the two needs it exclusively [device-in-two-pools]
web.xml:5:15: warning: NIC 'eth2' is also in network 'cards', and one of the two needs it exclusively [device-in-two-pools]
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
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
  </forward>
</network>
```

## Good
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
</network>
```
```xml dmz.xml
<network>
  <name>dmz</name>
  <forward mode='vepa'>
    <interface dev='eth0'/>
  </forward>
</network>
```

## Fix safety
Choice: only a person knows which of the two should have the NIC. It is removed from a list that has others. Where
neither list has others, the NIC is shared in mode `bridge`, and the guests on it reach each other.

## Libvirt
When the second guest starts: `error creating macvtap interface macvtap1@eth1 (52:54:00:0a:0b:0d): Invalid argument`

Not seen: a network hands out its first free NIC, and which guest is refused depends on the order of their starts.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkAllocatePort()
- linux drivers/net/macvlan.c, macvlan_common_newlink()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Interface,
    Network,
    Problem,
    Project,
    advise,
    edit,
    fix,
    problem,
    related,
    rule,
    share_nic,
)


@rule(
    "device-in-two-pools",
    code="VN3264",
    on=(Network, Interface),
    severity="warning",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    for place in user.lower_devices:
        yield from _passed_through(user, place, project)
        theirs, other = project.devices.pool_rivals.get(place, (None, None))
        if theirs is None or other is None:
            continue
        yield problem(
            place,
            f"NIC '{place.value}' is also in {other.label}, and one of the two needs it exclusively",
            _left_out(user, place),
            _left_out(other, theirs),
            _shared(place.value, user, other),
            advise(f"List another NIC in {other.label}", "<interface dev='NIC'/>"),
            related=(related(theirs, f"{other.label} lists it here"),),
            libvirt_message=f"error creating macvtap interface macvtap1@{place.value}",
        )


def _passed_through(user: Network | Interface, place: Attribute, project: Project) -> Iterator[Problem]:
    """Report a NIC whose PCI device is passed to a guest."""
    passed = project.devices.passed_through(place.value, user.owner)
    if passed is None:
        return
    address, taker = passed
    yield problem(
        place,
        f"NIC '{place.value}' is also passed to a guest as PCI device {address}",
        _left_out(user, place),
        advise("List another NIC", "<interface dev='NIC'/>"),
        related=(related(taker, "the PCI device"),),
        libvirt_message=None,
    )


def _left_out(user: Network | Interface, place: Attribute) -> tuple[Fix, ...]:
    """Remove a NIC from a list that has others."""
    if isinstance(user, Interface) or place.node.name != "interface" or len(user.lower_devices) < 2:
        return ()
    both = user.forward.node.attributes.get("dev") if user.forward else None
    if both is not None and both.value == place.value:
        return ()  # libvirt wants the first of the list to be the device of <forward>
    return fix(f"Remove {place.value} from {user.label}", edit.remove(place.node), safety="choice")


def _shared(nic: str, *users: Network | Interface) -> tuple[Fix, ...]:
    """Replace mode passthrough by mode bridge, unless a VLAN needs passthrough."""
    taking = [each for each in users if each.mode_node and each.mode_node.get("mode") == "passthrough"]
    if any(plug.vlan for each in taking for plug in each.plugs):
        return ()
    edits = [edits for each in taking for edits in share_nic(each)]
    return fix(f"Set mode to 'bridge', in which both share {nic}", *edits, safety="choice")
