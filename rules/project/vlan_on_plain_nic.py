"""A VLAN is set on a NIC that is not an SR-IOV function, so no guest starts on it.

In mode `passthrough` libvirt does not tag frames. The card tags them, with a VLAN for each of its virtual functions. A
plain NIC cannot do that. The rule needs an inventory of the host.

## What to do
Create a VLAN device on the NIC and use it instead of the NIC: then the kernel tags the frames. Remove `<vlan>`. If the
guest needs no VLAN, removing `<vlan>` is enough.

## Bad
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
  </forward>
  <vlan>
    <tag id='42'/>
  </vlan>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth2' mode='passthrough'/>
      <vlan>
        <tag id='43'/>
      </vlan>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1,
 "interfaces": [{"name": "eth1", "is_vf": false},
                {"name": "eth2", "is_vf": false},
                {"name": "eth2.43", "kind": "vlan"}]}
```

## Report
```text
cards.xml:6:3: error: cannot set a VLAN on 'eth1', which is not an SR-IOV function [vlan-on-plain-nic]
web.xml:6:7: error: cannot set a VLAN on 'eth2', which is not an SR-IOV function [vlan-on-plain-nic]
```

## Fixed
```xml cards.xml
<network>
  <name>cards</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
  </forward>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='direct'>
      <source dev='eth2.43' mode='passthrough'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<network>
  <name>cards</name>
  <forward mode='passthrough'>
    <interface dev='enp4s16'/>
  </forward>
  <vlan>
    <tag id='42'/>
  </vlan>
</network>
```
```json host.json
{"version": 1, "interfaces": [{"name": "enp4s16", "is_vf": true}]}
```

## Fix safety
Choice: where the host has a VLAN device of that number, the guest is put on it. Otherwise the guest is in no VLAN, and
the command that creates such a device is shown.

## Libvirt
When a guest starts: `vlan can only be set for SR-IOV VFs, but eth1 is not a VF`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#setting-vlan-tag-on-supported-network-types-only
- libvirt src/util/virnetdev.c, virNetDevSetNetConfig()
"""

from collections.abc import Iterator

from vnetlint.api import (
    Attribute,
    Fix,
    Interface,
    Network,
    Node,
    Problem,
    Project,
    advise,
    edit,
    fix,
    known,
    problem,
    related,
    rule,
)


@rule(
    "vlan-on-plain-nic",
    code="VN3262",
    on=(Network, Interface),
    severity="error",
    when="plug",
    since="0.1",
)
def check(user: Network | Interface, project: Project) -> Iterator[Problem]:
    source = project.networks.of(user) or user
    plain = next((place for place in source.lower_devices if project.devices.is_plain_nic(place.value)), None)
    if plain is None or not project.devices.by_function(user):
        return
    for vlan in (plug.vlan for plug in user.plugs if plug.vlan):
        yield problem(
            vlan,
            f"cannot set a VLAN on '{plain.value}', which is not an SR-IOV function",
            _use_device(plain, vlan, project) if source is user and len(source.lower_devices) == 1 else (),
            fix("Remove <vlan>", edit.remove(vlan), safety="choice"),
            _create(plain.value, _number(vlan) or "N"),
            related=(related(plain, "the NIC is named here"),),
            libvirt_message=f"vlan can only be set for SR-IOV VFs, but {plain.value} is not a VF",
        )


def _number(vlan: Node) -> str | None:
    tags = vlan.all("tag")
    return known(tags[0].get("id")) if len(tags) == 1 else None


def _use_device(nic: Attribute, vlan: Node, project: Project) -> tuple[Fix, ...]:
    """Put the guest on the VLAN device, if the host already has it."""
    link = project.host.link(f"{nic.value}.{_number(vlan)}") if project.host else None
    if link is None:
        return ()
    named = edit.set_attribute(nic.node, "dev", link.name)
    return fix(f"Use {link.name} and remove <vlan>", named, edit.remove(vlan), safety="choice")


def _create(nic: str, number: str) -> tuple[Fix, ...]:
    command = f"ip link add link {nic} name {nic}.{number} type vlan id {number}"
    return advise(f"Create a VLAN device on {nic}, and use it instead of {nic}", command)
