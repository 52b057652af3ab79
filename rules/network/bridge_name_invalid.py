"""A bridge has a name that the kernel does not accept, so the network does not start.

An interface name contains no white space, no `/` and no `:`, and is not `.` or `..`. libvirt accepts any name in the
definition and fails when it creates the bridge. A line break or a space after the name is enough.

## What to do
Rename the bridge, and use the new name wherever the old one is used, such as in guests. If nothing needs the name,
remove it, and libvirt chooses one.

## Bad
```xml
<network>
  <name>lab</name>
  <bridge name='lab/east 1'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:3:11: error: invalid bridge name 'lab/east 1': expected a name without white space, '/' or ':' [bridge-name-invalid]
```

## Fixed
```xml
<network>
  <name>lab</name>
  <bridge name='lab-east-1'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lab</name>
  <bridge name='lab-east.1'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe: nothing works under this name. Each run of characters that are not allowed becomes a hyphen, wherever the project
uses the name. Unsafe where the name has other signs than letters, digits, `.`, `-` and `_`, because a program may put
another name there. A choice where another bridge of the project has the new name.

## Libvirt
At start: `error creating bridge interface lab/east 1: Invalid argument`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- linux net/core/dev.c, dev_valid_name()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Network, Problem, Project, Safety, edit, fix, is_too_long, known, problem, rule


@rule("bridge-name-invalid", code="VN1304", on=Network, severity="error", when="start", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    place = network.bridge.attribute("name") if network.bridge and network.owns_bridge else None
    name = known(place.value) if place else None
    if place is None or name is None or is_too_long(name) or not (re.search(BAD, name) or name in (".", "..")):
        return
    plain = re.sub(BAD, "-", name.strip()).strip("-.")
    usual: Safety = "safe" if re.fullmatch(USUAL, plain) else "unsafe"
    safety = "choice" if plain in project.bridges.places else usual
    renamed = [edit.set_attribute(each.node, each.name, plain) for each in project.bridges.places.get(name, (place,))]
    yield problem(
        place,
        f"invalid bridge name '{name}': expected a name {CHARACTERS if re.search(BAD, name) else WORDS}",
        fix(f"Rename it to '{plain}' everywhere", *renamed, safety=safety) if plain else (),
        fix("Remove the name, so that libvirt chooses one", edit.remove_attribute(place), safety="choice"),
        libvirt_message=f"error creating bridge interface {name}: Invalid argument",
    )


BAD = r"[\s/:]+"
USUAL = r"[A-Za-z0-9_.-]+"
CHARACTERS, WORDS = "without white space, '/' or ':'", "other than '.' and '..'"
