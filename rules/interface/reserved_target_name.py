"""An interface's device on the host has a name that libvirt keeps for its own devices, so libvirt drops the name.

libvirt itself picks names that begin with `vnet`, `macvtap` or `macvlan`. It treats such a name in a definition as left
over from a running guest, and gives the device another number. A firewall rule or a script for that name then applies
to another guest. The output of `virsh dumpxml` for a running guest is not reported.

## What to do
Remove `<target>`, and libvirt picks a name. If a script or a firewall rule needs a fixed name, choose one that begins
differently, such as `tap-web`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <target dev='vnet7'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:15: info: libvirt drops the device name 'vnet7' and picks one itself [reserved-target-name]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
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
      <target dev='web-lan'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt removes the name itself, but a script or a firewall rule that uses the name needs another one.

## Libvirt
Never: the saved definition has no `<target>`.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#overriding-the-target-element
- libvirt src/conf/domain_conf.c, virDomainNetDefParseXML()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, drop, known, problem, rule


@rule(
    "reserved-target-name",
    code="VN2301",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    place, domain = interface.target, interface.domain
    name = known(place.value) if place else None
    prefixes = ("vif",) if domain.node.get("type") == "xen" else PREFIXES
    if place is None or name is None or not name.startswith(prefixes) or _is_copied(interface):
        return
    if (domain.is_qemu or domain.node.get("type") == "xen") and place.node.get("managed") != "no":
        yield problem(
            place,
            f"libvirt drops the device name '{name}' and picks one itself",
            drop(place, "unsafe"),
        )


PREFIXES = ("vnet", "macvtap", "macvlan")


def _is_copied(interface: Interface) -> bool:
    """Whether it is the output of `virsh dumpxml` for a running guest, which shows the name that the device has."""
    return interface.domain.node.get("id") is not None or interface.alias is not None
