"""A network filter has the UUID of another, or the name of one that libvirt installs, and libvirt refuses it.

A name belongs to one UUID and a UUID to one name. Usually a filter was copied from `virsh nwfilter-dumpxml` and renamed;
or one of libvirt's own filters was changed, whose UUID differs from host to host. Unlike a network, a filter that exists
is not even replaced by a file without a UUID.

## Bad
```xml guests.xml
<filter name='guests' chain='root'>
  <uuid>5f0a1c1e-8f9b-4a53-8f2e-6b1d6c2f7a10</uuid>
  <filterref filter='no-mac-spoofing'/>
</filter>
```
```xml servers.xml
<filter name='servers' chain='root'>
  <uuid>5f0a1c1e-8f9b-4a53-8f2e-6b1d6c2f7a10</uuid>
  <filterref filter='guests'/>
</filter>
```
```xml clean.xml
<filter name='clean-traffic' chain='root'>
  <filterref filter='no-mac-spoofing'/>
  <filterref filter='no-ip-spoofing'/>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
clean.xml:1:1: warning: libvirt installs a filter 'clean-traffic' of its own, which a file does not replace [filter-uuid-conflict]
servers.xml:2:3: error: the UUID is also that of the filter 'guests' [filter-uuid-conflict]
```

## Fixed
```xml servers.xml
<filter name='servers' chain='root'>
  <uuid>393f5dd3-0ab2-5ed5-86fe-3e748f1f93c0</uuid>
  <filterref filter='guests'/>
</filter>
```
```xml clean.xml
<filter name='own-clean-traffic' chain='root'>
  <filterref filter='no-mac-spoofing'/>
  <filterref filter='no-ip-spoofing'/>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='own-clean-traffic'>
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Good
```xml guests.xml
<filter name='guests' chain='root'>
  <uuid>5f0a1c1e-8f9b-4a53-8f2e-6b1d6c2f7a10</uuid>
  <filterref filter='no-mac-spoofing'/>
</filter>
```
```xml servers.xml
<filter name='servers' chain='root'>
  <filterref filter='guests'/>
</filter>
```

## Fix safety
A new UUID is safe: libvirt refuses the second filter as it stands, and nothing refers to a filter by UUID. A new name is
unsafe: where libvirt's own filter was removed from the host, the file is right. It is put into every reference of the
project.

## Libvirt
At define: `filter with same UUID but different name ('guests') already exists`, and of libvirt's own name
`filter 'clean-traffic' already exists with uuid` and the one that it has on that host

## References
- https://libvirt.org/formatnwfilter.html#filter-xml-format
- libvirt src/conf/virnwfilterobj.c, virNWFilterObjListAssignDef()
"""

from collections.abc import Iterator
from uuid import uuid5

from vnetlint.api import SHIPPED, Filter, Problem, Project, edit, fix, problem, related, rule


@rule(
    "filter-uuid-conflict",
    code="VN4102",
    on=Filter,
    severity="error",
    when="define",
    since="0.1",
    covers=("A105",),
)
def check(nwfilter: Filter, project: Project) -> Iterator[Problem]:
    node, name = nwfilter.node.child("uuid"), nwfilter.name
    other = project.filters_by_uuid.get(nwfilter.uuid, nwfilter) if nwfilter.uuid else nwfilter
    if node is not None and nwfilter.uuid and name and other.name != name and project.same_host(nwfilter, other):
        yield problem(
            node,
            f"the UUID is also that of the filter '{other.name}'",
            fix("Give it a new UUID", edit.set_text(node, str(uuid5(nwfilter.uuid, name))), safety="safe"),
            related=(related(other, "the other filter"),),
            libvirt_message=f"filter with same UUID but different name ('{other.name}') already exists",
        )
    elif name in SHIPPED and _is_changed(nwfilter):
        places = [each.node for each in project.references_to(nwfilter)]
        renamed = [edit.set_attribute(each, "filter", f"own-{name}") for each in places]
        yield problem(
            nwfilter,
            f"libvirt installs a filter '{name}' of its own, which a file does not replace",
            fix(f"Name it own-{name} everywhere", edit.set_attribute(nwfilter.node, "name", f"own-{name}"), *renamed,
                safety="unsafe"),
            severity="warning" if node is None else "info",
            libvirt_message=f"filter '{name}' already exists with uuid",
            confidence="medium",
        )  # fmt: skip


def _is_changed(nwfilter: Filter) -> bool:
    """Whether it includes other filters, or uses other variables, than libvirt's own of that name."""
    shipped = SHIPPED[nwfilter.name or ""]
    variables = {name for each in nwfilter.rules for _, name in each.variables()}
    return {each.filter for each in nwfilter.references} != set(shipped.includes) or variables != set(shipped.variables)
