"""Network filters."""

from tests.schemas.documents import UUID, rule

ALONE: tuple[str, ...] = ("udp", "sctp", "icmp", "igmp", "esp", "ah", "udplite", "all")
ALONE += ("tcp-ipv6", "sctp-ipv6", "icmpv6", "esp-ipv6", "ah-ipv6", "udplite-ipv6", "all-ipv6")

ACCEPTED = {
    "empty": "<filter name='guard'/>",
    "everything of a filter": f"<filter name='guard' chain='ipv4-mine' priority='-700'><uuid>{UUID}</uuid></filter>",
    "references": "<filter name='a'><filterref filter='b'/><filterref filter='c'>"
    "<parameter name='IP' value='192.0.2.1'/></filterref></filter>",
    "a rule about everything": rule("", " priority='1000' statematch='false'"),
    "mac": rule(
        "<mac match='no' srcmacaddr='$MAC' dstmacaddr='1:2:3:4:5:6' dstmacmask='ff:ff:ff:ff:ff:ff' protocolid='0x800'/>"
    ),
    "vlan": rule("<vlan vlanid='0xfff' encap-protocol='arp'/>"),
    "stp": rule(
        "<stp type='0x12' root-priority='1' root-priority-hi='9' root-address='1:2:3:4:5:6' age='5' age-hi='6' "
        "root-cost='70000'/>"
    ),
    "arp": rule("<arp opcode='Reply' arpsrcipaddr='$IP' arpsrcipmask='24' gratuitous='true' hwtype='1'/>"),
    "rarp": rule("<rarp opcode='11'/>"),
    "ip": rule(
        "<ip protocol='udp' srcportstart='67' dstportend='68' dscp='0x3f' srcipaddr='192.0.2.1' "
        "srcipmask='255.255.255.0'/>"
    ),
    "ipv6": rule(
        "<ipv6 protocol='icmpv6' type='1' typeend='9' code='0' codeend='4' srcipaddr='fe80::' srcipmask='10'/>"
    ),
    "tcp": rule(
        "<tcp flags='SYN,ACK/SYN' state='NEW,ESTABLISHED' connlimit-above='5' dstportstart='$PORTS[1]' "
        "srcipfrom='192.0.2.1'/>"
    ),
    "an IP set": rule("<all ipset='friends' ipsetflags='src,dst'/>"),
    "iterators": rule("<udp-ipv6 srcipaddr='$WHO[@1]' dstportstart='$WHERE[@2]' comment='two lists'/>"),
    "every other protocol": "<filter name='a'>"
    + "".join(f"<rule action='accept' direction='inout'><{name}/></rule>" for name in ALONE)
    + "</filter>",
    "every action": "<filter name='a'>"
    + "".join(
        f"<rule action='{action}' direction='out'/>" for action in ("accept", "drop", "reject", "return", "continue")
    )
    + "</filter>",
}

REJECTED = {
    "no name": "<filter/>",
    "a name with blanks": "<filter name='no spoofing'/>",
    "an unknown chain": "<filter name='a' chain='tcp'/>",
    "a chain of thirteen characters": "<filter name='a' chain='ipv4-abcdefgh'/>",
    "a priority above 1000": "<filter name='a' priority='1001'/>",
    "a rule without action": "<filter name='a'><rule direction='in'/></filter>",
    "an unknown action": "<filter name='a'><rule action='allow' direction='in'/></filter>",
    "an unknown direction": "<filter name='a'><rule action='drop' direction='both'/></filter>",
    "a misspelt attribute": rule("", " prority='5'"),
    "two protocols": rule("<tcp/><udp/>"),
    "one protocol twice": rule("<tcp/><tcp/>"),
    "an unknown protocol": rule("<gre/>"),
    "an attribute of another protocol": rule("<udp flags='SYN/SYN'/>"),
    "no protocolid for arp": rule("<arp protocolid='0x806'/>"),
    "a port above 65535": rule("<tcp dstportstart='65536'/>"),
    "a code point above 63": rule("<ip dscp='64'/>"),
    "an IPv4 address in IPv6": rule("<ipv6 srcipaddr='192.0.2.1'/>"),
    "a mask above 32": rule("<ip srcipmask='33'/>"),
    "unknown flags": rule("<tcp flags='SYN'/>"),
    "an unknown state": rule("<tcp state='OLD'/>"),
    "an IP set without flags": rule("<all ipset='friends'/>"),
    "a parameter without a value": "<filter name='a'><filterref filter='b'><parameter name='IP'/></filterref></filter>",
    "a rule in a rule": rule("<rule action='drop' direction='in'/>"),
}
