"""Some guests of a network are isolated and others are not, so they are isolated only from each other.

The bridge passes no frame between two isolated ports, but every frame between an isolated port and any other. That is
right where one guest serves all others.

## What to do
To isolate every guest from every other, set `<port isolated='yes'/>` in the network, or on each interface that joins a
bridge of the host. If this is intended, keep only the guest that serves the others without isolation.

## Bad
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <port isolated='yes'/>
    </interface>
  </devices>
</domain>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
lab.xml:2:3: info: guest 'web' is isolated, but not from guest 'db', which is not isolated [port-isolation-partial]
```

## Fixed
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <port isolated='yes'/>
</network>
```

## Good
```xml lab.xml
<network>
  <name>lab</name>
  <bridge name='virbr7'/>
  <port isolated='yes'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
      <port isolated='yes'/>
    </interface>
  </devices>
</domain>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='network'>
      <source network='lab'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest that is not isolated may be there to serve the others.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#isolating-guests-network-traffic-from-each-other
- libvirt src/util/virnetdevtap.c, virNetDevTapAttachBridge()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Problem, Project, fix, problem, related, rule, set_child


@rule(
    "port-isolation-partial",
    code="VN3310",
    on=(Network, Interface),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    isolated, other = project.bridges.apart(user)
    if isolated is None or other is None or (isinstance(user, Interface) and user is not other):
        return
    whom = "all guests" if isinstance(user, Network) else "this guest too"
    isolating = set_child(user.node, "port", "isolated", "yes")
    yield problem(
        user.name_node,
        f"{isolated.domain.label} is isolated, but not from {other.domain.label}, which is not isolated",
        fix(f"Isolate {whom}: set <port isolated='yes'/>", isolating, safety="choice"),
        related=(related(isolated, "this interface is isolated"), related(other, "this interface is not isolated")),
    )
