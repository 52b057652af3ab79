"""Two port groups of a network have one name, and libvirt refuses to define the network.

A guest's interface chooses its port group by name. The names may differ in case alone.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <portgroup name='slow'>
    <bandwidth>
      <inbound average='1000'/>
    </bandwidth>
  </portgroup>
  <portgroup name='slow'>
    <bandwidth>
      <inbound average='5000'/>
    </bandwidth>
  </portgroup>
</network>
```

## Report
```text
lan.xml:10:14: error: another port group is named 'slow' already [duplicate-portgroup]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <portgroup name='slow'>
    <bandwidth>
      <inbound average='1000'/>
    </bandwidth>
  </portgroup>
  <portgroup name='slow-2'>
    <bandwidth>
      <inbound average='5000'/>
    </bandwidth>
  </portgroup>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
  <portgroup name='slow'/>
  <portgroup name='fast'/>
</network>
```

## Fix safety
Safe where both groups are written alike: one of them is removed. Else the later one is renamed, which is unsafe,
because no interface names it then.

## Libvirt
At define: `multiple <portgroup> elements with the same name (slow) in network 'lan'`

## References
- https://libvirt.org/formatnetwork.html#portgroups
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator
from itertools import count

from vnetlint.api import Network, PortGroup, Problem, edit, fix, problem, related, rule


@rule("duplicate-portgroup", code="VN1222", on=Network, severity="error", when="define", since="0.1", covers=("A063",))
def check(network: Network) -> Iterator[Problem]:
    first: dict[str, PortGroup] = {}
    taken = {group.name for group in network.portgroups}
    for group in () if network.node.document.source.is_template else network.portgroups:
        place, name = group.attribute("name"), group.name
        if place is None or name is None or first.setdefault(name, group) is group:
            continue
        free = next(each for each in (f"{name}-{number}" for number in count(2)) if each not in taken)
        taken.add(free)
        alike = _text(group) == _text(first[name])
        yield problem(
            place,
            f"another port group is named '{name}' already",
            fix("Remove the second, which says the same", edit.remove(group.node) if alike else (), safety="safe"),
            fix(f"Name this one {free}", edit.set_attribute(group.node, "name", free), safety="unsafe"),
            fix("Remove this one", edit.remove(group.node), safety="unsafe"),
            related=(related(first[name], "the first of that name"),),
            libvirt_message=f"multiple <portgroup> elements with the same name ({name}) in network '{network.name}'",
        )


def _text(group: PortGroup) -> str:
    return group.node.document.source.excerpt(group.node.span)
