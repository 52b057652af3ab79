"""A network filter has the UUID of another, or the name of one that libvirt installs, and libvirt refuses it.

A name belongs to one UUID and a UUID to one name. Usually a filter was copied from `virsh nwfilter-dumpxml` and
renamed, or one of libvirt's own filters was changed. The UUIDs of those differ from host to host. A file without a UUID
does not replace an existing filter either.

A file that has a UUID and the name of one of libvirt's own filters is an info, because the UUID may be that of the
host.

## What to do
If the filter is a copy with a new name, change its `<uuid>`. If it is a new version of the other filter, set the UUID
of that one, so that it replaces it. For the name of one of libvirt's own filters, take the UUID from `virsh
nwfilter-dumpxml` on the host, or choose another name.

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
Choice: the filter may have been renamed, so that the other file is out of date. For the name of one of libvirt's own
filters, the command that shows libvirt's filter comes first, because guests refer to the name, and the host may no
longer have that filter.

## Libvirt
At define: `filter with same UUID but different name ('guests') already exists`, and for the name of one of libvirt's
own filters `filter 'clean-traffic' already exists with uuid`, followed by its UUID on that host

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#filter-xml-format
- libvirt src/conf/virnwfilterobj.c, virNWFilterObjListAssignDef()
"""

from collections.abc import Iterator
from uuid import uuid5

from vnetlint.api import SHIPPED, Filter, Fix, Node, Problem, Project, advise, edit, el, fix, problem, related, rule


@rule(
    "filter-uuid-conflict",
    code="VN4102",
    on=Filter,
    severity="error",
    when="define",
    since="0.1",
)
def check(nwfilter: Filter, project: Project) -> Iterator[Problem]:
    rival, namesake = (
        project.identities.filter_uuid_rivals.get(nwfilter),
        project.identities.filter_namesakes.get(nwfilter),
    )
    node, name = nwfilter.node.child("uuid"), nwfilter.name
    if node is not None and nwfilter.uuid and name and rival is not None:
        yield _same_uuid(node, str(uuid5(nwfilter.uuid, name)), nwfilter, rival)
    elif name in SHIPPED and _is_changed(nwfilter):
        yield _same_name_as_libvirts(nwfilter, project)
    elif namesake is not None:
        yield _same_name(nwfilter, namesake, project)


NAME_TAKEN = "filter '{}' already exists with uuid"


def _same_uuid(node: Node, new: str, nwfilter: Filter, other: Filter) -> Problem:
    return problem(
        node,
        f"UUID {nwfilter.uuid} is already used by {other.label}",
        fix(f"Change it to {new}", edit.set_text(node, new), safety="choice"),
        related=(related(other, f"{other.label} is here"),),
        libvirt_message=f"filter with same UUID but different name ('{other.name}') already exists",
    )


def _same_name_as_libvirts(nwfilter: Filter, project: Project) -> Problem:
    return problem(
        nwfilter,
        f"libvirt installs its own filter '{nwfilter.name}', which only a file with the same UUID replaces",
        advise("Show libvirt's own filter, with its UUID", f"virsh nwfilter-dumpxml {nwfilter.name}"),
        _rename(nwfilter, project),
        severity="info" if nwfilter.uuid or nwfilter.node.child("uuid") else "error",
        libvirt_message=NAME_TAKEN.format(nwfilter.name),
        confidence="medium",
    )


def _same_name(nwfilter: Filter, first: Filter, project: Project) -> Problem:
    return problem(
        nwfilter.node.child("uuid") or nwfilter,
        f"filter '{nwfilter.name}' is already defined in {first.file_beside(nwfilter)}, with another UUID",
        _replace(nwfilter, first),
        _rename(nwfilter, project),
        related=(related(first, f"{first.label} is here"),),
        libvirt_message=NAME_TAKEN.format(nwfilter.name),
    )


def _replace(nwfilter: Filter, first: Filter) -> tuple[Fix, ...]:
    """Set the UUID of the other filter, so that libvirt replaces that one."""
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
    """Whether its includes or its variables are not those of libvirt's own filter of that name, in any version."""
    shipped = SHIPPED[nwfilter.name or ""]
    variables = {name for each in nwfilter.rules for _, name in each.variables()}
    included = {each.filter for each in nwfilter.references}
    return included not in (set(shipped.includes), set(shipped.newer or shipped.includes)) or variables != set(
        shipped.variables
    )
