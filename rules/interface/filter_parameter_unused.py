"""A filter has a parameter that none of its rules uses.

Names of variables are case sensitive, and libvirt accepts a name that no rule uses. Either the name is mistyped, or the
parameter belongs to another filter. Parameters that one filter sets for another are reported too.

## What to do
Correct the name if it is mistyped: `IP` and `ip` are different variables. If the parameter belongs to another filter,
refer to that filter. Otherwise remove the parameter.

## Bad
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='no-ip-spoofing'>
    <parameter name='Ip' value='192.168.122.10'/>
  </filterref>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='no-mac-spoofing'>
        <parameter name='GATEWAY_MAC' value='52:54:00:1a:2b:3c'/>
      </filterref>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='ip' value='192.168.122.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Report
```text
guests.xml:3:5: info: the filter 'no-ip-spoofing' has no variable 'Ip'; did you mean 'IP'? [filter-parameter-unused]
web.xml:7:9: info: the filter 'no-mac-spoofing' has no variable 'GATEWAY_MAC' [filter-parameter-unused]
web.xml:13:9: info: the filter 'clean-traffic' has no variable 'ip'; did you mean 'IP'? [filter-parameter-unused]
```

## Fixed
```xml guests.xml
<filter name='guests' chain='root'>
  <filterref filter='no-ip-spoofing'>
    <parameter name='IP' value='192.168.122.10'/>
  </filterref>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='no-mac-spoofing'>
      </filterref>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='clean-traffic'>
        <parameter name='IP' value='192.168.122.10'/>
      </filterref>
    </interface>
  </devices>
</domain>
```

## Good
```xml
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

## Fix safety
Choice: the filter works the same without the parameter, but then nothing shows what was meant. The fix for a name that
differs only in case from one that the filter uses is unsafe.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#usage-of-variables-in-filters
- libvirt src/nwfilter/nwfilter_gentech_driver.c, virNWFilterDetermineMissingVarsRec()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Edits,
    Filter,
    FilterParameter,
    FilterRef,
    Interface,
    Problem,
    Project,
    edit,
    fix,
    problem,
    rule,
)


@rule(
    "filter-parameter-unused",
    code="VN4111",
    on=(Interface, Filter),
    severity="info",
    when="never",
    since="0.1",
)
def check(user: Interface | Filter, project: Project) -> Iterator[Problem]:
    if isinstance(user, Filter):
        for each in user.references:
            yield from _unused(each, project)
    elif user.filterref is not None and not _missing(user.filterref, project) - {"IP"}:
        # If another variable is missing, the guest does not start: `filter-variable-missing` reports that.
        yield from _unused(user.filterref, project)


def _missing(reference: FilterRef, project: Project) -> set[str]:
    tree = project.filters.trees.of(reference)
    return set(tree.variables) - reference.given - {"MAC"} if tree else set()


def _unused(reference: FilterRef, project: Project) -> Iterator[Problem]:
    tree = project.filters.trees.of(reference)
    if tree is None or not reference.names_all:
        return
    named = [each for each in reference.parameters if each.name and each.name not in ("CTRL_IP_LEARNING", "DHCPSERVER")]
    for each in (each for each in named if each.name not in tree.uses):
        meant = [name for name in sorted(_missing(reference, project)) if name.lower() == (each.name or "").lower()]
        yield problem(
            each,
            f"the filter '{reference.filter}' has no variable '{each.name}'"
            + "".join(f"; did you mean '{name}'?" for name in meant),
            *(fix(f"Rename it to '{name}'", _rename(each, name), safety="unsafe") for name in meant),
            fix(f"Remove the parameter '{each.name}'", edit.remove(each.node), safety="choice"),
        )


def _rename(parameter: FilterParameter, name: str) -> Edits:
    return edit.set_attribute(parameter.node, "name", name)
