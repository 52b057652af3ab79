"""A QEMU guest has a network card that QEMU does not know, so the guest does not start.

libvirt accepts any word as a model and passes it to QEMU. Usually it is a typo, or the name that another hypervisor or
the guest's system uses for the card. A name in capitals without digits, such as `NICMODEL`, counts as a placeholder
that a script replaces.

## What to do
Correct the name if it is mistyped. Otherwise set `virtio`, or a card that the guest has a driver for, such as `e1000`.

## Bad
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <model type='virto'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <model type='pcnet32'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <model type='netfront'/>
    </interface>
  </devices>
</domain>
```

## Report
```text
web.xml:6:14: error: unknown card model 'virto'; did you mean 'virtio'? [unknown-card-model]
web.xml:10:14: error: unknown card model 'pcnet32' [unknown-card-model]
web.xml:14:14: error: unknown card model 'netfront' [unknown-card-model]
```

## Fixed
```xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <model type='virtio'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
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
    <interface type='network'>
      <source network='default'/>
      <model type='e1000e'/>
    </interface>
    <interface type='network'>
      <source network='default'/>
      <model type='spapr-vlan'/>
    </interface>
  </devices>
</domain>
```

## Fix safety
Unsafe where a known name resembles the written one: the guest needs a driver for the card. Otherwise setting `virtio`,
for which every current system has a driver, is a choice.

## Libvirt
When the guest starts, in QEMU's words: `'virto' is not a valid device model name`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatdomain.html#setting-the-nic-model
- libvirt src/conf/domain_conf.c, virDomainNetSetModelString()
"""

from collections.abc import Iterator

from vnetlint.api import Fix, Interface, Names, Node, Problem, edit, fix, problem, rule


@rule(
    "unknown-card-model",
    code="VN2220",
    on=Interface,
    severity="error",
    when="plug",
    since="0.1",
)
def check(interface: Interface) -> Iterator[Problem]:
    node, model = interface.node.child("model"), interface.model
    attached = interface.type not in ("hostdev", "vhostuser", "vdpa", None) and interface.domain.is_qemu
    if node is None or not node.get("type") or model is None or not attached or model.lower() in CARDS:
        return
    near = Names(sorted(CARDS)).similar(model)
    yield problem(
        node.attributes["type"],
        f"unknown card model '{model}'" + (f"; did you mean '{near}'?" if near else ""),
        _set_model(node, near),
        libvirt_message=f"'{model}' is not a valid device model name",
    )


def _set_model(model: Node, near: str | None) -> tuple[Fix, ...]:
    meant = near or "virtio"
    changed = edit.set_attribute(model, "type", meant)
    return fix(f"Set the model to '{meant}'", changed, safety="unsafe" if near else "choice")


CARDS = frozenset({
    "virtio", "virtio-transitional", "virtio-non-transitional", "virtio-net", "virtio-net-pci", "virtio-net-device",
    "virtio-net-pci-transitional", "virtio-net-pci-non-transitional", "virtio-net-ccw",
    "e1000", "e1000-82540em", "e1000-82544gc", "e1000-82545em", "e1000e", "igb", "igbvf", "rtl8139", "vmxnet3", "tulip",
    "i82550", "i82551", "i82557a", "i82557b", "i82557c", "i82558a", "i82558b", "i82559a", "i82559b", "i82559c",
    "i82559er", "i82562", "i82801", "ne2k_pci", "ne2k_isa", "pcnet", "pvrdma", "rocker", "sungem", "sunhme",
    "usb-net", "spapr-vlan", "spapr-vlan2", "smc91c111", "lan9118", "lance", "le", "xgmac", "cadence_gem", "fsl_etsec",
    "imx.fec", "imx.enet", "mcf_fec", "stellaris", "xilinx-ethlite", "open_eth", "allwinner-emac", "allwinner-sun8i-emac",
    "ftgmac100", "npcm7xx-emc", "npcm-gmac", "dp83932", "dp8393x", "mipsnet", "opencores", "msf2-emac",
})  # fmt: skip
"""QEMU's names for network cards on all architectures, and libvirt's own three names for virtio."""
