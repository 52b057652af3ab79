"""An interface has options of virtio's driver and another card, so they are dropped or refused.

`<driver>` and the `vhost` device of `<backend>` tune virtio. With another model libvirt reads over them, the guest starts
without vhost and with one queue, and the saved definition has lost them; `iommu`, `ats`, `packed` and
`page_per_vq` it refuses. Without `<model>` the card of an x86 guest is an rtl8139.

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
      <driver name='vhost' queues='4'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='e1000'/>
      <driver iommu='on'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='e1000'/>
      <backend vhost='/dev/vhost-net'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:9:7: warning: the driver is for virtio, and this card is 'rtl8139' [virtio-options-without-virtio]
web.xml:14:7: error: iommu is for virtio, and this card is 'e1000' [virtio-options-without-virtio]
web.xml:19:16: warning: vhost is for virtio, and this card is 'e1000' [virtio-options-without-virtio]
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
      <driver name='vhost' queues='4'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <driver iommu='on'/>
    </interface>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <backend vhost='/dev/vhost-net'/>
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
      <driver name='vhost' queues='4' iommu='on'/>
      <backend vhost='/dev/vhost-net'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest sees another card, for which it needs the driver, and may name its interface anew. To remove the
options is offered too.

## Libvirt
Never, but for the four that it refuses at define: `iommu driver option is only supported for virtio devices` and, of the
last, `page_per_vq option is only supported for virtio devices`

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
- libvirt src/conf/domain_conf.c, virDomainNetDefParseXMLDriver()
- libvirt src/conf/domain_validate.c, virDomainNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule, set_child


@rule(
    "virtio-options-without-virtio",
    code="VN2106",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
    covers=("A087", "C117", "C118"),
)
def check(interface: Interface) -> Iterator[Problem]:
    # Refused by `model-not-virtio`, and a host device brings its own card and driver.
    if interface.is_virtio is not False or interface.type in ("vhostuser", "vdpa", "hostdev"):
        return
    driver, backend = interface.node.child("driver"), interface.node.child("backend")
    virtio = fix("Make it virtio", set_child(interface.node, "model", "type", "virtio"), safety="unsafe")
    refused = next((name for name in REFUSED if driver and name in driver.attributes), None)
    if driver is not None and (driver.attributes or driver.children):
        removed = fix("Remove <driver>", edit.remove(driver), safety="unsafe")
        message = f"{refused or 'the driver'} is for virtio, and this card is '{interface.model}'"
        if refused:
            yield problem(
                driver, message, virtio, removed, severity="error", when="define", libvirt_message=REFUSED[refused]
            )
        else:
            yield problem(driver, message, virtio, removed)
    if backend is not None and "vhost" in backend.attributes:
        vhost = backend.attributes["vhost"]
        removed = fix("Remove vhost", edit.remove_attribute(vhost), safety="unsafe")
        yield problem(vhost, f"vhost is for virtio, and this card is '{interface.model}'", virtio, removed)


REFUSED = {
    "iommu": "iommu driver option is only supported for virtio devices",
    "ats": "ats driver option is only supported for virtio devices",
    "packed": "packed driver option is only supported for virtio devices",
    "page_per_vq": "page_per_vq option is only supported for virtio devices",
}
