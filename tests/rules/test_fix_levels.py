"""Which fixes of guests' and filters' rules are made in bulk, on files that no page shows."""

import pytest

from tests.sources import named
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding, Safety
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import FixPolicy, Settings

GUEST = (
    "<domain type='kvm'>\n  <name>web</name>\n  <memory>1024</memory>\n"
    "  <os><type arch='x86_64'>hvm</type></os>\n  <devices>\n    {}\n  </devices>\n</domain>\n"
)
NIC = "<interface type='{}'>{}</interface>"
BRIDGED = "<source bridge='br0'/>"
FILTER = "<filter name='guests' chain='root'>\n  <rule action='drop' direction='in'>{}</rule>\n</filter>\n"
BULK = Settings(rules=frozenset({"all"}), fixing=FixPolicy(unsafe=True, threshold="info"))


def guest(*parts: str) -> str:
    return GUEST.format("\n    ".join(parts))


def nic(body: str, kind: str = "bridge") -> str:
    return guest(NIC.format(kind, body))


def found(text: str, rule: str) -> list[Finding]:
    result = lint([named("web.xml", text)], Settings(rules=frozenset({"all"})))
    assert not [each for each in result.findings if each.rule == "internal-error"]
    return [each for each in result.findings if each.rule == rule]


def levels(text: str, rule: str) -> list[tuple[str, Safety]]:
    [finding] = found(text, rule)
    return [(each.title, each.safety) for each in finding.fixes]


def fixed(text: str) -> str:
    changed = fix([named("web.xml", text)], BULK).changed
    return changed[0].after.text if changed else text


@pytest.mark.parametrize(
    "text",
    [
        nic("<source dev='eth0' mode='bridge'/><filterref filter='clean-traffic'/>", "direct"),
        nic("<source bridge='br0'/><virtualport type='openvswitch'/><filterref filter='clean-traffic'/>"),
        nic("<source bridge='br0'/><driver name='vhost' queues='4'/><model type='e1000'/>"),
        nic("<source bridge='br0'/><driver iommu='on'/><model type='e1000'/>"),
        nic("<source bridge='br0'/><virtualport type='openvswitch'/><port isolated='yes'/>"),
        nic("<source bridge='br0'/><virtualport type='802.1Qbh'><parameters profileid='p'/></virtualport>"),
        nic("<source dev='eth0' mode='bridge'/><port isolated='yes'/>", "direct"),
        nic("<bandwidth><inbound average='1000'/></bandwidth>", "user"),
        nic("<mac address='00:00:00:00:00:00'/><source bridge='br0'/><model type='virtio'/>"),
        nic("<mac address='00:1b:21:00:00:01'/><source bridge='br0'/><model type='virtio'/>"),
        nic("<source bridge='br0'/><link state='down'/><model type='virtio'/>"),
        nic("<model type='virtio'/>", "ethernet"),
        nic("<model type='virtio'/>", "null"),
        nic("<source dev='eth0' mode='bridge'/><model type='virtio'/>", "direct"),
        nic("<source name='inner'/><model type='virtio'/>", "internal"),
        nic("<source bridge='br0'/><model type='netfront'/>"),
        nic(f"{BRIDGED}<model type='virtio'/><boot order='1'/>").replace("</type>", "</type><boot dev='hd'/>"),
        FILTER.format("<tcp srcipmask='24'/>"),
        FILTER.format("<tcp-ipv6 flags='SYN/ALL'/>"),
        FILTER.format("<tcp match='no' dstportstart='22'/>"),
        FILTER.format("<tcp dstportend='100'/>"),
        FILTER.format("<ip dstportstart='22'/>"),
        FILTER.format("<stp srcmacaddr='52:54:00:0a:0b:0c'/>").replace("'in'", "'inout'"),
    ],
)  # fmt: skip
def test_what_somebody_may_have_meant_is_not_changed_in_bulk(text: str) -> None:
    findings = lint([named("web.xml", text)], Settings(rules=frozenset({"all"}))).findings
    assert any(each.fixes and each.fixes[0].safety == "choice" for each in findings)
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        (nic(f"{BRIDGED}<model type='virto'/>"), "unknown-card-model", [("Set the model to 'virtio'", "unsafe")]),
        (nic(f"{BRIDGED}<model type='netfront'/>"), "unknown-card-model", [("Set the model to 'virtio'", "choice")]),
        (nic(f"{BRIDGED}<guest dev='eth0'/>"), "setting-without-effect", [("Remove <guest>", "unsafe")]),
        (
            nic(f"{BRIDGED}<target dev='a-name-far-too-long'/>"),
            "target-name-too-long",
            [("Remove <target>, so that libvirt names the device", "unsafe")],
        ),
        (
            nic(f"{BRIDGED}<target dev='a-name-far-too-long' managed='yes'/>"),
            "target-name-too-long",
            [("Remove 'dev' from <target>, so that libvirt names the device", "unsafe")],
        ),
        (
            nic("<source network='default'/><filterref filter='clean-traffic'>"
                "<parameter name='CTRL_IP_LEARNING' value='dhcpp'/></filterref>", "network"),
            "filter-learning-invalid",
            [("Set CTRL_IP_LEARNING to 'dhcp'", "unsafe")],
        ),
        (
            FILTER.format("<tcp dstportstart='443' dstportend='80'/>"),
            "filter-range-reversed",
            [("Swap 'dstportstart' and 'dstportend'", "unsafe")],
        ),
        (
            FILTER.format("<udp/><tcp/><sctp/>"),
            "filter-rule-two-protocols",
            [("Move <tcp>, <sctp> to a rule of its own", "unsafe")],
        ),
    ],
)  # fmt: skip
def test_levels(text: str, rule: str, expected: list[tuple[str, Safety]]) -> None:
    assert levels(text, rule) == expected


def test_a_second_protocol_is_reported_once() -> None:
    text = FILTER.format("<udp/><tcp/><sctp/>")
    result = lint([named("web.xml", text)], Settings(rules=frozenset({"all"})))
    assert [each.rule for each in result.findings if each.severity != "info"] == ["filter-rule-two-protocols"]
    without = frozenset(each.name for each in builtin() if each.name != "filter-rule-two-protocols")
    result = lint([named("web.xml", text)], Settings(rules=without))
    assert {each.rule for each in result.findings if each.severity != "info"} == {"schema-misplaced-element"}


def test_an_invalid_value_is_not_copied() -> None:
    for value, count in (("443", 2), ("$PORT", 2), ("$LIST[@1]", 2), ("$", 0), ("$A B", 0), ("\u0664", 0)):
        found_fixes = [
            each.fixes for each in found(FILTER.format(f"<tcp dstportend='{value}'/>"), "filter-range-without-start")
        ]
        assert [len(each) for each in found_fixes] == ([count] if count else [])
    for value, count in (("5000", 2), ("fast", 1), ("0", 1), ("-1", 1), ("\u0664", 1), ("99999999999", 1)):
        text = nic(f"{BRIDGED}<bandwidth><inbound peak='{value}'/></bandwidth>")
        assert len(levels(text, "bandwidth-average-missing")) == count


def test_a_word_in_capitals_is_a_model_that_a_script_puts_there() -> None:
    for rule in ("unknown-card-model", "virtio-options-without-virtio", "emulated-card", "model-not-virtio"):
        assert found(nic(f"{BRIDGED}<model type='NICDRIVER'/><driver queues='4'/>"), rule) == []
        assert found(nic("<source dev='/dev/vhost-vdpa-0'/><model type='NIC_MODEL'/>", "vdpa"), rule) == []


@pytest.mark.parametrize("digits", ["²", "①", "٣", pytest.param("9" * 5000, marks=pytest.mark.slow), "-1", "0x1", ""])
def test_odd_digits_stop_no_rule(digits: str) -> None:
    queues = " ".join(f"{name}='{digits}'" for name in ("rx_queue_size", "tx_queue_size"))
    numbers = f"<boot order='{digits}'/><acpi index='{digits}'/><mtu size='{digits}'/>"
    body = f"{BRIDGED}<model type='virtio'/><driver {queues}/>{numbers}<address type='pci' slot='{digits}'/>"
    twice = guest(NIC.format("bridge", body), NIC.format("bridge", body))
    found(twice, "queue-size-not-power-of-two")
    ports = f"<tcp dstportstart='{digits}' dstportend='{digits}' srcportend='{digits}'/>"
    found(FILTER.format(ports).replace("direction", f"priority='{digits}' direction"), "filter-range-reversed")
    parameter = f"<filterref filter='guests'><parameter name='PORT' value='{digits}'/></filterref>"
    user = f"<backend type='passt'/><portForward proto='tcp'><range start='{digits}' to='{digits}'/></portForward>"
    found(nic(f"<ip address='10.0.0.1' prefix='{digits}'/>{user}", "user"), "port-range-impossible")
    web, guests = nic(f"{BRIDGED}{parameter}"), FILTER.format("<tcp dstportstart='$PORT'/>")
    result = lint([named("web.xml", web), named("guests.xml", guests)], Settings(rules=frozenset({"all"})))
    assert "internal-error" not in {each.rule for each in result.findings}


@pytest.mark.parametrize(
    ("value", "fits"), [("65535", True), ("0000065535", True), ("65536", False), ("9" * 5000, False)]
)
def test_a_port_of_a_filter_parameter(value: str, fits: bool) -> None:
    parameter = f"<filterref filter='guests'><parameter name='PORT' value='{value}'/></filterref>"
    web, guests = nic(f"{BRIDGED}{parameter}"), FILTER.format("<tcp dstportstart='$PORT'/>")
    result = lint([named("web.xml", web), named("guests.xml", guests)], Settings(rules=frozenset({"all"})))
    assert ("filter-parameter-wrong-type" not in {each.rule for each in result.findings}) == fits


@pytest.mark.parametrize("end", ["fd00::1", "70000", "http", "²"])
def test_an_end_that_libvirt_refuses_is_not_one_that_it_ignores(end: str) -> None:
    assert found(FILTER.format(f"<tcp dstportend='{end}'/>"), "filter-range-without-start") == []


@pytest.mark.parametrize(
    "match",
    ["<tcp srcipto='fd00::1'/>", "<tcp-ipv6 srcipto='10.0.0.1'/>", "<tcp srcipmask='24'/><tcp srcipaddr='10.0.0.0'/>",
     "<tcp dstportend='80'/><tcp dstportstart='22'/>", "<tcp match='no' dstportstart='22'/><tcp srcportstart='1'/>"],
)  # fmt: skip
def test_what_libvirt_refuses_or_merges_is_left_alone(match: str) -> None:
    for rule in ("filter-range-without-start", "filter-mask-without-address", "filter-negation-lost"):
        assert found(FILTER.format(match), rule) == []


def test_a_mask_becomes_an_address_of_its_own_family_only() -> None:
    titles = [title for title, _ in levels(FILTER.format("<tcp srcipmask='fd00::1'/>"), "filter-mask-without-address")]
    assert titles == ["Remove 'srcipmask'", "Add the address"]


def test_no_negation_is_rewritten_with_a_port_that_libvirt_refuses() -> None:
    match = "<tcp match='no' dstportstart='22' dstportend='fd00::1'/>"
    assert [safety for _, safety in levels(FILTER.format(match), "filter-negation-lost")] == ["display"]


@pytest.mark.parametrize(
    ("one", "rule"),
    [
        ("<boot order='1'/>", "boot-order-used-twice"),
        ("<alias name='ua-lan'/>", "alias-used-twice"),
        ("<acpi index='3'/>", "acpi-index-used-twice"),
        ("<address type='pci' domain='0' bus='1' slot='1' function='0'/>", "pci-address-used-twice"),
    ],
)
def test_branches_of_a_template_may_exclude_each_other(one: str, rule: str) -> None:
    parts = [NIC.format("bridge", f"{BRIDGED}<model type='virtio'/>{one}")] * 2
    assert len(found(guest(*parts), rule)) == 1
    assert found(guest("{% if fast %}", parts[0], "{% else %}", parts[1], "{% endif %}"), rule) == []


def test_the_next_free_index_is_one_that_qemu_takes() -> None:
    parts = [NIC.format("bridge", f"{BRIDGED}<model type='virtio'/><acpi index='16383'/>")] * 2
    assert levels(guest(*parts), "acpi-index-used-twice")[0] == ("Set 'index' to 1", "unsafe")


def test_a_filter_that_libvirt_ships_is_not_edited() -> None:
    lan = (
        "<network><name>lan</name><forward mode='nat'/><ip address='192.168.20.1' prefix='24'/>"
        "<ip family='ipv6' address='fd00:20::1' prefix='64'/></network>"
    )
    own = "<filter name='{}' chain='root'><filterref filter='no-other-l2-traffic'/></filter>"
    used = "<source network='lan'/><model type='virtio'/><filterref filter='{}'/>"
    for name, safety in (("clean-traffic", "display"), ("guests", "choice")):
        texts = {"lan": lan, "filter": own.format(name), "web": nic(used.format(name), "network")}
        result = lint([named(f"{key}.xml", text) for key, text in texts.items()], Settings(rules=frozenset({"all"})))
        [finding] = [each for each in result.findings if each.rule == "filter-blocks-ipv6"]
        assert finding.fixes[0].safety == safety


@pytest.mark.parametrize(
    ("mac", "begins"), [("", "<port"), ("<mac address='52:54:0:a:b:c'/>", "interface 52:54:00:0a")]
)
def test_libvirt_is_quoted_with_an_address_only_if_there_is_one(mac: str, begins: str) -> None:
    text = nic(f"{mac}<source dev='eth0' mode='bridge'/><port isolated='yes'/>", "direct")
    [finding] = found(text, "setting-not-for-type")
    assert (finding.libvirt_message or "").startswith(begins)


def test_a_pair_gets_an_address_in_bulk_only_where_there_is_none() -> None:
    staying = (
        f"<mac address='52:54:00:0a:0b:0c'/>{BRIDGED}<teaming type='persistent'/>"
        "<model type='virtio'/><alias name='ua-b'/>"
    )
    going = (
        "{}<source><address type='pci' domain='0' bus='7' slot='0' function='1'/></source>"
        "<teaming type='transient' persistent='ua-b'/>"
    )
    for mac, safety in (("", "unsafe"), ("<mac address='52:54:00:0d:0e:0f'/>", "choice")):
        text = guest(NIC.format("bridge", staying), NIC.format("hostdev", going.format(mac)))
        assert levels(text, "teaming-mac-mismatch") == [("Set the address to 52:54:00:0a:0b:0c", safety)]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("tpc", "tcp"), ("TCP", "tcp"), ("icmpv4", "icmp"), ("ipv4", "ip"), ("tcp4", "tcp"), ("tcp6", "tcp-ipv6"),
     ("udpv6", "udp-ipv6"), ("esp6", "esp-ipv6"), ("icmp6", "icmpv6"), ("icmp-ipv6", "icmpv6"), ("igmpv4", "igmp"),
     ("any", "all"), ("tcp-ipv4", "tcp"), ("gre", None), ("dccp", None), ("http", None)],
)  # fmt: skip
def test_the_protocol_that_was_meant(name: str, meant: str | None) -> None:
    titles = [title for title, _ in levels(FILTER.format(f"<{name}/>"), "filter-unknown-protocol")]
    assert titles == [*([f"Rename it to <{meant}>"] if meant else []), "Remove the rule"]
