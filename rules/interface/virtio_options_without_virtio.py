"""An interface has options for virtio but uses another card, so libvirt drops or refuses them.

`<driver>` and the `vhost` device of `<backend>` tune virtio. With another model libvirt ignores them: the guest starts
without vhost and with one queue, and the saved definition no longer has them. libvirt refuses `iommu`, `ats`, `packed`
and `page_per_vq`. Without `<model>` the card of an x86 guest is an rtl8139. The finding is an info if the file does not
name the architecture.

## What to do
Set `<model type='virtio'/>`. If the guest has no driver for virtio, remove the options.

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
web.xml:9:7: warning: <driver> has no effect on the card 'rtl8139': it is for the model 'virtio' [virtio-options-without-virtio]
web.xml:14:7: error: 'iommu' is not supported on the card 'e1000': it is for the model 'virtio' [virtio-options-without-virtio]
web.xml:19:16: warning: 'vhost' has no effect on the card 'e1000': it is for the model 'virtio' [virtio-options-without-virtio]
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
Choice: with virtio the guest sees another card, needs a driver for it, and may give the interface another name.
Removing the options is offered too.

## Libvirt
Never, except for the four that it refuses at define: `iommu driver option is only supported for virtio devices` and,
for the last, `page_per_vq option is only supported for virtio devices`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#setting-nic-driver-specific-options
- libvirt src/conf/domain_conf.c, virDomainNetDefParseXMLDriver()
- libvirt src/conf/domain_validate.c, virDomainNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Node, Problem, Project, edit, fix, problem, rule, set_child


@rule(
    "virtio-options-without-virtio",
    code="VN2106",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    # `model-not-virtio` reports these types, and a host device brings its own card and driver.
    implied = interface.model_of_pc
    own = interface.type in ("vhostuser", "vdpa") or project.guests.attachment_of(interface) == "hostdev"
    if (interface.is_virtio is not False and not implied) or own:
        return
    driver, backend = interface.node.child("driver"), interface.node.child("backend")
    virtio = fix("Set <model type='virtio'/>", set_child(interface.node, "model", "type", "virtio"), safety="choice")
    card = f"'{interface.model}'" if interface.model else f"'{implied}', which an x86 guest has without <model>"
    why = f"the card {card}: it is for the model 'virtio'"
    if driver is not None and (driver.attributes or driver.children):
        yield _driver_problem(driver, why, virtio, is_certain=bool(interface.model))
    if backend is not None and "vhost" in backend.attributes:
        yield _backend_problem(backend, why, virtio, is_certain=bool(interface.model))


def _backend_problem(backend: Node, why: str, virtio: tuple[Fix, ...], *, is_certain: bool) -> Problem:
    vhost = backend.attributes["vhost"]
    removed = fix("Remove 'vhost'", edit.remove_attribute(vhost), safety="choice")
    message = f"'vhost' has no effect on {why}"
    return problem(vhost, message, virtio, removed, severity=None if is_certain else "info")


def _driver_problem(driver: Node, why: str, virtio: tuple[Fix, ...], *, is_certain: bool) -> Problem:
    refused = next((name for name in REFUSED if name in driver.attributes), None)
    if refused is None:
        removed = fix("Remove <driver>", edit.remove(driver), safety="choice")
        message = f"<driver> has no effect on {why}"
        return problem(driver, message, virtio, removed, severity=None if is_certain else "info")
    removed = fix(f"Remove '{refused}'", edit.remove_attribute(driver.attributes[refused]), safety="choice")
    return problem(
        driver,
        f"'{refused}' is not supported on {why}",
        virtio,
        removed,
        severity="error" if is_certain else "info",
        when="define",
        libvirt_message=REFUSED[refused],
    )


REFUSED = {
    "iommu": "iommu driver option is only supported for virtio devices",
    "ats": "ats driver option is only supported for virtio devices",
    "packed": "packed driver option is only supported for virtio devices",
    "page_per_vq": "page_per_vq option is only supported for virtio devices",
}
