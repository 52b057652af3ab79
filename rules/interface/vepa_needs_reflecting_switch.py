"""Guests on macvtap in mode `vepa` reach each other only through a switch that reflects their frames.

With `vepa` every frame goes to the switch, even a frame for a guest on the same NIC. Few switches send it back, which
is called reflective relay or hairpin mode; with all others such guests do not reach each other. With mode `bridge` the
host passes frames between them. There is no finding if the inventory says that the switch reflects frames (`hairpin`).

## What to do
If guests on the NIC should reach each other, set `mode='bridge'`. If the switch reflects frames, set `hairpin` in the
inventory. If the guests should stay apart, nothing has to change.

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
Choice: the mode may have been chosen for a switch that reflects frames.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, fix, problem, rule, share_nic


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
        fix("Set mode='bridge'", *share_nic(user), safety="choice"),
    )
