"""The guests of a network are promised more bandwidth than it has, and the guest that goes too far does not start.

What libvirt promises by `floor` it must be able to give to all guests at once: together no more than the network's inbound
`peak`, or its `average` where there is no peak. Guests that do not run do not count.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <bandwidth>
        <inbound average='1000' floor='700'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```
```xml work.xml
<domain type='kvm'>
  <name>work</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <bandwidth>
        <inbound average='1000' floor='500'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```
```xml lab.xml
<network>
  <name>lab</name>
  <bandwidth>
    <inbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
work.xml:7:33: warning: the guests of 'lab' are promised 1200 kilobytes per second so far, and its average is 1000 [floor-overcommitted]
```

## Fixed
```xml work.xml
<domain type='kvm'>
  <name>work</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <bandwidth>
        <inbound average='1000' floor='300'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <bandwidth>
        <inbound average='1000' floor='700'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```
```xml lab.xml
<network>
  <name>lab</name>
  <bandwidth>
    <inbound average='500' peak='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: the guest is promised less, what the others leave. To raise the network's figure is offered too; it lets all guests
together have more. Where one guest alone goes too far, the finding is an error.

## Libvirt
When the guest starts: `Cannot plug 'vnet1' interface into 'virbr1' because new combined inbound floor=1200 would overcommit
average=1000 on network 'lab'`

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/network/bridge_driver.c, networkCheckBandwidth()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, edit, fix, problem, related, rule


@rule(
    "floor-overcommitted",
    code="VN3495",
    on=Interface,
    severity="warning",
    when="plug",
    since="0.1",
    covers=("B043",),
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    total, network, own = (
        project.floors_so_far.get(interface),
        project.network_of(interface),
        interface.plugs[0].inbound,
    )
    shared = network.plugs[0].inbound if network and network.owns_bridge else None
    if total is None or network is None or own is None or shared is None:
        return
    kind = "peak" if shared.attribute("peak") else "average"
    limit, floor = shared.number(kind), own.number("floor") or 0
    if limit is None or total <= limit:
        return
    left, place = limit - (total - floor), own.node.attributes["floor"]
    lowered = edit.set_attribute(own.node, "floor", str(left)) if left > 0 else edit.remove_attribute(place)
    yield problem(
        place,
        f"the guests of '{network.name}' are promised {total} kilobytes per second so far, and its {kind} is {limit}",
        fix(f"Promise what is left, {left}" if left > 0 else "Remove floor", lowered, safety="unsafe"),
        fix(
            f"Raise the {kind} of '{network.name}'", edit.set_attribute(shared.node, kind, str(total)), safety="unsafe"
        ),
        related=(related(shared, "the network's bandwidth is set here"),),
        severity="error" if floor > limit else None,
        libvirt_message=REFUSED.format(
            network.bridge.name if network.bridge else "virbr0", total, kind, limit, network.name
        ),
    )


REFUSED = "Cannot plug 'vnet0' interface into '{}' because new combined inbound floor={} would overcommit {}={} on network '{}'"
