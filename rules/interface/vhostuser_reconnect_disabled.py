"""A vhost-user client is set to reconnect after 0 seconds, which means never.

QEMU reads `timeout='0'` as "do not reconnect". When the switch restarts, the guest has no network until it is restarted
too.

## What to do
Set `timeout` to the number of seconds between two attempts, such as 5. If the guest should not reconnect, set
`enabled='no'`.

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
web.xml:6:34: warning: timeout='0' means that QEMU never reconnects [vhostuser-reconnect-disabled]
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
Unsafe: QEMU then reconnects. Setting `enabled='no'` instead is a choice.

## Libvirt
Never: QEMU gets `reconnect=0`.

Not seen: it takes a switch that speaks vhost-user.

## References
- https://libvirt.org/formatdomain.html#vhost-user-interface
- libvirt src/qemu/qemu_command.c, qemuBuildChardevCommand()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, View, edit, fix, problem, rule


@rule(
    "vhostuser-reconnect-disabled",
    code="VN2302",
    on=Interface,
    severity="warning",
    when="never",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    source = interface.source
    reconnect = source.child("reconnect") if source and interface.type == "vhostuser" else None
    if source is None or reconnect is None or source.get("mode") == "server":
        return
    if reconnect.get("enabled") == "yes" and View(reconnect).number("timeout") == 0:
        yield problem(
            reconnect.attributes["timeout"],
            "timeout='0' means that QEMU never reconnects",
            fix("Set timeout='5', in seconds", edit.set_attribute(reconnect, "timeout", "5"), safety="unsafe"),
            fix("Set enabled='no'", edit.set_attribute(reconnect, "enabled", "no"), safety="choice"),
        )
