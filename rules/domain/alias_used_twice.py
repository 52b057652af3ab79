"""Two devices of a guest have the same alias, and libvirt refuses to define it.

An alias that begins with `ua-` is the administrator's own name for a device, by which `virsh` and a teaming pair find
it. libvirt ignores other names and generates them at every start.

## What to do
Rename one of the two aliases, also in the scripts and in the `<teaming persistent=…>` that use it. If nothing uses the
name, remove `<alias>`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <alias name='ua-lan'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
      <alias name='ua-lan'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:10:7: error: duplicate alias 'ua-lan' [alias-used-twice]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <alias name='ua-lan'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
      <alias name='ua-lan-2'/>
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
      <alias name='ua-lan'/>
    </interface>
    <interface type='network'>
      <source network='storage'/>
      <alias name='ua-storage'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt refuses the guest as it is, but scripts may use the name. Removing `<alias>` is a choice.

## Libvirt
At define: `non unique alias detected: ua-lan`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#devices
- libvirt src/conf/domain_validate.c, virDomainDefValidateAliases()
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import count

from vnetlint.api import Domain, Node, Problem, edit, fix, known, problem, related, rule


@rule(
    "alias-used-twice",
    code="VN2153",
    on=Domain,
    severity="error",
    when="define",
    since="0.1",
)
def check(domain: Domain) -> Iterator[Problem]:
    given = {_own_name(alias) for alias in domain.parts_of_devices("alias")}
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: count(2))
    for alias, first, name in domain.repeats("alias", _own_name):
        free = next(fresh for number in numbers[name] if (fresh := f"{name}-{number}") not in given)
        given.add(free)
        yield problem(
            alias,
            f"duplicate alias '{name}'",
            fix(f"Rename it to '{free}'", edit.set_attribute(alias, "name", free), safety="unsafe"),
            fix("Remove <alias>", edit.remove(alias), safety="choice"),
            related=(related(first, "the first device with this alias"),),
            libvirt_message=f"non unique alias detected: {name}",
        )


def _own_name(alias: Node) -> str | None:
    """The name that the administrator set; libvirt ignores others."""
    name = known(alias.get("name"))
    return name if name and name.startswith("ua-") else None
