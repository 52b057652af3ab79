"""A macvtap interface without a mode gets `vepa`, so guests on the same NIC do not reach each other.

With `vepa` every frame goes to the switch, even a frame for a guest on the same NIC, and few switches send it back. The
finding is a warning if another guest of the project is on the same NIC. There is no finding if the inventory says that
the switch reflects frames (`hairpin`).

## What to do
If guests on this NIC should reach each other, set `mode='bridge'`. To keep them apart, or if the switch reflects
frames, set `mode='vepa'`.

## Bad
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:5:7: warning: missing attribute 'mode': libvirt uses 'vepa', which separates guests on 'eth0' [direct-mode-unstated]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='vepa'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: with mode `bridge` the guests on the NIC reach each other. The second fix, which is safe, sets the mode `vepa`
that libvirt uses now.

## Libvirt
Never: the saved definition says `mode='vepa'`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
- libvirt src/conf/domain_conf.c, virDomainNetDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, problem, rule


@rule("direct-mode-unstated", code="VN2343", on=Interface, severity="info", when="never", since="0.1")
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place, host = interface.device, project.host
    reflects = host is not None and host.inventory.upstream.hairpin is True
    if place is None or place.node.get("mode") or interface.node.child("virtualport") or reflects:
        return
    beside = len(project.devices.macvtap_users.get(place.value, ())) > 1
    yield problem(
        place.node,
        f"missing attribute 'mode': libvirt uses 'vepa', which separates guests on '{place.value}'",
        fix("Set mode='bridge'", edit.set_attribute(place.node, "mode", "bridge"), safety="choice"),
        fix("Set mode='vepa', which is used now", edit.set_attribute(place.node, "mode", "vepa"), safety="safe"),
        severity="warning" if beside else None,
    )
