"""A range of forwarded ports runs backwards or past 65535, and the guest does not start.

libvirt hands the numbers to passt as they stand. `end` is no less than `start`, and where the guest's ports are others than
the host's, as many of them have to exist from `to` on.

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
web.xml:7:29: error: the range runs backwards, from 2010 to 2000 [port-range-impossible]
web.xml:10:16: error: there is no port 70000 [port-range-impossible]
web.xml:11:40: error: 11 ports from 65530 on go past 65535 [port-range-impossible]
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
Unsafe: the guest does not start as it stands. A range that runs backwards is turned around; what goes past the last
port is moved below it, where a person may want other numbers.

## Libvirt
When the guest starts, in passt's words: `Invalid port specifier 2010-2000`

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/qemu/qemu_passt.c, qemuPasstStart()
"""

from collections.abc import Iterator

from vnetlint.api import Attribute, Edits, Interface, PortRange, Problem, edit, fix, problem, rule


@rule(
    "port-range-impossible",
    code="VN2225",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
    covers=("B081",),
)
def check(interface: Interface) -> Iterator[Problem]:
    for ports in interface.port_ranges:
        fault = _fault(ports)
        if fault is not None:
            place, message, title, edits = fault
            yield problem(
                place,
                message,
                fix(title, *edits, safety="unsafe"),
                libvirt_message=f"Invalid port specifier {ports.written}",
            )


LAST = 65535


def _fault(ports: PortRange) -> tuple[Attribute, str, str, tuple[Edits, ...]] | None:
    """What is wrong with a range: the place, the message, the remedy's title and its edits."""
    node, first, last, to = ports.node, ports.first, ports.last, ports.to
    for name in ("start", "end", "to"):
        port = ports.number(name)
        if port is not None and port > LAST:
            message = f"there is no port {port}"
            return node.attributes[name], message, f"Make it {LAST}", (edit.set_attribute(node, name, str(LAST)),)
    if first is None or last is None:
        return None
    if last < first:
        swapped = edit.set_attribute(node, "start", str(last)), edit.set_attribute(node, "end", str(first))
        return node.attributes["end"], f"the range runs backwards, from {first} to {last}", "Turn it around", swapped
    if to is not None and to + last - first > LAST:
        fitting = LAST - last + first
        moved = (edit.set_attribute(node, "to", str(fitting)),)
        message = f"{last - first + 1} ports from {to} on go past {LAST}"
        return node.attributes["to"], message, f"Begin at {fitting}", moved
    return None
