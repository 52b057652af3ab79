"""A guest's peak on Open vSwitch is above its average, and the guest may use the peak all the time.

libvirt sets the peak as the maximum rate and the average as the minimum rate. Open vSwitch gives a port its maximum
whenever there is room, not only in a burst. The average limits nothing.

## What to do
To limit the guest to its average, set `peak` to the same value. If the guest may use the peak all the time, nothing has
to change.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
      <bandwidth>
        <inbound average='1000' peak='5000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:8:33: info: Open vSwitch limits the guest to the peak of 5000, not to the average of 1000 [ovs-peak-above-average]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
      <bandwidth>
        <inbound average='1000' peak='1000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='ovsbr0'/>
      <virtualport type='openvswitch'/>
      <bandwidth>
        <inbound average='1000' peak='1000'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest gets less bandwidth than it has now.

## Libvirt
Never. From libvirt 10.10 on libvirtd writes a warning to its log.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/util/virnetdevopenvswitch.c, virNetDevOpenvswitchInterfaceSetQos()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Plug, Problem, Project, View, edit, fix, problem, rule


@rule(
    "ovs-peak-above-average",
    code="VN2345",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    for rate in (rate for plug in user.plugs if _switch(plug, user, project) == "openvswitch" for rate in plug.rates):
        average, peak = View(rate).number("average"), View(rate).number("peak")
        if rate.name == "inbound" and average and peak and peak > average:
            yield problem(
                rate.attributes["peak"],
                f"Open vSwitch limits the guest to the peak of {peak}, not to the average of {average}",
                fix(
                    f"Set 'peak' to the average of {average}",
                    edit.set_attribute(rate, "peak", str(average)),
                    safety="choice",
                ),
            )


def _switch(plug: Plug, user: Network | Interface, project: Project) -> str | None:
    """The virtual port's type where the limit applies; None for a network's own limit, which applies to its bridge."""
    if isinstance(user, Interface):
        return project.guests.switch_of(user)
    return (plug.switch or user.plugs[0].switch) if plug is not user.plugs[0] else None
