"""A guest takes over the NIC that the host itself uses.

In mode `passthrough` the NIC gets the guest's MAC address, and the host no longer receives anything on it. An
administrator who is connected through that NIC is cut off.

## What to do
Give the guest a NIC that the host does not use. To share this NIC with the host, set the mode to `bridge`.

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
Choice: in mode `bridge` the guest shares the NIC, so neither has it alone.

## Libvirt
Never: the guest starts and works, and the host was seen to lose its connections.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#direct-attachment-to-physical-interface
- libvirt src/util/virnetdevmacvlan.c, virNetDevMacVLanCreateWithVPortProfile()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Interface, Network, Problem, Project, fix, problem, rule, share_nic


@rule(
    "passthrough-of-host-nic",
    code="VN3416",
    on=(Network, Interface),
    severity="error",
    when="never",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    host = project.host
    for place in _taken_whole(user) if host else ():
        if host is None:
            continue
        upper = host.upper(place.value)
        if host.leads_elsewhere(place.value) or (upper and host.leads_elsewhere(upper.name)):
            message = f"the guest takes over {place.value}, which the host itself uses"
            yield problem(
                place, message, fix("Set mode to 'bridge', which shares the NIC", *share_nic(user), safety="choice")
            )


def _taken_whole(user: Network | Interface) -> tuple[Attribute, ...]:
    """The attributes that name the NICs of mode 'passthrough'."""
    if isinstance(user, Interface):
        return (user.device,) if user.direct_mode == "passthrough" and user.device else ()
    return user.forward.devices if user.forward and user.mode == "passthrough" else ()
