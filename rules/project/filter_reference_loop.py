"""A network filter includes itself, directly or through others, and libvirt refuses to define it.

Filters that a filter includes may include others, but none of them may lead back to it. libvirt reads the files one by
one and refuses the one that closes the loop.

## What to do
Remove the `<filterref>` that leads back. If several filters need the same rules, move those to a filter of their own
that the others include.

## Bad
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='no-mac-spoofing'/>
  <filterref filter='servers'/>
</filter>
```
```xml servers.xml
<filter name='servers' chain='root'>
  <filterref filter='guests'/>
  <rule action='accept' direction='in'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```

## Report
```text
servers.xml:2:3: error: filter 'servers' includes filter 'guests', which leads back to 'servers' [filter-reference-loop]
```

## Fixed
```xml servers.xml
<filter name='servers' chain='root'>
  <rule action='accept' direction='in'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```

## Good
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='no-mac-spoofing'/>
</filter>
```
```xml servers.xml
<filter name='servers' chain='root'>
  <filterref filter='guests'/>
  <rule action='accept' direction='in'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```

## Fix safety
Unsafe where a filter includes itself: libvirt refuses it, and nothing else can be meant. Choice in a loop of several
filters: another reference may be the wrong one.

## Libvirt
At define, of the filter that closes the loop: `filter would introduce a loop`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#filtering-chains
- libvirt src/conf/virnwfilterobj.c, virNWFilterObjListAssignDef()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, Project, edit, fix, problem, rule


@rule(
    "filter-reference-loop",
    code="VN4100",
    on=Filter,
    severity="error",
    when="define",
    since="0.1",
)
def check(nwfilter: Filter, project: Project) -> Iterator[Problem]:
    for reference in nwfilter.references:
        if not project.filters.trees.closes_loop(nwfilter, reference):
            continue
        itself = reference.filter == nwfilter.name
        leads = "itself" if itself else f"filter '{reference.filter}', which leads back to '{nwfilter.name}'"
        yield problem(
            reference,
            f"filter '{nwfilter.name}' includes {leads}",
            fix(
                f"Remove the reference to '{reference.filter}'",
                edit.remove(reference.node),
                safety="unsafe" if itself else "choice",
            ),
            libvirt_message="filter would introduce a loop",
        )
