"""A vhost-user server has a `<reconnect>`, and libvirt refuses to define the guest.

With `mode='server'` QEMU opens the socket and waits for the switch. Only a client, which connects to the switch's
socket, can reconnect.

## What to do
Remove `<reconnect>`: a server accepts a switch that comes back without it. If the switch opens the socket, set
`mode='client'` instead.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost.sock' mode='server'>
        <reconnect enabled='yes' timeout='5'/>
      </source>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:9: error: <reconnect> is not supported with mode='server' [vhostuser-server-reconnect]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost.sock' mode='server'>
      </source>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost.sock' mode='client'>
        <reconnect enabled='yes' timeout='5'/>
      </source>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: libvirt refuses the guest as it is, but the mode may be wrong.

## Libvirt
At define: `'reconnect' attribute unsupported 'server' mode for <interface type='vhostuser'>`, or in newer versions
`'reconnect' attribute is not supported when source mode='server' for <interface type='vhostuser'>`. With `enabled='no'`
the guest is defined and QEMU does not start: `'reconnect' option is incompatible with socket in server listen mode`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#vhost-user-interface
- libvirt src/conf/domain_validate.c, virDomainNetDefValidate()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "vhostuser-server-reconnect",
    code="VN2107",
    on=Interface,
    severity="error",
    when="define",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    source = interface.source
    reconnect = source.child("reconnect") if source and interface.type == "vhostuser" else None
    if source is None or reconnect is None or source.get("mode") != "server":
        return
    enabled = reconnect.get("enabled") == "yes"
    if enabled or reconnect.get("enabled") == "no":
        yield problem(
            reconnect,
            "<reconnect> is not supported with mode='server'",
            fix("Remove <reconnect>", edit.remove(reconnect), safety="unsafe"),
            fix("Set mode='client'", edit.set_attribute(source, "mode", "client"), safety="choice"),
            when="define" if enabled else "start",
            libvirt_message=REFUSED if enabled else NOT_STARTED,
        )


REFUSED = "'reconnect' attribute unsupported 'server' mode for <interface type='vhostuser'>"
NOT_STARTED = "'reconnect' option is incompatible with socket in server listen mode"
