"""The guests of a network are promised more bandwidth than it has, so the last guest does not start.

libvirt guarantees every `floor` at the same time. Together they may not exceed the network's inbound `peak`, or its
`average` if there is no peak. Only guests that run count.

## What to do
Lower the `floor` of some guests. If the link can carry more, raise `peak` or `average` in the network's `<inbound>`
instead. If the guests never run at the same time, nothing has to change.

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
work.xml:7:33: warning: guests of network 'lab' are promised 1200 kB/s in total, but its average is 1000 [floor-overcommitted]
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
Choice: the guest is promised only what the others leave, or the network gets a higher figure, so that all guests
together can use more. If one guest alone exceeds the figure, the finding is an error.

## Libvirt
When the guest starts: `Cannot plug 'vnet1' interface into 'virbr1' because new combined inbound floor=1200 would overcommit
average=1000 on network 'lab'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/network/bridge_driver.c, networkCheckBandwidth()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Node, Problem, Project, edit, fix, problem, related, remove_setting, rule


@rule(
    "floor-overcommitted",
    code="VN3495",
    on=Interface,
    severity="warning",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    total, network = project.guests.floors_so_far.get(interface), project.networks.of(interface)
    own, shared = interface.inbound, network.inbound if network and network.owns_bridge else None
    if total is None or network is None or own is None or shared is None:
        return
    kind = "peak" if shared.attribute("peak") else "average"
    limit, floor = shared.number(kind), own.number("floor") or 0
    if limit is None or total <= limit:
        return
    raised = edit.set_attribute(shared.node, kind, str(total))
    yield problem(
        own.node.attributes["floor"],
        f"guests of {network.label} are promised {total} kB/s in total, but its {kind} is {limit}",
        _lowered(own.node, limit - (total - floor)),
        fix(f"Raise the {kind} of {network.label} to {total}", raised, safety="choice"),
        related=(related(shared, f"{network.label} sets its bandwidth here"),),
        severity="error" if _of_guest(interface, project) > limit else None,
        libvirt_message=f"{REFUSED}={total} would overcommit {kind}={limit} on network '{network.name}'",
    )


REFUSED = "because new combined inbound floor"


def _of_guest(interface: Interface, project: Project) -> int:
    """The sum of the guest's own floors up to this interface, in kB/s; other guests may run at other times."""
    network, siblings = project.networks.of(interface), interface.domain.interfaces
    counted = siblings[: siblings.index(interface) + 1]
    floors = (each.inbound for each in counted if project.networks.of(each) is network)
    return sum(rate.number("floor") or 0 for rate in floors if rate)


def _lowered(rate: Node, left: int) -> tuple[Fix, ...]:
    """Lower the floor to what the others leave, in kB/s, or remove it if they leave nothing."""
    if left > 0:
        return fix(f"Lower 'floor' to {left}", edit.set_attribute(rate, "floor", str(left)), safety="choice")
    return fix("Remove 'floor'", remove_setting(rate.attributes["floor"]), safety="choice")
