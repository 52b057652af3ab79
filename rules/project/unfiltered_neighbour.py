"""A guest has no filter on a network where another guest has one.

A filter checks what its own guest sends and receives. A neighbour on the same bridge that has no filter can still
pretend to all others that it has the filtered guest's address, or that it is the gateway.

## What to do
Add the same `<filterref>` to this interface. If the guest routes or bridges for others, or has several addresses,
leave it without a filter against spoofing, which would cut it off.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='no-mac-spoofing'/>
    </interface>
  </devices>
</domain>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
db.xml:4:5: info: the interface of 'db' has no filter on network 'lan', but the interface of 'web' has [unfiltered-neighbour]
```

## Fixed
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='no-mac-spoofing'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='no-mac-spoofing'/>
    </interface>
  </devices>
</domain>
```
```xml db.xml
<domain type='kvm'>
  <name>db</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <filterref filter='no-mac-spoofing'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: a filter against spoofing cuts off a guest that routes or bridges for others, or has several addresses. Where
the neighbour's filter has parameters, they are for the neighbour only, so the reference is only shown.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#concepts
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, advise, edit, el, fix, problem, related, rule


@rule(
    "unfiltered-neighbour",
    code="VN4115",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    guarded, place = project.filters.filtered_beside(interface), interface.network or interface.bridge
    if interface.filterrefs or place is None or guarded is None or guarded.filterref is None:
        return
    reference = el("filterref", {"filter": guarded.filterref.filter or ""})
    same = () if guarded.filterref.parameters else edit.insert(interface.node, reference)
    yield problem(
        interface,
        f"{interface.label} has no filter on {place.name} '{place.value}', but {guarded.label} has",
        fix(f"Add the filter '{guarded.filterref.filter}' here too", same, safety="choice"),
        advise("Add a filter by hand", edit.written(reference)),
        related=(related(guarded.filterref, f"{guarded.label} has its filter here"),),
    )
