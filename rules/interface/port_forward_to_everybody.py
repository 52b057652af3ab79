"""A forwarded port names no address, and everybody who reaches the host reaches the guest.

passt then opens the port on all addresses of the host, those of other networks included.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp'>
        <range start='8080' to='80'/>
      </portForward>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:7: info: the ports are open on all addresses of the host [port-forward-to-everybody]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='user'>
      <backend type='passt'/>
      <portForward proto='tcp' address='127.0.0.1'>
        <range start='8080' to='80'/>
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
      <portForward proto='tcp' address='192.0.2.5'>
        <range start='8080' to='80'/>
      </portForward>
      <portForward proto='tcp' dev='eth0'>
        <range start='2022' to='22'/>
      </portForward>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: afterwards only the host itself reaches the guest; write another address of the host to let others in.

## Libvirt
Never. Port forwarding is there since libvirt 9.0.

## References
- https://libvirt.org/formatdomain.html#userspace-connection-using-passt
- libvirt src/qemu/qemu_passt.c, qemuPasstStart()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "port-forward-to-everybody",
    code="VN2317",
    on=Interface,
    severity="info",
    when="never",
    since="0.1",
    covers=("C139",),
    profile="strict",
)
def check(interface: Interface) -> Iterator[Problem]:
    if interface.type != "user" or interface.backend != "passt":
        return
    for forward in interface.node.all("portForward"):
        if not forward.get("address") and not forward.get("dev"):
            local = fix(
                "Open them to the host only", edit.set_attribute(forward, "address", "127.0.0.1"), safety="unsafe"
            )
            yield problem(forward, "the ports are open on all addresses of the host", local)
