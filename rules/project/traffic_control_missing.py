"""A bandwidth limit needs a part of traffic control that is not in the kernel, so the network or guest does not start.

libvirt limits bandwidth with `tc`. Incoming traffic waits in the queues `htb` and `sfq`. Outgoing traffic passes
`ingress` and the action `police`. A kernel may be built without some of these.

## What to do
Load the kernel module on the host, or install the package that has it. If you can do without the limit, remove
`<inbound>` or `<outbound>`.

## Bad
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr3'/>
  <bandwidth>
    <inbound average='1000'/>
    <outbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```xml web.xml
<domain type='kvm'>
  <name>web</name>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <bandwidth>
        <inbound average='500'/>
      </bandwidth>
    </interface>
  </devices>
</domain>
```
```json host.json
{"version": 1, "traffic_control": ["htb", "ingress"]}
```

## Report
```text
lan.xml:6:5: error: <inbound> needs the kernel's sfq, which the host does not have [traffic-control-missing]
lan.xml:7:5: error: <outbound> needs the kernel's police, which the host does not have [traffic-control-missing]
web.xml:7:9: error: <inbound> needs the kernel's sfq, which the host does not have [traffic-control-missing]
```

## Good
```xml lan.xml
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr3'/>
  <bandwidth>
    <inbound average='1000'/>
  </bandwidth>
  <ip address='192.168.20.1' prefix='24'/>
</network>
```
```json host.json
{"version": 1, "traffic_control": ["htb", "sfq", "ingress", "police"]}
```

## Fix safety
Nothing in the file is wrong: the host needs the module, or the package with more modules. Removing the limit is a
choice.

## Libvirt
At start of the network, and of a guest when it starts. Without `sfq`: `internal error: Child process (tc qdisc add dev virbr3 parent 1:2 handle 2: sfq perturb 10) unexpected exit status 2: Error: Specified qdisc kind is unknown.`;
without `police`: `Error: Failed to load TC action module.`

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#quality-of-service
- libvirt src/util/virnetdevbandwidth.c, virNetDevBandwidthSet()
"""

from collections.abc import Iterator

from vnetlint.api import Interface, Network, Plug, Problem, Project, advise, edit, fix, problem, rule


@rule(
    "traffic-control-missing",
    code="VN3497",
    on=(Network, Interface),
    severity="error",
    when="start",
    since="0.1",
)
def check(limited: Network | Interface, project: Project) -> Iterator[Problem]:
    has = project.host.inventory.traffic_control if project.host else None
    if has is None or not _is_limited_by_tc(limited, project):
        return
    for rate in Plug(limited.node).rates:
        missing = next((each for each in NEEDED[rate.name] if each not in has), None)
        if missing and rate.attributes:
            yield problem(
                rate,
                f"<{rate.name}> needs the kernel's {missing}, which the host does not have",
                advise("Load the module on the host, or install its package", LOAD[missing]),
                fix(f"Remove <{rate.name}>", edit.remove(rate), safety="choice"),
                when="plug" if isinstance(limited, Interface) else None,
                libvirt_message=SAID[missing],
            )


def _is_limited_by_tc(limited: Network | Interface, project: Project) -> bool:
    if isinstance(limited, Network):
        return limited.attachment in ("own-bridge", "host-bridge")
    bridged = project.guests.attachment_of(limited) in ("own-bridge", "host-bridge")
    return bridged and project.guests.switch_of(limited) is None and not project.bridges.on_openvswitch(limited)


NEEDED = {"inbound": ("htb", "sfq"), "outbound": ("ingress", "police")}
LOAD = {
    "htb": "modprobe sch_htb",
    "sfq": "modprobe sch_sfq",
    "ingress": "modprobe sch_ingress",
    "police": "modprobe act_police",
}
SAID = {
    "htb": "Error: Specified qdisc kind is unknown.",
    "sfq": "Error: Specified qdisc kind is unknown.",
    "ingress": "Error: Specified qdisc kind is unknown.",
    "police": "Error: Failed to load TC action module.",
}
