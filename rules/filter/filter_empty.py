"""A network filter has no rules and includes no filter, so it lets everything pass.

What no rule decides passes. A guest's interface with the filter looks guarded and is not.

## Bad
```xml
<filter name='guests' chain='root'>
</filter>
```

## Report
```text
lan.xml:1:1: info: the filter 'guests' has no rules and lets everything pass [filter-empty]
```

## Good
```xml
<filter name='guests' chain='root'>
  <filterref filter='no-mac-spoofing'/>
</filter>
```

## Fix safety
Shown only: what the filter is for, nobody can tell from the file.

## Libvirt
Never.

## References
- https://libvirt.org/formatnwfilter.html#filter-xml-format
- libvirt src/conf/nwfilter_conf.c, virNWFilterDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Problem, advise, problem, rule


@rule(
    "filter-empty",
    code="VN4012",
    on=Filter,
    severity="info",
    when="never",
    since="0.1",
    covers=("C157",),
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    if nwfilter.rules or nwfilter.references or nwfilter.node.document.source.is_template:
        return
    yield problem(
        nwfilter,
        f"the filter '{nwfilter.name}' has no rules and lets everything pass" if nwfilter.name else
        "the filter has no rules and lets everything pass",
        advise("Include one of libvirt's own filters", "<filterref filter='clean-traffic'/>"),
    )  # fmt: skip
