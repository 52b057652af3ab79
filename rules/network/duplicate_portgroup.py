"""Two port groups of a network have the same name, and libvirt refuses to define the network.

A guest's interface chooses its port group by name. Names that differ only in case are accepted.

## What to do
Rename one of the two, and change the guests that should use it. If both have the same settings, remove one.

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
lan.xml:10:14: error: duplicate <portgroup> 'slow' [duplicate-portgroup]
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
Safe where both groups have the same text: the later one is removed. Otherwise renaming or removing the later one is a
choice, because guests may be meant to use either.

## Libvirt
At define: `multiple <portgroup> elements with the same name (slow) in network 'lan'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#portgroups
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import count

from vnetlint.api import Network, PortGroup, Problem, edit, fix, heard, problem, related, repeats, rule


@rule("duplicate-portgroup", code="VN1222", on=Network, severity="error", when="define", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    taken = {group.name for group in network.portgroups}
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
    for group, first, name in repeats(() if network.is_template else network.portgroups, lambda each: each.name):
        free = next(each for each in (f"{name}-{number}" for number in numbers[name]) if each not in taken)
        taken.add(free)
        removed = edit.remove(group.node)
        renamed = edit.set_attribute(group.node, "name", free)
        alike = _text(group) == _text(first)
        yield problem(
            group.node.attributes["name"],
            f"duplicate <portgroup> '{name}'",
            fix("Remove this <portgroup>, which repeats the first", removed if alike else (), safety="safe"),
            fix(f"Rename this <portgroup> to '{free}'", renamed, safety="choice"),
            fix("Remove this <portgroup>", () if alike else removed, safety="choice"),
            related=(related(first, "the first <portgroup> with this name"),),
            libvirt_message=heard(TWICE, name, network.name),
        )


TWICE = "multiple <portgroup> elements with the same name ({}) in network '{}'"


def _text(group: PortGroup) -> str:
    return group.node.document.source.excerpt(group.node.span)
