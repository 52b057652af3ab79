"""An interface gives a variable another value than its filter gives to an included filter.

The value of the interface applies. A filter that sets a value for what it includes looks as if that were fixed, but
every interface can change it.

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

## References
- https://libvirt.org/formatnwfilter.html#usage-of-variables-in-filters
- libvirt src/nwfilter/nwfilter_gentech_driver.c, virNWFilterIncludeDefToRuleInst()
"""

from collections.abc import Iterator

from vnetlint.api import Filter, Interface, Problem, Project, edit, fix, problem, related, rule


@rule(
    "filter-parameter-overridden",
    code="VN4112",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    covers=("C148",),
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    meant = project.filter_of(interface.filterref) if interface.filterref else None
    if interface.filterref is None or not isinstance(meant, Filter):
        return
    inner = {each.name: each for reference in meant.references for each in reference.parameters if each.name}
    for each in interface.filterref.parameters:
        other = inner.get(each.name or "")
        if other is None or None in (each.value, other.value) or each.value == other.value:
            continue
        yield problem(
            each,
            f"{each.name} is '{each.value}' here, which overrides '{other.value}' in {project.named(meant)}",
            fix(f"Remove the parameter, so that {other.value} applies", edit.remove(each.node), safety="choice"),
            related=(related(other, "the value without effect"),),
        )
