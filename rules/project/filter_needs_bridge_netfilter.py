"""A filter has rules for iptables, but the host passes no bridged packets to iptables, so they have no effect.

Rules such as `<tcp>` and `<icmp>` become iptables rules. Packets between a bridge's ports reach iptables only if the
kernel module br_netfilter is loaded and `net.bridge.bridge-nf-call-iptables` is 1. Otherwise the rules are installed
and match nothing, and libvirt only logs a warning. Rules about frames, such as `<ip protocol='tcp'>`, always work.

## What to do
On the host, load `br_netfilter` and set `net.bridge.bridge-nf-call-iptables` and `net.bridge.bridge-nf-call-ip6tables`
to 1. If the FORWARD chain drops by default, first accept there what may pass. Alternatively, rewrite the rules for
frames, for example with `<ip protocol='tcp'>`; such rules do not track connections.

## Bad
```xml no-ssh.xml
<filter name='no-ssh' chain='root'>
  <rule action='drop' direction='in'>
    <tcp dstportstart='22'/>
  </rule>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='no-ssh'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "bridge_netfilter": false}
```

## Report
```text
web.xml:6:7: error: <tcp> rules of filter 'no-ssh' have no effect: iptables sees no bridged packets [filter-needs-bridge-netfilter]
```

## Good
```xml no-ssh.xml
<filter name='no-ssh' chain='ipv4'>
  <rule action='drop' direction='in'>
    <ip protocol='tcp' dstportstart='22'/>
  </rule>
</filter>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='default'/>
      <filterref filter='no-ssh'/>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "bridge_netfilter": false}
```

## Fix safety
Shown only: the change is made on the host and affects all its bridges. If the host's firewall drops by default, it then
also drops the frames of these bridges.

## Libvirt
Never: it only logs a warning.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#supported-protocols
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, iptablesCheckBridgeNFCallEnabled()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Problem, Project, advise, problem, related, rule


@rule(
    "filter-needs-bridge-netfilter",
    code="VN4113",
    on=Interface,
    severity="error",
    when="never",
    since="0.1",
)
def check(interface: Interface, project: Project) -> Iterator[Problem]:
    reference = interface.filterref
    tree = project.filters.trees.of(reference) if reference else None
    if (
        reference is None
        or tree is None
        or project.host is None
        or project.host.inventory.bridge_netfilter is not False
    ):
        return
    found = next((tree.layers[layer] for layer in ("ipv4", "ipv6") if layer in tree.layers), None)
    if found is None or found.match is None:
        return
    yield problem(
        reference,
        f"<{found.match.name}> rules of filter '{reference.filter}' have no effect: iptables sees no bridged packets",
        advise(DROPPING if project.host.drops_forwarded else PASSING, COMMAND),
        related=(related(found, "a rule without effect"),),
    )


PASSING = "Let iptables see the packets of all bridges, now and after a restart"
DROPPING = "Let iptables see the packets of all bridges, but first accept in its FORWARD chain what may pass"
COMMAND = """\
echo br_netfilter >/etc/modules-load.d/br_netfilter.conf
printf 'net.bridge.bridge-nf-call-iptables = 1\\nnet.bridge.bridge-nf-call-ip6tables = 1\\n' >/etc/sysctl.d/90-bridge.conf
modprobe br_netfilter && sysctl --system"""
