"""The transient NIC of a teaming pair names a partner that the guest does not have.

`persistent` of the `transient` NIC is the alias of the NIC that takes over during a migration, whose teaming type is
`persistent`. QEMU hides the host device until that NIC appears. libvirt does not check for it, and the guest runs
without the device. libvirt keeps only aliases that begin with `ua-`, and replaces others with generated ones.

## What to do
Set `persistent` to the alias of the virtio interface that takes over. That interface needs
`<teaming type='persistent'/>` and an alias that begins with `ua-`. If no interface takes over, remove `<teaming>`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:16:33: error: no interface with <teaming type='persistent'> has the alias 'ua-backup' [teaming-partner-missing]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Good
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='bridge'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source bridge='br0'/>
      <model type='virtio'/>
      <teaming type='persistent'/>
      <alias name='ua-backup0'/>
    </interface>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:0a:0b:0c'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x07' slot='0x00' function='0x1'/>
      </source>
      <teaming type='transient' persistent='ua-backup0'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe: the guest gets a device that it has run without. If the guest has one persistent interface, that is the partner:
the fix names its alias, or gives it the alias that is named. Otherwise removing `<teaming>` is a choice.

## Libvirt
Never: it passes the name on, as QEMU's `failover_pair_id`.

Not seen: it takes a device that is passed to the guest.

## References
- https://libvirt.org/formatdomain.html#teaming-a-virtio-hostdev-nic-pair
- libvirt src/qemu/qemu_command.c, qemuBuildHostdevCommandLine() and qemuBuildPCIHostdevDevProps()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Domain, Fix, Node, Problem, edit, fix, known, problem, rule, set_child


@rule(
    "teaming-partner-missing",
    code="VN2181",
    on=Domain,
    severity="error",
    when="never",
    since="0.1",
)
def check(domain: Domain) -> Iterator[Problem]:
    halves = domain.parts_of_devices("teaming")
    staying = [half.parent for half in halves if half.parent and half.get("type") == "persistent"]
    aliases = {_alias(device): device for device in staying}
    for teaming in halves if domain.is_qemu and not domain.is_template else ():
        name = known(teaming.get("persistent"))
        # libvirt itself generates aliases such as `net0`.
        if teaming.get("type") != "transient" or name is None or re.fullmatch(r"net\d+", name):
            continue
        ignored = aliases.get(name)
        if ignored is None:
            message = f"no interface with <teaming type='persistent'> has the alias '{name}'"
            yield _unpaired(teaming, message, _pair(teaming, name, staying))
        elif not name.startswith("ua-"):
            message = f"libvirt ignores the alias '{name}': expected one that begins with 'ua-'"
            yield _unpaired(teaming, message, _rename(teaming, ignored, f"ua-{name}"))


def _unpaired(teaming: Node, message: str, paired: tuple[Fix, ...]) -> Problem:
    removed = fix("Remove <teaming>", edit.remove(teaming), safety="choice")
    return problem(teaming.attributes["persistent"], message, paired, removed)


def _alias(device: Node) -> str | None:
    node = device.child("alias")
    return node.get("name") if node else None


def _rename(teaming: Node, staying: Node, name: str) -> tuple[Fix, ...]:
    both = edit.set_attribute(teaming, "persistent", name), set_child(staying, "alias", "name", name)
    return fix(f"Rename it to '{name}' in both interfaces", *both, safety="unsafe")


def _pair(teaming: Node, name: str, staying: list[Node]) -> tuple[Fix, ...]:
    """A fix that pairs it with the persistent NIC, if there is exactly one."""
    alias = _alias(staying[0]) if len(staying) == 1 else None
    if alias and alias.startswith("ua-") and known(alias):
        return fix(f"Set 'persistent' to '{alias}'", edit.set_attribute(teaming, "persistent", alias), safety="unsafe")
    if len(staying) == 1 and not alias and name.startswith("ua-"):
        return fix(
            f"Set the alias of the persistent interface to '{name}'",
            set_child(staying[0], "alias", "name", name),
            safety="unsafe",
        )
    return ()
