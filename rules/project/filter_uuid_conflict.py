"""A network filter has the UUID of another, or the name of one that libvirt installs, and libvirt refuses it.

A name belongs to one UUID and a UUID to one name. Usually a filter was copied from `virsh nwfilter-dumpxml` and renamed;
or one of libvirt's own filters was changed, whose UUID differs from host to host. Unlike a network, a filter that exists
is not even replaced by a file without a UUID. A file with the name of one of libvirt's own and a UUID is an info: the
UUID may be the host's.

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

## Report
```text
servers.xml:2:3: error: UUID 5f0a1c1e-8f9b-4a53-8f2e-6b1d6c2f7a10 is already used by filter 'guests' [filter-uuid-conflict]
```

## Fixed
```xml servers.xml
<filter name='servers' chain='root'>
  <uuid>393f5dd3-0ab2-5ed5-86fe-3e748f1f93c0</uuid>
  <filterref filter='guests'/>
</filter>
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
Choice: perhaps the filter was renamed, and the other file is out of date. A filter with a name of libvirt's own is
left as it is: guests refer to it, and on the host it may have been removed. How to see libvirt's is shown; the finding
is an info.

## Libvirt
At define: `filter with same UUID but different name ('guests') already exists`, and of libvirt's own name
`filter 'clean-traffic' already exists with uuid` and the one that it has on that host

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#filter-xml-format
- libvirt src/conf/virnwfilterobj.c, virNWFilterObjListAssignDef()
"""

from collections.abc import Iterator
from uuid import uuid5

from vnetlint.api import SHIPPED, Filter, Fix, Problem, Project, advise, edit, el, fix, problem, related, rule


@rule(
    "filter-uuid-conflict",
    code="VN4102",
    on=Filter,
    severity="error",
    when="define",
    since="0.1",
)
def check(nwfilter: Filter, project: Project) -> Iterator[Problem]:
    node, name, other = nwfilter.node.child("uuid"), nwfilter.name, project.identities.filter_uuid_rivals.get(nwfilter)
    if node is not None and nwfilter.uuid and name and other is not None:
        new = str(uuid5(nwfilter.uuid, name))
        yield problem(
            node,
            f"UUID {nwfilter.uuid} is already used by {other.label}",
            fix(f"Change it to {new}", edit.set_text(node, new), safety="choice"),
            related=(related(other, f"{other.label} is here"),),
            libvirt_message=f"filter with same UUID but different name ('{other.name}') already exists",
        )
    elif name in SHIPPED and _is_changed(nwfilter):
        wrong = "which only a file with the same UUID replaces"
        yield problem(
            nwfilter,
            f"libvirt installs its own filter '{name}', {wrong}",
            advise("Show libvirt's own filter, with its UUID", f"virsh nwfilter-dumpxml {name}"),
            _rename(nwfilter, project),
            severity="info" if nwfilter.uuid or node else "error",
            libvirt_message=f"filter '{name}' already exists with uuid",
            confidence="medium",
        )
    elif (first := project.identities.filter_namesakes.get(nwfilter)) is not None:
        yield problem(
            node or nwfilter,
            f"filter '{name}' is already defined in {first.file_beside(nwfilter)}, with another UUID",
            _replace(nwfilter, first),
            _rename(nwfilter, project),
            related=(related(first, f"{first.label} is here"),),
            libvirt_message=f"filter '{name}' already exists with uuid",
        )


def _replace(nwfilter: Filter, first: Filter) -> tuple[Fix, ...]:
    """Give it the UUID of the other, so that libvirt replaces that one."""
    node, other = nwfilter.node.child("uuid"), str(first.uuid)
    edits = edit.set_text(node, other) if node else edit.insert(nwfilter.node, el("uuid", text=other))
    return fix(f"Set its UUID to {other}, so that it replaces the other", edits, safety="choice") if first.uuid else ()


def _rename(nwfilter: Filter, project: Project) -> tuple[Fix, ...]:
    place, new = nwfilter.attribute("name"), f"{nwfilter.name}-2"
    if place is None or project.filters.exists(new):
        return ()
    users = (edit.set_attribute(each.node, "filter", new) for each in project.filters.references_to(nwfilter))
    return fix(f"Rename it to '{new}'", edit.set_attribute(nwfilter.node, "name", new), *users, safety="choice")


def _is_changed(nwfilter: Filter) -> bool:
    """Whether it includes other filters, or uses other variables, than libvirt's own of that name in any version."""
    shipped = SHIPPED[nwfilter.name or ""]
    variables = {name for each in nwfilter.rules for _, name in each.variables()}
    included = {each.filter for each in nwfilter.references}
    return included not in (set(shipped.includes), set(shipped.newer or shipped.includes)) or variables != set(
        shipped.variables
    )
