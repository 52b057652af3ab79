"""`<pf>` has no effect in a network that gives guests no virtual functions.

`<pf dev=…/>` gives guests the virtual functions of an SR-IOV card, with the mode `hostdev` and with the modes of
macvtap. A NAT, routed or open network has a bridge of its own. There libvirt keeps the element, but it does nothing.

## What to do
Remove `<pf>`. To limit the traffic of a NAT or routed network to one device, set `dev` on `<forward>`. If guests should
get virtual functions, use the mode `hostdev` in a network without a bridge and addresses.

## Bad
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
    <pf dev='eth1'/>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Report
```text
lan.xml:4:5: warning: <pf> has no effect with forward mode 'nat' [forward-pf-ignored]
```

## Fixed
```xml
<network>
  <name>lan</name>
  <forward mode='nat'>
  </forward>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```

## Good
```xml
<network>
  <name>lan</name>
  <forward mode='nat' dev='eth1'/>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml
<network>
  <name>lan</name>
  <forward mode='hostdev' managed='yes'>
    <pf dev='eth1'/>
  </forward>
</network>
```

## Fix safety
A choice: the element has no effect, but somebody meant that device. Where the mode allows it, sending all traffic out
through the device is offered; traffic that leaves through other devices today is then rejected.

## Libvirt
Never: it keeps the element in the definition and starts the network without it.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#connectivity
- libvirt src/network/bridge_driver.c, networkStartNetworkVirtual(), which makes no pool of devices
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, edit, fix, known, problem, related, rule


@rule(
    "forward-pf-ignored",
    code="VN1400",
    on=Network,
    severity="warning",
    when="never",
    since="0.1",
)
def check(network: Network) -> Iterator[Problem]:
    if network.forward is None or network.mode not in ("nat", "route", "open"):
        return
    for pf in network.forward.node.all("pf"):
        nic = known(pf.get("dev"))
        held = edit.set_attribute(network.forward.node, "dev", nic) if nic else ()
        yield problem(
            pf,
            f"<pf> has no effect with forward mode '{network.mode}'",
            fix("Remove <pf>", edit.remove(pf), safety="choice"),
            fix(f"Replace <pf> with dev='{nic}', the only way out", held, edit.remove(pf), safety="choice")
            if network.mode != "open"
            else (),
            related=(related(network.mode_place, "the mode is set here"),),
        )
