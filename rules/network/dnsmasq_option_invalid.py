"""dnsmasq cannot read one of its options, so the network does not start.

libvirt copies each `<dnsmasq:option>` unchecked into a configuration file. There an option has its long name, in small
letters and without the hyphens of the command line. Some options take a value; others take none, and are in effect when
they are there. dnsmasq stops at the first line that it cannot read. Options of a dnsmasq newer than 2.93 are known if
the inventory has them.

## What to do
Correct the name of the option, without leading hyphens. Add the value that is missing, or remove one that the option
does not take. To turn such an option off, or if dnsmasq has no such option, remove the `<dnsmasq:option>`.

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
    <dnsmasq:option value='dhcp-optoin=42,192.168.20.5'/>
    <dnsmasq:option value='default-lease-time=600'/>
  </dnsmasq:options>
</network>
```

## Report
```text
lan.xml:5:21: error: invalid dnsmasq option '--server': expected a name without leading hyphens [dnsmasq-option-invalid]
lan.xml:6:21: error: unknown dnsmasq option 'dhcp_option'; did you mean 'dhcp-option'? [dnsmasq-option-invalid]
lan.xml:7:21: error: unknown dnsmasq option 'nameserver'; did you mean 'server'? [dnsmasq-option-invalid]
lan.xml:8:21: error: unexpected value 'yes' for the dnsmasq option 'log-dhcp': it takes none [dnsmasq-option-invalid]
lan.xml:9:21: error: unexpected value 'no' for the dnsmasq option 'no-hosts': it takes none [dnsmasq-option-invalid]
lan.xml:10:21: error: missing value for the dnsmasq option 'dhcp-option' [dnsmasq-option-invalid]
lan.xml:11:21: error: unknown dnsmasq option 'dhcp-optoin'; did you mean 'dhcp-option'? [dnsmasq-option-invalid]
lan.xml:12:21: error: unknown dnsmasq option 'default-lease-time' [dnsmasq-option-invalid]
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
    <dnsmasq:option value='dhcp-option=42,192.168.20.5'/>
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
Unsafe: the spelling that was meant is a guess. Removing an option that is turned off by its value, such as
`no-hosts=no`, is unsafe too. Removing any other option is a choice.

## Libvirt
At start: dnsmasq stops, and libvirt repeats its `bad option`, `extraneous parameter` or `missing parameter`, with the
line of the file that it wrote. A network without an address starts, because libvirt runs no dnsmasq for it.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnetwork.html#network-namespaces
- libvirt src/network/bridge_driver.c, networkDnsmasqConfContents()
"""

import re
from collections.abc import Iterator
from functools import cache

from vnetlint.api import Names, Network, Problem, Project, Safety, edit, fix, known, problem, rule


@rule("dnsmasq-option-invalid", code="VN1330", on=Network, severity="error", when="start", since="0.1")
def check(network: Network, project: Project) -> Iterator[Problem]:
    there = (project.host.inventory.dnsmasq_options if project.host else None) or ()
    for place in network.dnsmasq_options if network.owns_bridge and network.ips else ():
        value = known(place.value)
        written = re.fullmatch(WRITTEN, value) if value else None
        message, meant, libvirt = _fault(written[1], written[2]) if written else ("", None, "")
        if not message or written is None or (written[1] in there and written[1] not in OPTIONS):
            continue
        changed = edit.set_attribute(place.node, "value", meant) if meant else ()
        safety: Safety = "unsafe" if re.search(OFF, place.value) else "choice"
        yield problem(
            place,
            message,
            fix(f"Change it to '{meant}'", changed, safety="unsafe"),
            fix(f"Remove the option '{written[1]}'", edit.remove(place.node), safety=safety),
            libvirt_message=libvirt,
        )


WRITTEN = r"(?s)\s*([A-Za-z0-9_-]+)\s*(?:=\s*(.*?))?\s*"
OFF = r"(?i)=\s*(?:no|false|off|0)\s*$"
"""An option that is turned off by its value, where dnsmasq expects it to be left out."""

OTHERWISE = {"nameserver": "server", "dns": "server"}
_ALONE = """
    all-servers bind-dynamic bind-interfaces bogus-priv clear-on-reload conntrack dhcp-authoritative
    dhcp-client-update dhcp-fqdn dhcp-ignore-clid dhcp-no-override dhcp-rapid-commit dhcp-sequential-ip
    dns-loop-detect dnssec dnssec-debug dnssec-no-timecheck do-0x20-encode domain-needed enable-ra expand-hosts
    filter-A filter-AAAA filterwin2k keep-in-foreground leasefile-ro localise-queries localmx log-debug log-dhcp
    log-malloc no-0x20-encode no-daemon no-hosts no-ident no-negcache no-ping no-poll no-resolv no-round-robin
    proxy-dnssec quiet-dhcp quiet-dhcp6 quiet-ra quiet-tftp read-ethers rebind-localhost-ok script-arp
    script-on-renewal selfmx stop-dns-rebind strict-order strip-mac strip-subnet tftp-lowercase tftp-no-blocksize
    tftp-no-fail tftp-secure tftp-single-port
"""
_WITH_VALUE = """
    add-cpe-id addn-hosts address alias auth-peer auth-sec-servers auth-server auth-soa auth-ttl auth-zone
    bogus-nxdomain bridge-interface caa-record cache-rr cname conf-dir conf-script connmark-allowlist dhcp-boot
    dhcp-circuitid dhcp-duid dhcp-host dhcp-hostsdir dhcp-hostsfile dhcp-ignore dhcp-lease-max dhcp-luascript dhcp-mac
    dhcp-match dhcp-name-match dhcp-option dhcp-option-force dhcp-option-pxe dhcp-optsdir dhcp-optsfile
    dhcp-pxe-vendor dhcp-range dhcp-relay dhcp-remoteid dhcp-reply-delay dhcp-script dhcp-scriptuser dhcp-split-relay
    dhcp-subscrid dhcp-ttl dhcp-userclass dhcp-vendorclass dns-forward-max dns-rr dnssec-limits dnssec-timestamp
    domain domain-suffix dumpfile dumpmask dynamic-host edns-packet-max except-interface filter-rr host-record
    hostsdir ignore-address interface interface-name ipset listen-address local local-ttl log-facility max-cache-ttl
    max-port max-tcp-connections max-ttl min-cache-ttl min-port mx-host mx-target naptr-record neg-ttl nftset
    no-dhcp-interface no-dhcpv4-interface no-dhcpv6-interface port port-limit ptr-record pxe-prompt pxe-service
    query-port ra-param rebind-domain-ok rev-server server servers-file shared-network srv-host synth-domain tag-if
    tftp-max tftp-mtu tftp-port-range tftp-root trust-anchor txt-record
"""
_EITHER = """
    add-mac add-subnet bootp-dynamic cache-size conf-file connmark-allowlist-enable dhcp-alternate-port dhcp-broadcast
    dhcp-generate-names dhcp-ignore-names dhcp-leasefile dhcp-proxy dnssec-check-unsigned enable-dbus enable-tftp
    enable-ubus fast-dns-retry group leasequery local-service log-async log-queries pid-file resolv-file
    tftp-unique-root umbrella use-stale-cache user
"""
ALONE, WITH_VALUE, EITHER = (frozenset(each.split()) for each in (_ALONE, _WITH_VALUE, _EITHER))
"""The options of dnsmasq 2.90 to 2.93: those without a value, those that need one, those that may have one."""

OPTIONS = ALONE | WITH_VALUE | EITHER


@cache
def _by_name() -> Names:
    return Names(OPTIONS)


def _fault(name: str, value: str | None) -> tuple[str, str | None, str]:
    """Return a message, the option that was meant if it is known, and dnsmasq's words; no message if nothing is wrong."""
    rest = "" if value is None else f"={value}"
    small = name.lower().replace("_", "-")
    real = OTHERWISE.get(small, small)
    if name.startswith("-"):
        meant = name.lstrip("-") + rest if name.startswith("--") else None
        return f"invalid dnsmasq option '{name}': expected a name without leading hyphens", meant, "bad option"
    if name not in OPTIONS:
        likely = real if real in OPTIONS else _by_name().similar(name)
        hint = f"; did you mean '{likely}'?" if likely else ""
        return f"unknown dnsmasq option '{name}'{hint}", likely and likely + rest, "bad option"
    if name in ALONE and value:
        alone = None if re.search(OFF, f"={value}") else name
        return (
            f"unexpected value '{value}' for the dnsmasq option '{name}': it takes none",
            alone,
            "extraneous parameter",
        )
    if name in WITH_VALUE and value is None:
        return f"missing value for the dnsmasq option '{name}'", None, "missing parameter"
    return "", None, ""
