"""Network filters on the NICs of guests."""

from tests.reality.scenario import Guest, HostSide, Nic, Outside, Scenario, back, defaults

from .making import guest, routed

_FIELD = routed("field", "10.72.1.1/24", "fd72:1::1/64")
_BACK = Outside(router=back("10.72.1.0/24", "fd72:1::/64"), lanhost=back("10.72.1.0/24", "fd72:1::/64"))
_OTHER = guest("g9", "field", "10.72.1.19/24", "fd72:1::19/64")

_ONLY_SOME = """\
<filter name='only-some' chain='root'>
  <rule action='accept' direction='inout' priority='100'><mac protocolid='arp'/></rule>
  <rule action='accept' direction='in' priority='200'><ip protocol='tcp' dstportstart='22'/></rule>
  <rule action='accept' direction='out' priority='200'><ip protocol='tcp' srcportstart='22'/></rule>
  <rule action='accept' direction='inout' priority='300'><ip protocol='icmp'/></rule>
  <rule action='drop' direction='inout' priority='900'><all/></rule>
  <rule action='drop' direction='inout' priority='950'><mac/></rule>
</filter>
"""
_STATEFUL = """\
<filter name='web-only' chain='root'>
  <rule action='accept' direction='in' priority='100'><tcp dstportstart='80'/></rule>
  <rule action='accept' direction='out' priority='100'><tcp dstportstart='22'/></rule>
  <rule action='accept' direction='out' priority='200'><icmp/></rule>
  <rule action='reject' direction='in' priority='300'><udp dstportstart='80'/></rule>
  <rule action='drop' direction='inout' priority='900'><all/></rule>
</filter>
"""


def _filtered(name: str, number: int, filtered: str, *parameters: tuple[str, str]) -> Guest:
    own = (f"10.72.1.{number}/24", f"fd72:1::{number}/64")
    nic = Nic("field", own, filter=filtered, parameters=parameters)
    return Guest(name, (nic,), defaults("10.72.1.1", "fd72:1::1"))


SCENARIOS = (
    Scenario(
        "filter-clean-traffic",
        "clean-traffic with the guest's address, with another address, and none",
        networks=(_FIELD,),
        guests=(
            _filtered("g1", 11, "clean-traffic", ("IP", "10.72.1.11")),
            _filtered("g2", 12, "clean-traffic", ("IP", "10.72.1.99")),
            _OTHER,
        ),
        outside=_BACK,
        expect="""
            g1 -> internet v4 allowed as 10.72.1.11
            g1 -> g9 v4 allowed
            g2 -> g9 v4 dropped
            g1 -> g9 v6 dropped
            lanhost -> g1 v4 allowed
            g9 -> internet v6 allowed
        """,
    ),
    Scenario(
        "filter-only-some",
        "A filter that accepts ARP, ICMP and SSH and drops the rest, all on the level of the bridge",
        networks=(_FIELD,),
        guests=(_filtered("g1", 11, "only-some"), _OTHER),
        outside=_BACK,
        filters=(_ONLY_SOME,),
        ports=(22,),
        expect="""
            g9 -> g1 v4 icmp allowed
            g9 -> g1 v4 tcp/22 allowed
            g9 -> g1 v4 tcp dropped
            g9 -> g1 v6 icmp dropped
            g1 -> g9 v4 udp dropped
        """,
    ),
    Scenario(
        "filter-stateful",
        "A filter with rules of iptables, while bridged frames pass iptables",
        networks=(_FIELD,),
        guests=(_filtered("g1", 11, "web-only"), _OTHER),
        host=HostSide(bridge_netfilter=True),
        outside=_BACK,
        filters=(_STATEFUL,),
        ports=(22, 80),
        expect="""
            g9 -> g1 v4 tcp/80 allowed
            g9 -> g1 v4 tcp dropped
            g1 -> g9 v4 tcp/22 allowed
            g1 -> g9 v4 tcp dropped
            g1 -> g9 v4 icmp allowed
            g9 -> g1 v4 udp/80 rejected
            lanhost -> g1 v4 tcp/80 allowed
            lanhost -> g1 v4 tcp one-way
            lanhost -> g1 v4 udp/80 one-way
            g9 -> g1 v6 tcp allowed
        """,
    ),
    Scenario(
        "filter-stateful-bypassed",
        "The same filter, while bridged frames do not pass iptables",
        networks=(_FIELD,),
        guests=(_filtered("g1", 11, "web-only"), _OTHER),
        outside=_BACK,
        filters=(_STATEFUL,),
        ports=(22, 80),
        expect="""
            g9 -> g1 v4 tcp allowed
            g1 -> g9 v4 udp allowed
        """,
    ),
)
