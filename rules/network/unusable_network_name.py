"""A network's name is empty or blank, or contains a slash or a line end, and libvirt refuses to define it.

libvirt keeps each network in a file that is named after it. A line end usually comes from a formatter that put the name
on a line of its own: to libvirt the white space is part of the name. (The example writes it as `&#10;`.) A name that
consists of spaces is accepted, so it is only a warning: the network is then called `'  '`.

## What to do
Write `<name>` on one line, without white space around the name. Replace each slash, by a hyphen for example, also in
the guests that use the network. If the name is missing, choose one.

## Bad
```xml lab.xml
<network>
  <name>east/lab</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test&#10;</name>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```xml edge.xml
<network>
  <name></name>
  <ip address='192.168.22.1' prefix='24'/>
</network>
```
```xml dmz.xml
<network>
  <name>  </name>
  <ip address='192.168.23.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='east/lab'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
dmz.xml:2:3: warning: the <name> of the network is blank [unusable-network-name]
edge.xml:2:3: error: the <name> of the network is empty [unusable-network-name]
lab.xml:2:3: error: invalid network name 'east/lab': it contains '/' [unusable-network-name]
test.xml:2:3: error: invalid network name: it contains a line end [unusable-network-name]
```

## Fixed
```xml dmz.xml
<network>
  <name>dmz</name>
  <ip address='192.168.23.1' prefix='24'/>
</network>
```
```xml edge.xml
<network>
  <name>edge</name>
  <ip address='192.168.22.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>east-lab</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml test.xml
<network>
  <name>test</name>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='east-lab'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<network>
  <name>east-lab</name>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe where only the white space around the name is removed. Unsafe where each slash becomes a hyphen, also in the guests
that use the network. A choice where a network without a name gets that of its file, or where another network has the
new name.

## Libvirt
At define: `missing name information`, `invalid char in name: /`, or `invalid char in name: ` followed by a line end

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#general-metadata
- libvirt src/conf/network_conf.c, virNetworkDefParseXML()
- libvirt src/network/bridge_driver.c, networkValidate()
"""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from vnetlint.api import Fix, Network, Node, Problem, Project, Safety, edit, el, fix, known, problem, rule


@rule(
    "unusable-network-name",
    code="VN1100",
    on=Network,
    severity="error",
    when="define",
    since="0.1",
)
def check(network: Network, project: Project) -> Iterator[Problem]:
    node = network.node.child("name")
    name = node.text if node else ""
    # In a template, a statement that prints the name reads as blanks.
    is_blank = bool(name) and not name.strip(" \t") and not network.is_template
    if node is None or node.children or (name and not is_blank and not (known(name) and re.search("[/\n]", name))):
        return
    better = re.sub(r"\s*\n\s*|/", "-", name.strip()) or PurePosixPath(network.path).stem
    fixes = _renamed(network, node, better, project)
    if is_blank:
        yield problem(node, "the <name> of the network is blank", fixes, severity="warning", when="never")
    elif not name:
        yield problem(node, "the <name> of the network is empty", fixes, libvirt_message="missing name information")
    else:
        refused = f"invalid char in name: {'/' if '/' in name else ''}"
        yield problem(node, _message(name), fixes, libvirt_message=refused)


def _renamed(network: Network, node: Node, name: str, project: Project) -> tuple[Fix, ...]:
    """A fix that renames the network, also where guests name it."""
    guests = project.guests.interfaces_on(network) if "/" in node.text else ()
    places = [edit.set_attribute(place.node, place.name, name) for each in guests if (place := each.network)]
    title = f"Rename it to '{name}'{' everywhere' if places else ''}"
    safety = _safety(network, node.text.strip(), name, project)
    return fix(title, edit.replace(node, el("name", text=name)), *places, safety=safety)


def _safety(network: Network, name: str, better: str, project: Project) -> Safety:
    if not name or any(each is not network for each in project.networks.by_name.get(better, ())):
        return "choice"
    return "safe" if better == name else "unsafe"


def _message(name: str) -> str:
    if "/" in name:
        return f"invalid network name '{name.strip()}': it contains '/'"
    return "invalid network name: it contains a line end"
