"""A setting for PCI passthrough has no effect in a network that passes no devices through.

`managed` says whether libvirt takes a device from the host's driver before a guest gets it, and `<driver>` says which
driver takes over. Both apply only to the mode `hostdev`. With every other mode libvirt ignores them.

## What to do
Remove `managed` or `<driver>`. If guests should get PCI devices, use the mode `hostdev`, and list the devices in `<pf>`
or `<address>`.

## Bad
```xml managed.xml
<network>
  <name>lan</name>
  <forward mode='nat' managed='yes'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml driver.xml
<network>
  <name>wire</name>
  <forward mode='passthrough'>
    <driver name='vfio'/>
    <interface dev='eth1'/>
  </forward>
</network>
```

## Report
```text
driver.xml:4:5: info: <driver> has no effect with forward mode 'passthrough' [forward-hostdev-setting-ignored]
managed.xml:3:23: info: 'managed' has no effect with forward mode 'nat' [forward-hostdev-setting-ignored]
```

## Fixed
```xml managed.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml driver.xml
<network>
  <name>wire</name>
  <forward mode='passthrough'>
    <interface dev='eth1'/>
  </forward>
</network>
```

## Good
```xml
<network>
  <name>wire</name>
  <forward mode='hostdev' managed='yes'>
    <driver name='vfio'/>
    <pf dev='eth1'/>
  </forward>
</network>
```

## Fix safety
Unsafe: the setting has no effect with this mode, but the mode `hostdev` may have been meant.

## Libvirt
Never: it defines and starts the network.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkAllocatePort()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, related, rule


@rule(
    "forward-hostdev-setting-ignored",
    code="VN1402",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    forward = network.forward
    if forward is None or network.mode is None or network.mode == "hostdev":
        return
    where = (related(network.mode_place, "the mode is set here"),) if "mode" in forward.node.attributes else ()
    if managed := forward.attribute("managed"):
        remedy = fix("Remove managed", edit.remove_attribute(managed), safety="unsafe")
        yield problem(managed, f"'managed' has no effect with forward mode '{network.mode}'", remedy, related=where)
    for driver in forward.node.all("driver"):
        remedy = fix("Remove <driver>", edit.remove(driver), safety="unsafe")
        yield problem(driver, f"<driver> has no effect with forward mode '{network.mode}'", remedy, related=where)
