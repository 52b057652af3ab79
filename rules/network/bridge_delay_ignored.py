"""A bridge has a delay that the kernel does not use.

The delay is how long the spanning tree protocol holds a port back in each of two steps. The kernel uses 2 to 30
seconds. With `stp='off'` ports forward at once, and the delay has no effect. `delay='0'` is not reported, because
libvirt itself writes it.

## What to do
With `stp='on'`, which is the default, set `delay` to a value from 2 to 30. With `stp='off'`, remove `delay`; if the
spanning tree protocol is wanted, set `stp` to `on` instead.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='on' delay='100'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr6' stp='off' delay='5'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Report
```text
lab.xml:4:35: info: the delay has no effect: the spanning tree protocol is off [bridge-delay-ignored]
lan.xml:4:34: info: invalid delay of 100 seconds: the kernel uses 30 [bridge-delay-ignored]
```

## Fixed
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='on' delay='30'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml lab.xml
<network>
  <name>lab</name>
  <forward mode='nat'/>
  <bridge name='virbr6' stp='off'/>
  <ip address='192.168.21.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='on' delay='0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr5' stp='off' delay='0'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Fix safety
Safe where the delay is set to the value that the kernel uses. Unsafe where a delay without effect is removed.

## Libvirt
Never: with a delay of 100 the kernel was seen to use 30 seconds, with 1 it uses 2.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual()
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, problem, rule


@rule(
    "bridge-delay-ignored",
    code="VN1516",
    on=Network,
    severity="info",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    bridge = network.bridge
    place, delay = (bridge.attribute("delay"), bridge.number("delay")) if bridge else (None, None)
    if place is None or not delay or not network.owns_bridge:
        return
    if place.node.get("stp") == "off":
        message = "the delay has no effect: the spanning tree protocol is off"
        yield problem(place, message, fix("Remove delay", edit.remove_attribute(place), safety="unsafe"))
    elif place.node.get("stp") in (None, "on") and not 2 <= delay <= 30:
        used = min(max(delay, 2), 30)
        message = f"invalid delay of {delay} seconds: the kernel uses {used}"
        edits = edit.set_attribute(place.node, "delay", str(used))
        yield problem(place, message, fix(f"Set delay to {used}", edits, safety="safe"))
