"""An option for dnsmasq is none that dnsmasq can read, so the network does not start.

libvirt copies each `<dnsmasq:option>` unread into a configuration file. There an option has its long name, without the
hyphens of the command line, in small letters; some take a value, and some are there or not and take none. At the first
line that it cannot read dnsmasq stops.

## Bad
```xml
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <dnsmasq:options>
    <dnsmasq:option value='--server=/example.com/192.168.20.5'/>
    <dnsmasq:option value='dhcp_option=42,192.168.20.5'/>
    <dnsmasq:option value='nameserver=192.168.50.1'/>
    <dnsmasq:option value='log-dhcp=yes'/>
    <dnsmasq:option value='no-hosts=no'/>
    <dnsmasq:option value='dhcp-option'/>
  </dnsmasq:options>
</network>
```

## Report
```text
lan.xml:5:21: error: invalid dnsmasq option '--server': expected a name without leading hyphens [dnsmasq-option-invalid]
lan.xml:6:21: error: unknown dnsmasq option 'dhcp_option'; did you mean 'dhcp-option'? [dnsmasq-option-invalid]
lan.xml:7:21: error: unknown dnsmasq option 'nameserver'; did you mean 'server'? [dnsmasq-option-invalid]
lan.xml:8:21: error: unexpected value 'yes' of the dnsmasq option 'log-dhcp' [dnsmasq-option-invalid]
lan.xml:9:21: error: unexpected value 'no' of the dnsmasq option 'no-hosts' [dnsmasq-option-invalid]
lan.xml:10:21: error: missing value of the dnsmasq option 'dhcp-option' [dnsmasq-option-invalid]
```

## Fixed
```xml
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <dnsmasq:options>
    <dnsmasq:option value='server=/example.com/192.168.20.5'/>
    <dnsmasq:option value='dhcp-option=42,192.168.20.5'/>
    <dnsmasq:option value='server=192.168.50.1'/>
    <dnsmasq:option value='log-dhcp'/>
  </dnsmasq:options>
</network>
```

## Good
```xml
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lab</name>
  <ip address='192.168.20.1' prefix='24'/>
  <dnsmasq:options>
    <dnsmasq:option value='server=/example.com/192.168.20.5'/>
    <dnsmasq:option value='log-dhcp'/>
    <dnsmasq:option value='filter-AAAA'/>
  </dnsmasq:options>
</network>
```

## Fix safety
Unsafe: the spelling that was meant is a guess, and an option that is switched off by its value, such as `no-hosts=no`,
is removed. Removing any other option is a choice.

## Libvirt
At start: dnsmasq stops, and libvirt repeats its `bad option`, `extraneous parameter` or `missing parameter`, with the
line of the file that it made. A network without address starts, because it gets no dnsmasq.

## References
- https://libvirt.org/formatnetwork.html#network-namespaces
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Network, Problem, Safety, edit, fix, known, problem, rule


@rule(
    "dnsmasq-option-invalid", code="VN1330", on=Network, severity="error", when="start", since="0.1", covers=("B011",)
)
def check(network: Network) -> Iterator[Problem]:
    for place in network.dnsmasq_options if network.owns_bridge and network.ips else ():
        value = known(place.value)
        written = WRITTEN.fullmatch(value) if value else None
        message, meant, libvirt = _fault(written[1], written[2]) if written else ("", None, "")
        if not message or written is None:
            continue
        changed = edit.set_attribute(place.node, "value", meant) if meant else ()
        safety: Safety = "unsafe" if OFF.search(place.value) else "choice"
        yield problem(
            place,
            message,
            fix(f"Change it to '{meant}'", changed, safety="unsafe"),
            fix(f"Remove the option '{written[1]}'", edit.remove(place.node), safety=safety),
            libvirt_message=libvirt,
        )


WRITTEN = re.compile(r"\s*([A-Za-z0-9_-]+)\s*(?:=\s*(.*?))?\s*", re.DOTALL)
OFF = re.compile(r"=\s*(?:no|false|off|0)\s*$", re.IGNORECASE)
"""An option that is switched off by its value; dnsmasq wants it left out."""

OTHERWISE = {"nameserver": "server", "dns": "server"}
ALONE = frozenset({
    "all-servers", "bogus-priv", "dhcp-authoritative", "dhcp-sequential-ip", "domain-needed", "enable-ra", "expand-hosts",
    "filterwin2k", "localise-queries", "log-dhcp", "no-hosts", "no-negcache", "no-poll", "no-resolv", "read-ethers",
    "rebind-localhost-ok", "stop-dns-rebind", "strict-order",
})  # fmt: skip
WITH_VALUE = frozenset({
    "address", "cname", "dhcp-boot", "dhcp-host", "dhcp-match", "dhcp-option", "dhcp-option-force", "host-record", "server",
})  # fmt: skip
"""Options that certainly are as they are listed here; of others nothing is said."""


def _fault(name: str, value: str | None) -> tuple[str, str | None, str]:
    """Say what is wrong with an option, if it is known to be; what was meant, if it is something; what dnsmasq says."""
    rest = "" if value is None else f"={value}"
    small = name.lower().replace("_", "-")
    real = OTHERWISE.get(small, small)
    if name.startswith("-"):
        meant = name.lstrip("-") + rest if name.startswith("--") else None
        return f"invalid dnsmasq option '{name}': expected a name without leading hyphens", meant, "bad option"
    if real != name and not name.startswith("filter-"):
        is_known = real in ALONE | WITH_VALUE
        hint = f"; did you mean '{real}'?" if is_known else ""
        return f"unknown dnsmasq option '{name}'{hint}", real + rest if is_known else None, "bad option"
    if name in ALONE and value:
        alone = None if OFF.search(f"={value}") else name
        return f"unexpected value '{value}' of the dnsmasq option '{name}'", alone, "extraneous parameter"
    if name in WITH_VALUE and value is None:
        return f"missing value of the dnsmasq option '{name}'", None, "missing parameter"
    return "", None, ""
