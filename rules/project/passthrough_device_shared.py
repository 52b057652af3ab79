"""Two interfaces use one NIC, one of them in mode `passthrough`, so the second does not start.

In mode `passthrough` macvtap gives a NIC to one guest, with the guest's MAC address. The kernel adds no other macvtap
device to that NIC, in any mode. The modes `bridge`, `vepa` and `private` share a NIC.

## What to do
Give one of the interfaces another NIC, or set mode `bridge` on both to share it. If the two guests never run at the
same time, leave them as they are.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source dev='eth1' mode='passthrough'/>
    </interface>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source dev='eth1' mode='bridge'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:10:15: error: NIC 'eth1' is also used by another interface of guest 'web', but mode 'passthrough' does not share it [passthrough-device-shared]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source dev='eth1' mode='bridge'/>
    </interface>
    <interface type='direct'>
      <mac address='52:54:00:0a:0b:0d'/>
      <source dev='eth1' mode='bridge'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth1' mode='passthrough'/>
    </interface>
    <interface type='direct'>
      <source dev='eth2' mode='bridge'/>
    </interface>
    <interface type='direct'>
      <source dev='eth2' mode='vepa'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: in mode `bridge` the guests share the NIC and reach each other. A function of an SR-IOV card may not pass
frames for several MAC addresses. Two guests may run in turn, so for them the finding is a warning.

## Libvirt
When the second starts: `error creating macvtap interface macvtap1@eth1 (52:54:00:0a:0b:0d): Invalid argument`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
- libvirt src/util/virnetdevmacvlan.c, virNetDevMacVLanCreate()
- linux drivers/net/macvlan.c, macvlan_common_newlink()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Problem, Project, edit, fix, problem, related, rule


@rule(
    "passthrough-device-shared",
    code="VN3490",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place, other = interface.device, project.devices.passthrough_rivals.get(interface)
    if place is None or other is None or other.device is None:
        return
    own = other.domain is interface.domain
    user = f"{'another' if own else 'the'} interface of {other.domain.label}"
    mac = f" ({interface.mac}): Invalid argument" if interface.mac else ""
    yield problem(
        place,
        f"NIC '{place.value}' is also used by {user}, but mode 'passthrough' does not share it",
        _share(place.value, (other, interface)),
        related=(related(other.device, "it is used here"),),
        severity=None if own else "warning",
        libvirt_message=f"error creating macvtap interface macvtap1@{place.value}{mac}",
    )


def _share(nic: str, interfaces: tuple[Interface, ...]) -> tuple[Fix, ...]:
    alone = [each for each in interfaces if each.direct_mode == "passthrough"]
    edits = [edit.set_attribute(each.source, "mode", "bridge") for each in alone if each.source]
    return fix(f"Set mode to 'bridge', so that both share {nic}", *edits, safety="choice")
