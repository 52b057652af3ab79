"""A guest takes over the NIC that the host itself uses.

In mode `passthrough` the NIC gets the guest's MAC address, and the host no longer receives anything on it. An
administrator who is connected through that NIC is cut off.

## Bad
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth0' mode='passthrough'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}]}
```

## Report
```text
web.xml:5:15: error: the guest takes over eth0, which the host itself uses [passthrough-of-host-nic]
```

## Fixed
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

## Good
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth1' mode='passthrough'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "interfaces": [{"name": "eth0", "addresses": ["192.168.50.10/24"]}, {"name": "eth1"}]}
```

## Fix safety
Choice: in mode `bridge` the guest shares the NIC, and neither has it to itself.

## Libvirt
Never: the guest starts and works, and the host was seen to lose its connections.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
- libvirt src/util/virnetdevmacvlan.c, virNetDevMacVLanCreateWithVPortProfile()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Interface, Network, Problem, Project, edit, fix, problem, rule


@rule(
    "passthrough-of-host-nic",
    code="VN3416",
    on=(Network, Interface),
    severity="error",
    when="never",
    since="0.1",
    covers=("C114",),
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    host = project.host
    places: tuple[Attribute, ...] = ()
    if isinstance(user, Interface):
        holder = user.source
        places = (user.device,) if user.direct_mode == "passthrough" and user.device else ()
    else:
        holder = user.forward.node if user.forward else None
        places = user.forward.devices if user.mode == "passthrough" and user.forward else ()
    for place in places:
        link = host.link(place.value) if host else None
        if host is None or holder is None or link is None:
            continue
        if link.addresses or place.value in (host.egress(4), host.egress(6)):
            yield problem(
                place,
                f"the guest takes over {place.value}, which the host itself uses",
                fix(
                    "Set the mode 'bridge', which shares it",
                    edit.set_attribute(holder, "mode", "bridge"),
                    safety="choice",
                ),
            )
