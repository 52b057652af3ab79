"""An interface that needs a virtio card has another one, and libvirt refuses to define the guest.

Interfaces of type `vhostuser` and `vdpa` pass the guest's virtio queues to something else, and the guest's virtio
driver finds the persistent half of a teaming pair. `vhostuser` and teaming also support `virtio-transitional` and
`virtio-non-transitional`; `vdpa` supports only `virtio`.

Without `<model>` the card is virtio on `vdpa`, and elsewhere an rtl8139 on x86. From 11.3 on it is virtio on
`vhostuser` too, so a missing model is only a warning there if the version is unknown.

## What to do
Set `<model type='virtio'/>`. If the guest has no driver for virtio, change the type of the interface, or remove
`<teaming>`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <memoryBacking>
    <access mode='shared'/>
  </memoryBacking>
  <os>
    <type arch='x86_64'>hvm</type>
  </os>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost.sock' mode='client'/>
    </interface>
    <interface type='vdpa'>
      <source dev='/dev/vhost-vdpa-0'/>
      <model type='e1000'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='e1000'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:10:5: warning: missing <model type='virtio'/>: an interface of type 'vhostuser' needs a virtio card [model-not-virtio]
web.xml:15:7: error: invalid value 'e1000' for 'type': an interface of type 'vdpa' needs a virtio card [model-not-virtio]
web.xml:19:7: error: invalid value 'e1000' for 'type': the persistent NIC of a teaming pair needs a virtio card [model-not-virtio]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <memoryBacking>
    <access mode='shared'/>
  </memoryBacking>
  <os>
    <type arch='x86_64'>hvm</type>
  </os>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost.sock' mode='client'/>
      <model type='virtio'/>
    </interface>
    <interface type='vdpa'>
      <source dev='/dev/vhost-vdpa-0'/>
      <model type='virtio'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost.sock' mode='client'/>
      <model type='virtio'/>
    </interface>
    <interface type='vdpa'>
      <source dev='/dev/vhost-vdpa-0'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Safe: libvirt refuses the guest as it is and supports no other card there.

## Libvirt
At define:
`Wrong or no <model> 'type' attribute specified with <interface type='vhostuser'/>. vhostuser requires the virtio-net* frontend`,
in 11.3 `invalid model for interface of type 'vhostuser': 'rtl8139' - must be 'virtio'`, and nothing where the model is
missing; `invalid model for interface of type 'vdpa': 'e1000'`,
`virtio-net teaming persistent interface must be <model type='virtio'/>, not 'e1000'`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#vhost-user-interface
- https://libvirt.org/formatdomain.html#teaming-a-virtio-hostdev-nic-pair
- libvirt src/conf/domain_validate.c, virDomainNetDefValidate()
- libvirt src/qemu/qemu_validate.c, qemuValidateDomainDeviceDefNetwork()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, fix, problem, rule, set_child


@rule(
    "model-not-virtio",
    code="VN2105",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    found = _needed_by(interface)
    model = interface.node.child("model")
    written = model.get("type") if model else None
    # On vhostuser a newer libvirt uses virtio by default.
    newer = project.has_libvirt("11.3.0") if interface.type == "vhostuser" and not written else False
    if found is None or newer or (written and interface.model is None):
        return
    user, message = found
    wrong = f"invalid value '{written}' for 'type'" if written else "missing <model type='virtio'/>"
    yield problem(
        model or interface,
        f"{wrong}: {user} needs a virtio card",
        fix("Set <model type='virtio'/>", set_child(interface.node, "model", "type", "virtio"), safety="safe"),
        severity="warning" if newer is None else None,
        libvirt_message=message.format(interface.model),
    )


VHOSTUSER = (
    "Wrong or no <model> 'type' attribute specified with <interface type='vhostuser'/>. "
    "vhostuser requires the virtio-net* frontend"
)
VDPA = "invalid model for interface of type 'vdpa': '{}'"
TEAMING = "virtio-net teaming persistent interface must be <model type='virtio'/>, not '{}'"


def _needed_by(interface: Interface) -> tuple[str, str] | None:
    """What needs another card than the interface has, and libvirt's message."""
    teaming, qemu = interface.node.child("teaming"), interface.domain.is_qemu
    if interface.type == "vhostuser" and not interface.is_virtio:
        return "an interface of type 'vhostuser'", VHOSTUSER
    if interface.type == "vdpa" and interface.model != "virtio" and qemu:
        return "an interface of type 'vdpa'", VDPA
    if teaming is not None and teaming.get("type") == "persistent" and interface.is_virtio is False and qemu:
        return "the persistent NIC of a teaming pair", TEAMING
    return None
