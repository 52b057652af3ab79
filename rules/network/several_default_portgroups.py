"""A network has more than one default port group, and libvirt refuses to define it.

Interfaces that choose no port group get the default one, so there can be only one.

## What to do
Keep `default='yes'` on the `<portgroup>` for interfaces that choose none, and remove `default` from the others.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <portgroup name='slow' default='yes'/>
  <portgroup name='fast' default='yes'/>
</network>
```

## Report
```text
lan.xml:6:26: error: duplicate default <portgroup>: 'slow' is the default already [several-default-portgroups]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <portgroup name='slow' default='yes'/>
  <portgroup name='fast'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <portgroup name='slow' default='yes'/>
  <portgroup name='fast'/>
</network>
```

## Fix safety
A choice: which group should be the default is a guess. The first fix keeps the first one.

## Libvirt
At define: `network 'lan' has multiple default <portgroup> elements (slow and fast), but only one default is allowed`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#portgroups
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, PortGroup, Problem, edit, fix, heard, problem, related, rule


@rule(
    "several-default-portgroups",
    code="VN1223",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    defaults = [group for group in network.portgroups if group.is_default]
    for group in () if network.is_template else defaults[1:]:
        place, first = group.attribute("default"), defaults[0]
        if place is None:
            continue
        # Each of many would change all others.
        rest = [each.attribute("default") for each in defaults if each is not group] if len(defaults) <= FEW else []
        only_this = [edit.remove_attribute(each) for each in rest if each]
        yield problem(
            place,
            f"duplicate default <portgroup>: {_named(first)} is the default already",
            fix(f"Keep {_named(first)} as the default", edit.remove_attribute(place), safety="choice"),
            fix(f"Make {_named(group, 'this one')} the default", *only_this, safety="choice"),
            related=(related(first, "the first default"),),
            libvirt_message=heard(REFUSED, network.name, first.name, group.name),
        )


FEW = 10
"""How many defaults there may be for a fix that changes all but one."""

REFUSED = "network '{}' has multiple default <portgroup> elements ({} and {}), but only one default is allowed"


def _named(group: PortGroup, otherwise: str = "the first one") -> str:
    return f"'{group.name}'" if group.name else otherwise
