"""The guest's network card emulates hardware, and is slower than virtio.

QEMU emulates an old chip for every packet, and such a card supports neither several queues nor vhost. Without `<model>`
an x86 guest has an rtl8139 with 100 Mbit/s. Linux and BSD include drivers for virtio; Windows gets them from a CD.

## What to do
Set `<model type='virtio'/>`; in a Windows guest, install the drivers first. If the guest has no driver for virtio, keep
the card: name it in `<model>`, and add it to the option `accepted`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <os>
    <type arch='x86_64'>hvm</type>
  </os>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='e1000'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:5: info: missing <model>: the emulated card 'rtl8139' is slower than virtio [emulated-card]
web.xml:12:14: info: the emulated card 'e1000' is slower than virtio [emulated-card]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <os>
    <type arch='x86_64'>hvm</type>
  </os>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Options
- `accepted`: cards that are intended where a file names them, such as for guests without a driver for virtio.
```toml
[options.emulated-card]
accepted = ["e1000"]
```
```text
web.xml:7:5: info: missing <model>: the emulated card 'rtl8139' is slower than virtio [emulated-card]
```

## Fix safety
Choice: the guest sees another card, needs a driver for it, and may rename the interface.

## Libvirt
Never: without `<model>` libvirt writes `rtl8139` into the definition.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#setting-the-nic-model
- libvirt src/qemu/qemu_domain.c, qemuDomainDefaultNetModel()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, fix, option, problem, rule, set_child
from vnetlint.dataclass import dataclass

SLOW = ("rtl8139", "e1000", "ne2k_pci", "pcnet")


@dataclass(frozen=True)
class Options:
    accepted: tuple[str, ...] = option((), pattern=f"^({'|'.join(SLOW)})$")


@rule(
    "emulated-card",
    code="VN2314",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    profile="strict",
    options=Options,
)
def check(interface: Interface, project: Project, options: Options) -> Iterator[Problem]:
    # `model-not-virtio` reports interfaces that need virtio, and a host device brings its own card.
    card = interface.model or interface.model_of_pc
    own = interface.type in ("vhostuser", "vdpa") or project.guests.attachment_of(interface) == "hostdev"
    model = interface.node.child("model")
    place = model.attributes.get("type") if model else None
    if not interface.domain.is_qemu or card not in SLOW or own or (place and card in options.accepted):
        return
    missing = "missing <model>: " if interface.model else "missing <model>: on x86 "
    yield problem(
        place or interface,
        f"{'' if place else missing}the emulated card '{card}' is slower than virtio",
        fix("Set <model type='virtio'/>", set_child(interface.node, "model", "type", "virtio"), safety="choice"),
        confidence="high" if interface.model else "medium",
    )
