"""Guests use macvtap on a NIC that the host does not have, so they do not start.

libvirt looks for the NIC when a guest starts. Often the name is from another host, or from the time before predictable
names such as `enp3s0`. The rule needs an inventory of the host.

## What to do
Set `dev` to a NIC that the host has; `ip -brief link` lists them. In mode `passthrough`, choose one that the host
itself does not use.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='eth0'/>
  </forward>
</network>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "enp1s0", "addresses": ["192.168.50.10/24"]}],
 "routes": [{"to": "default", "via": "192.168.50.1", "dev": "enp1s0"}]}
```

## Report
```text
lan.xml:4:16: error: the host has no NIC 'eth0' [direct-device-missing]
web.xml:5:15: error: the host has no NIC 'eth0' [direct-device-missing]
```

## Fixed
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='enp1s0' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='bridge'>
    <interface dev='enp1s0'/>
  </forward>
</network>
```

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='enp1s0' mode='bridge'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "enp1s0"}]}
```

## Fix safety
Choice: another NIC may be meant, or the device may be added later. The NIC of the default route is proposed, otherwise
a free one. Mode `passthrough` takes the whole NIC from the host, so only one that the host does not use is proposed.

## Libvirt
When the guest starts: `Unable to get index for interface eth0: No such device`; in mode `passthrough`
`Cannot get interface MAC on 'eth0': No such device`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
- libvirt src/util/virnetdevmacvlan.c, virNetDevMacVLanCreateWithVPortProfile()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Host, Interface, Network, Problem, Project, advise, edit, fix, problem, rule


@rule(
    "direct-device-missing",
    code="VN3484",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    mode = user.direct_mode if isinstance(user, Interface) else user.mode
    for place in user.lower_devices:
        if project.host is None or not project.host.lacks(place.value):
            continue
        nic = _proposed(project.host, {each.value for each in user.lower_devices}, mode == "passthrough")
        edits = [edit.set_attribute(each.node, "dev", nic) for each in _same(user, place.value)] if nic else [()]
        yield problem(
            place,
            f"the host has no NIC '{place.value}'",
            fix(f"Use {nic} instead of {place.value}", *edits, safety="choice"),
            advise("List the NICs of the host", "ip -brief link"),
            libvirt_message=(NO_MAC if mode == "passthrough" else NO_INDEX).format(place.value),
        )


NO_INDEX = "Unable to get index for interface {}: No such device"
NO_MAC = "Cannot get interface MAC on '{}': No such device"


def _same(user: Network | Interface, name: str) -> list[Attribute]:
    """Every attribute that names the device: a network may name it twice."""
    places = user.lower_devices if isinstance(user, Interface) else user.forward.egress_places if user.forward else ()
    return [each for each in places if each.value == name]


def _proposed(host: Host, used: set[str], whole: bool) -> str | None:
    """The NIC of the default route, otherwise a free one; if guests use it exclusively, one that the host does not."""
    free = [link for link in host.free_nics if link.name not in used and not (whole and host.carries(link.name))]
    return next((link.name for link in free if link.name == host.egress(4)), free[0].name if free else None)
