"""A bridged network has settings for dnsmasq, which libvirt does not start there.

With the modes `bridge`, `private`, `vepa`, `passthrough` and `hostdev`, guests ask the LAN for addresses and names.
libvirt accepts settings of DNS and of dnsmasq there, but nothing reads them.

## What to do
Remove `<dns>` and `<dnsmasq:options>`, and set up DNS on the LAN. If another mode is planned that starts dnsmasq, such
as `nat`, keep them for it.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <dns forwardPlainNames='no'>
    <forwarder addr='192.168.50.53'/>
  </dns>
</network>
```

## Report
```text
lan.xml:5:3: info: <dns> has no effect: libvirt runs no dnsmasq with forward mode 'bridge' [dns-settings-unused]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <dns forwardPlainNames='no'>
    <forwarder addr='192.168.50.53'/>
  </dns>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Unsafe: the settings have no effect with this mode, but another mode may be planned.

## Libvirt
Never. Records (`<host>`, `<srv>`, `<txt>`) are refused there, which another rule reports.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, related, rule


@rule("dns-settings-unused", code="VN1511", on=Network, severity="info", when="never", since="0.1")
def check(network: Network) -> Iterator[Problem]:
    if network.mode is None or network.owns_bridge:
        return
    for name in ("dns", "dnsmasq:options"):
        node = network.node.child(name)
        refused = node is not None and any(child.name in ("host", "srv", "txt") for child in node.children)
        if node is not None and not refused and (node.attributes or node.children):
            yield problem(
                node,
                f"<{name}> has no effect: libvirt runs no dnsmasq with forward mode '{network.mode}'",
                fix(f"Remove <{name}>", edit.remove(node), safety="unsafe"),
                related=(related(network.mode_place, "the mode is set here"),),
            )
