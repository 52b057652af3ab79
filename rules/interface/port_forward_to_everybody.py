"""A port is forwarded without an address, so everybody who reaches the host reaches the guest.

passt then opens the port on all addresses of the host, including those on other networks.

## What to do
Set `address` of `<portForward>` to 127.0.0.1 for the host alone, or to the host's address on the network that may reach
the guest. If everybody may reach the guest, nothing has to change.

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
web.xml:6:7: info: the forwarded ports are open on all addresses of the host [port-forward-to-everybody]
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
Choice: afterwards only the host itself reaches the guest.

## Libvirt
Never. libvirt supports port forwarding since 9.0.

Seen on 11.3 and 12.8; the 9.0 that was asked is built without passt.

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
    profile="strict",
)
def check(interface: Interface) -> Iterator[Problem]:
    if interface.type not in ("user", "vhostuser") or interface.backend != "passt":
        return
    for forward in interface.node.all("portForward"):
        if not forward.get("address") and not forward.get("dev"):
            local = edit.set_attribute(forward, "address", "127.0.0.1")
            yield problem(
                forward,
                "the forwarded ports are open on all addresses of the host",
                fix("Open the ports on 127.0.0.1 only", local, safety="choice"),
            )
