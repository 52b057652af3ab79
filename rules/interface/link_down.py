"""The link of a guest's NIC is down, so the NIC sends and receives nothing.

`<link state='down'/>` keeps a guest off the network, and is easily left behind after a test. While it is there, nothing
else in the definition of this interface has an effect.

## What to do
Set `<link state='up'/>`, or remove `<link>`. If the guest should stay off the network, nothing has to change.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <link state='down'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:13: info: the link state is 'down', so nothing passes through this interface [link-down]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <source bridge='br0'/>
      <model type='virtio'/>
      <link state='up'/>
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
      <link state='up'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Choice: the guest may be meant to stay off the network.

## Libvirt
Never.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#modifying-virtual-link-state
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "link-down",
    code="VN2313",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    profile="strict",
)
def check(interface: Interface) -> Iterator[Problem]:
    link = interface.node.child("link")
    if link is None or link.get("state") != "down" or interface.type == "hostdev":
        return
    raised = fix("Set state='up'", edit.set_attribute(link, "state", "up"), safety="choice")
    yield problem(
        link.attributes["state"], "the link state is 'down', so nothing passes through this interface", raised
    )
