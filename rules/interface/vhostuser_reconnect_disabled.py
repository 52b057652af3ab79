"""A vhost-user client is told to reconnect after no time, which means never.

QEMU takes `timeout='0'` for "do not try again": when the switch restarts, the guest stays without a network until
it is restarted too.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='vhostuser'>
      <source type='unix' path='/run/vhost.sock' mode='client'>
        <reconnect enabled='yes' timeout='0'/>
      </source>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:34: warning: a timeout of 0 means that QEMU never reconnects [vhostuser-reconnect-disabled]
```

## Fixed
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
Unsafe: perhaps no reconnection is what is wanted; then `enabled='no'` says it.

## Libvirt
Never: QEMU gets `reconnect=0`.

## References
- https://libvirt.org/formatdomain.html#vhost-user-interface
- libvirt src/qemu/qemu_command.c, qemuBuildChardevCommand()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, edit, fix, problem, rule


@rule(
    "vhostuser-reconnect-disabled",
    code="VN2302",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
    covers=("C135",),
)
def check(interface: Interface) -> Iterator[Problem]:
    source = interface.source
    reconnect = source.child("reconnect") if source and interface.type == "vhostuser" else None
    if source is None or reconnect is None or source.get("mode") == "server":
        return
    if reconnect.get("enabled") == "yes" and reconnect.get("timeout") == "0":
        yield problem(
            reconnect.attributes["timeout"],
            "a timeout of 0 means that QEMU never reconnects",
            fix("Try again after 5 seconds", edit.set_attribute(reconnect, "timeout", "5"), safety="unsafe"),
            fix("Say that it does not reconnect", edit.set_attribute(reconnect, "enabled", "no"), safety="unsafe"),
        )
