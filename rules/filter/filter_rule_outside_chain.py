"""A filter rule is for a protocol that its chain does not get, so it never matches.

A chain such as `arp` or `ipv4-mine` gets only the frames of the protocol that its name begins with. A rule for another
protocol is stored and installed there, but matches nothing. Rules that iptables handles, such as `<tcp>`, work in any
chain.

## What to do
Set `chain` to the chain of the rule's protocol, or to `root`, which gets every frame. If the other rules of the filter
need this chain, move the rule to a filter of its own.

## Bad
```xml
<filter name='no-lab' chain='arp'>
  <rule action='drop' direction='in'>
    <ip srcipaddr='192.168.20.0' srcipmask='24'/>
  </rule>
</filter>
```

## Report
```text
lan.xml:3:5: warning: this rule never matches: the chain 'arp' gets no IPv4 [filter-rule-outside-chain]
```

## Fixed
```xml
<filter name='no-lab' chain='ipv4'>
  <rule action='drop' direction='in'>
    <ip srcipaddr='192.168.20.0' srcipmask='24'/>
  </rule>
</filter>
```

## Good
```xml
<filter name='no-lab' chain='ipv4'>
  <rule action='drop' direction='in'>
    <ip srcipaddr='192.168.20.0' srcipmask='24'/>
  </rule>
  <rule action='drop' direction='in'>
    <mac srcmacaddr='52:54:00:0a:0b:0c'/>
  </rule>
</filter>
```

## Fix safety
Choice: the rule begins to match. If all rules are for one protocol, the filter gets the chain of that protocol,
otherwise `root`.

## Libvirt
Never: the rule `-p IPv4 -j DROP` is in a chain that only ARP enters.

Seen on 9.0, 11.3 and 12.8.

## References
- https://libvirt.org/formatnwfilter.html#filtering-chains
- libvirt src/nwfilter/nwfilter_ebiptables_driver.c, ebtablesCreateTmpSubChainFW()
"""

import re
from collections.abc import Iterator

from vnetlint.api import Filter, FilterRule, Problem, edit, fix, problem, related, rule


@rule(
    "filter-rule-outside-chain",
    code="VN4011",
    on=Filter,
    severity="warning",
    when="never",
    since="0.1",
)
def check(nwfilter: Filter) -> Iterator[Problem]:
    chain = nwfilter.attribute("chain")
    of_chain = next((each for each in CHAINS if (nwfilter.chain or "").startswith(each)), None)
    if chain is None or of_chain is None:
        return
    wanted = {each: _chain_for(each) for each in nwfilter.rules if each.match and each.layer == "ethernet"}
    right = wanted.values() if len(set(wanted.values())) == 1 and len(wanted) == len(nwfilter.rules) else ()
    new = next((each for each in right if each), "root")
    for each, meant in wanted.items():
        if each.match is not None and meant not in (None, of_chain):
            yield problem(
                each.match,
                f"this rule never matches: the chain '{nwfilter.chain}' gets no {NAMES[meant or '']}",
                fix(f"Set chain='{new}'", edit.set_attribute(nwfilter.node, "chain", new), safety="choice"),
                related=(related(chain, "the chain is set here"),),
            )


CHAINS = ("arp", "rarp", "ipv4", "ipv6", "vlan", "stp")
"""The chains that get the frames of one protocol; `root` and `mac` get all."""
CHAIN_OF = {"ip": "ipv4"}
NAMES = {"arp": "ARP", "rarp": "RARP", "ipv4": "IPv4", "ipv6": "IPv6", "vlan": "VLAN tags", "stp": "spanning tree"}


NUMBERS = {0x0806: "arp", 0x8035: "rarp", 0x0800: "ipv4", 0x86DD: "ipv6", 0x8100: "vlan"}
"""The protocols of the numbers in `protocolid`."""


def _chain_for(each: FilterRule) -> str | None:
    """The chain that gets the frames of a rule; None if every chain may get them."""
    if each.match is None:
        return None
    if each.match.name == "mac":
        return _chain_by_number(each.match.get("protocolid") or "")
    return CHAIN_OF.get(each.match.name, each.match.name)


def _chain_by_number(protocol: str) -> str | None:
    if re.fullmatch("0x[0-9a-fA-F]{1,4}|[0-9]{1,5}", protocol):
        return NUMBERS.get(int(protocol, 16 if protocol.startswith("0x") else 10))
    return protocol if protocol in CHAINS else None
