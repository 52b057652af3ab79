"""An interface or a filter overrides the value of a variable that its filter sets for an included filter.

The outermost value applies. A value that a filter sets for an included filter looks fixed, but every interface, and
every filter that includes it, can override it.

## What to do
Remove the `<parameter>` if the value of the filter should apply. If the override is intended, keep it.

## Bad
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='clean-traffic-gateway'>
    <parameter name='GATEWAY_MAC' value='52:54:00:1a:2b:3c'/>
  </filterref>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='guests'>
        <parameter name='IP' value='192.168.122.10'/>
        <parameter name='GATEWAY_MAC' value='52:54:00:ff:ff:ff'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:8:9: info: GATEWAY_MAC is '52:54:00:ff:ff:ff' here, which overrides '52:54:00:1a:2b:3c' in filter 'guests' [filter-parameter-overridden]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='guests'>
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Good
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='clean-traffic-gateway'>
    <parameter name='GATEWAY_MAC' value='52:54:00:1a:2b:3c'/>
  </filterref>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='guests'>
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the interface may override the value on purpose.

## Libvirt
Never: the firewall has the interface's value.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#usage-of-variables-in-filters
- libvirt src/nwfilter/nwfilter_gentech_driver.c, virNWFilterIncludeDefToRuleInst()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Interface, Problem, Project, edit, fix, problem, related, rule


@rule(
    "filter-parameter-overridden",
    code="VN4112",
    on=(Interface, Filter),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Interface | Filter, project: Project) -> Iterator[Problem]:
    references = user.references if isinstance(user, Filter) else user.filterrefs[:1] if user.filterref else ()
    for reference in references:
        given = {each.name: each for each in reference.parameters if each.name and each.value}
        for owner, other in project.filters.parameters_within(reference) if given else ():
            each = given.get(other.name or "")
            if each is None or other.value in (each.value, None):
                continue
            del given[each.name or ""]
            yield problem(
                each,
                f"{each.name} is '{each.value}' here, which overrides '{other.value}' in {owner.label}",
                fix(f"Remove the parameter, so that {other.value} applies", edit.remove(each.node), safety="choice"),
                related=(related(other, "the value without effect"),),
            )
