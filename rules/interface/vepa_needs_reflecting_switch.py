"""Guests are on macvtap in mode `vepa`, in which guests on one NIC reach each other by the switch only.

`vepa` sends every frame to the switch, also one for a neighbour on the same NIC. Few switches send it back, by what is
called reflective relay or hairpin mode; with all others such guests do not reach each other. With mode `bridge` the
host passes frames between them. Where the inventory says that the switch reflects (`hairpin`), there is no finding.

## Bad
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

## Report
```text
web.xml:5:26: info: mode 'vepa' separates guests on one NIC, unless the switch reflects their frames [vepa-needs-reflecting-switch]
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: a switch that reflects frames may be what the mode was chosen for.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, edit, fix, problem, rule


@rule(
    "vepa-needs-reflecting-switch",
    code="VN2700",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    host, place = project.host, user.mode_node.attributes.get("mode") if user.mode_node else None
    reflects = host is not None and host.inventory.upstream.hairpin is True
    if place is None or place.value != "vepa" or reflects or any(plug.virtualport for plug in user.plugs):
        return
    yield problem(
        place,
        "mode 'vepa' separates guests on one NIC, unless the switch reflects their frames",
        fix("Set mode='bridge'", edit.set_attribute(place.node, "mode", "bridge"), safety="choice"),
    )
