"""An interface gives its device on the host a name that is already in use, so the guest does not start.

A host has only one network device of each name. Where two guests want the same name, the second does not start while
the first runs. Two interfaces of one guest with the same name never work. A tap device that another program made
(`managed='no'`) also serves only one guest at a time. The name of a NIC or a bridge is never free.

## What to do
Remove `dev` from `<target>`: libvirt then chooses a free name, such as `vnet0`. If a firewall needs a fixed name,
choose one that nothing else uses. If the two guests never run at the same time, leave them as they are.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <target dev='eth1'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <target dev='tap-web'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
      <target dev='tap-web'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth0", "master": "br0"}, {"name": "br0", "kind": "bridge"}, {"name": "eth1"}]}
```

## Report
```text
web.xml:6:15: error: device name 'eth1' is already used by the host [target-name-in-use]
web.xml:14:15: error: device name 'tap-web' is already used by another interface of this guest [target-name-in-use]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <target dev='tap-web'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <target dev='tap-web'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth1"}, {"name": "tap-web", "kind": "tap"}]}
```

## Fix safety
Safe where one guest uses the name twice: it has never run that way. Choice where the host or another guest has it: the
guests may run in turn, and a firewall may know the name. A tap device of that name in the inventory is taken for the
guest's own.

## Libvirt
When the guest starts: `The eth1 interface already exists`; of an interface of type `direct`:
`error creating macvtap interface tap-web@eth0 (52:54:00:0a:0b:0c): File exists`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#overriding-the-target-element
- libvirt src/util/virnetdevtap.c, virNetDevTapCreate()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Fix, Interface, Problem, Project, fix, problem, related, remove_setting, rule


@rule(
    "target-name-in-use",
    code="VN3480",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    place, other, made = interface.own_device, project.devices.name_rivals.get(interface), interface.made_device
    on_host = _is_on_host(interface, project)
    if place is None or not (other or on_host):
        return
    own = on_host or other is None or other.domain is interface.domain
    kept = other.own_device if other and not on_host else None
    yield problem(
        place,
        f"device name '{place.value}' is already used by {_user(interface, other) if kept and other else 'the host'}",
        _remove(place, own and not on_host),
        related=(related(kept, "it is used here"),) if kept else (),
        severity=None if own else "warning",
        libvirt_message=(EXISTS if made else BUSY).format(place.value),
    )


EXISTS = "The {} interface already exists"
BUSY = "Unable to create tap device {}: Device or resource busy"


def _is_on_host(interface: Interface, project: Project) -> bool:
    """Whether the host has a NIC or bridge of that name; a tap device of that name may be the guest's own."""
    place = interface.own_device if interface.made_device else None
    link = project.host.link(place.value) if project.host and place else None
    return link is not None and link.kind not in ("tap", "other")


def _user(interface: Interface, other: Interface) -> str:
    return "another interface of this guest" if other.domain is interface.domain else other.label


def _remove(place: Attribute, twice: bool) -> tuple[Fix, ...]:
    """Safe if a guest uses one name twice: it has never run. Otherwise a firewall may know the name."""
    title = "Remove 'dev', so that libvirt names the device"
    return fix(title, remove_setting(place), safety="safe" if twice else "choice")
