"""A range of forwarded ports is reversed or goes past 65535, and the guest does not start.

libvirt passes the numbers to passt without checking them. `end` must not be below `start`, and with `to` the range must
also fit below 65536 in the guest.

## What to do
Set `start` to the first port and `end` to the last one, up to 65535. With `to`, lower it or shorten the range until the
last port in the guest is 65535 or less.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp'>
        <range start='2010' end='2000'/>
      </portForward>
      <portForward proto='udp'>
        <range start='70000' to='53'/>
        <range start='3000' end='3010' to='65530'/>
      </portForward>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:7:29: error: invalid port range: 'end' 2000 is before 'start' 2010 [port-range-impossible]
web.xml:10:16: error: invalid value '70000' for 'start': expected a port up to 65535 [port-range-impossible]
web.xml:11:40: error: invalid value '65530' for 'to': 11 ports from 65530 go past 65535 [port-range-impossible]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp'>
        <range start='2000' end='2010'/>
      </portForward>
      <portForward proto='udp'>
        <range start='65535' to='53'/>
        <range start='3000' end='3010' to='65525'/>
      </portForward>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp'>
        <range start='2000' end='2010'/>
        <range start='3000' end='3010' to='65525'/>
      </portForward>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest does not start as it is, and the fix swaps the ends of a reversed range. For a port above 65535 the
fix is a choice, because another number may be meant.

## Libvirt
When the guest starts, in passt's words: `Invalid port specifier 2010-2000`, with quotes in newer
versions: `Invalid port specifier '2010-2000'`, `Invalid port specifier '70000:53`,
`Invalid port specifier '65535:53,3000-3010:65530-65540'`.

Seen on 11.3 and 12.8; the 9.0 that was asked is built without passt.

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/qemu/qemu_passt.c, qemuPasstStart()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Fix, Interface, PortRange, Problem, edit, fix, problem, rule


@rule(
    "port-range-impossible",
    code="VN2225",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    for ports in interface.port_ranges:
        for place, message, *fixes in _faults(ports):
            yield problem(place, message, *fixes, libvirt_message=f"Invalid port specifier {ports.written}")


LAST = 65535
_Fault = tuple[Attribute, str, tuple[Fix, ...]]


def _faults(ports: PortRange) -> Iterator[_Fault]:
    """What is wrong with a range, the first fault only: the place, the message and the fix."""
    node, first, last, to = ports.node, ports.first, ports.last, ports.to
    for name in ("start", "end", "to"):
        port = ports.number(name)
        if port is not None and port > LAST:
            lowered = fix(f"Set '{name}' to {LAST}", edit.set_attribute(node, name, str(LAST)), safety="choice")
            yield node.attributes[name], f"invalid value '{port}' for '{name}': expected a port up to {LAST}", lowered
            return
    if first is None or last is None:
        return
    if last < first:
        swapped = edit.set_attribute(node, "start", str(last)), edit.set_attribute(node, "end", str(first))
        message = f"invalid port range: 'end' {last} is before 'start' {first}"
        yield node.attributes["end"], message, fix("Swap 'start' and 'end'", *swapped, safety="unsafe")
    elif to is not None and to + last - first > LAST:
        fitting = str(LAST - last + first)
        moved = fix(f"Set 'to' to {fitting}", edit.set_attribute(node, "to", fitting), safety="choice")
        message = f"invalid value '{to}' for 'to': {last - first + 1} ports from {to} go past {LAST}"
        yield node.attributes["to"], message, moved
