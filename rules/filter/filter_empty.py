"""A network filter has no rules and includes no filter, so it lets everything pass.

Packets that no rule decides on pass. An interface with the filter looks protected, but is not.

## What to do
Add rules, or include one of libvirt's own filters, such as `<filterref filter='clean-traffic'/>`. If the filter should
let everything pass, keep it as it is.

## Bad
```xml
<filter name='guests' chain='root'>
</filter>
```

## Report
```text
lan.xml:1:1: info: the filter 'guests' has no rules, so it lets everything pass [filter-empty]
```

## Good
```xml
<filter name='guests' chain='root'>
  <filterref filter='no-mac-spoofing'/>
</filter>
```

## Fix safety
Choice: only a person knows what the filter is for. `clean-traffic` lets a guest use only its own addresses, and drops
IPv6.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#filter-xml-format
- libvirt src/conf/nwfilter_conf.c, virNWFilterDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import SHIPPED, Filter, Problem, advise, edit, el, fix, problem, rule


@rule(
    "filter-empty",
    code="VN4012",
    on=Filter,
    severity="info",
    when="never",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    if nwfilter.rules or nwfilter.references or nwfilter.is_template:
        return
    named = f"the filter '{nwfilter.name}'" if nwfilter.name else "the filter"
    included = edit.insert(nwfilter.node, el("filterref", {"filter": "clean-traffic"}))
    yield problem(
        nwfilter,
        f"{named} has no rules, so it lets everything pass",
        () if nwfilter.name in SHIPPED else fix("Include the filter 'clean-traffic'", included, safety="choice"),
        advise("Add rules, or include one of libvirt's own filters", "<filterref filter='clean-traffic'/>"),
    )
