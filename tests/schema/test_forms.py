"""What has the right words in the wrong form is said to be that, once, and is written in the right form."""

from collections.abc import Iterator

import pytest

from tests.documents import of_pages
from tests.sources import named
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import FixPolicy, Settings
from vnetlint.xml.node import Attribute, Node
from vnetlint.xml.tree import parse

FAULTS = frozenset(rule.name for rule in builtin() if rule.name.startswith("schema-"))
SETTINGS = Settings(FAULTS, fixing=FixPolicy(unsafe=True))
MEMORY = Memory()
"""The rules of the settings are chosen once for all documents."""


def found(text: str, path: str = "a.xml") -> list[str]:
    every = lint([named(path, text)], SETTINGS, memory=MEMORY).findings
    return [each.message for each in every if each.severity != "info"]


def fixed(text: str, path: str = "a.xml") -> str:
    changed = fix([named(path, text)], SETTINGS).changed
    return changed[0].after.text if changed else text


NETWORK = "<network><name>lan</name>{}</network>"
NIC = (
    "<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm</type></os><devices>"
    "<interface type='bridge'>{}</interface></devices></domain>"
)


@pytest.mark.parametrize(
    ("around", "wrong", "right", "message"),
    [
        (
            NETWORK,
            "<forward><mode>nat</mode></forward>",
            "<forward mode='nat'></forward>",
            "unknown element <mode> in <forward>; write it as an attribute: mode='nat'",
        ),
        (
            NETWORK,
            "<forward>nat</forward>",
            "<forward mode='nat'/>",
            "unexpected text in <forward>; write it as an attribute: mode='nat'",
        ),
        (
            NETWORK,
            "<ip><address>10.0.0.1</address></ip>",
            "<ip address='10.0.0.1'></ip>",
            "<address> is not allowed in <ip>; write it as an attribute: address='10.0.0.1'",
        ),
        (
            NIC,
            "<source>br0</source>",
            "<source bridge='br0'/>",
            "unexpected text in <source>; write it as an attribute: bridge='br0'",
        ),
        (
            NIC,
            "<source bridge='br0'/><model>virtio</model>",
            "<source bridge='br0'/><model type='virtio'/>",
            "<model> is not allowed in <interface>; write it as an attribute: type='virtio'",
        ),
        (
            NETWORK,
            "<ip address='10.0.0.1' prefix='24'><dhcp><host ip='10.0.0.2' mac='52:54:00:00:00:01'>"
            "<hostname>a</hostname></host></dhcp></ip>",
            "<ip address='10.0.0.1' prefix='24'><dhcp><host ip='10.0.0.2' mac='52:54:00:00:00:01' name='a'>"
            "</host></dhcp></ip>",
            "<hostname> is not allowed in <host>; write it as an attribute: name='a'",
        ),
    ],
)
def test_an_attribute_is_written_as_one(around: str, wrong: str, right: str, message: str) -> None:
    text = around.format(wrong)
    assert found(text) == [message]
    assert fixed(text) == around.format(right)


def test_a_name_of_a_dns_record_is_an_element() -> None:
    """As in DHCP, where it is an attribute. libvirt refuses the record, and does not look for it in DHCP."""
    text = NETWORK.format("<dns><host ip='10.0.0.2' name='a'/></dns>")
    (finding,) = lint([named("a.xml", text)], SETTINGS).findings
    assert finding.message == "unknown attribute 'name' on <host>; write it as an element: <hostname>a</hostname>"
    assert finding.libvirt_message == "Missing hostname in network 'lan' DNS HOST record"
    assert "<dns><host ip='10.0.0.2'><hostname>a</hostname></host></dns>" in fixed(text)
    moved = NETWORK.format("<dns><host ip='10.0.0.2' name='a' mac='52:54:00:00:00:01'/></dns>")
    (finding,) = lint([named("a.xml", moved)], SETTINGS).findings
    assert finding.message == "<host> is not allowed in <dns>; it belongs in <dhcp>"
    assert finding.libvirt_message == "Missing hostname in network 'lan' DNS HOST record"


@pytest.mark.parametrize(
    ("wrong", "right", "form"),
    [
        ("<network name='lan'/>", "<network><name>lan</name></network>", "<name>lan</name>"),
        (
            "<network bridge='br0'><name>lan</name></network>",
            "<network><name>lan</name><bridge name='br0'/></network>",
            "<bridge name='br0'/>",
        ),
        (
            "<network forward='route'><name>lan</name></network>",
            "<network><name>lan</name><forward mode='route'/></network>",
            "<forward mode='route'/>",
        ),
    ],
)
def test_an_element_is_written_as_one(wrong: str, right: str, form: str) -> None:
    [message] = found(wrong)
    assert message.endswith(f" on <network>; write it as an element: {form}")
    assert fixed(wrong) == right


@pytest.mark.parametrize(
    ("wrong", "right", "form"),
    [
        ("<interface type='network' network='lan'/>", "<source network='lan'/>", "<source network='lan'/>"),
        ("<interface type='bridge' bridge='br0'/>", "<source bridge='br0'/>", "<source bridge='br0'/>"),
        ("<interface type='direct' dev='eth0'/>", "<source dev='eth0'/>", "<source dev='eth0'/>"),
        ("<interface type='user'><vlan id='5'/></interface>", "<vlan><tag id='5'/></vlan>", "<tag id='5'/>"),
    ],
)
def test_an_attribute_of_a_child_is_written_there(wrong: str, right: str, form: str) -> None:
    text = NIC.replace("<interface type='bridge'>{}</interface>", wrong)
    [message] = found(text)
    assert message.endswith(f"; write it as an element: {form}")
    assert right in fixed(text)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("<forward type='route'/>", "mode"),
        ("<bridge dev='virbr9'/>", "name"),
        ("<ip addr='10.0.0.1' prefix='24'/>", "address"),
        ("<ip address='10.0.0.1' mask='255.255.255.0'/>", "netmask"),
        ("<route address='10.9.0.0' prefix='16' via='10.0.0.2'/>", "gateway"),
        ("<portgroup id='a'/>", "name"),
        ("<dns><forwarder address='1.1.1.1'/></dns>", "addr"),
        ("<bandwidth><inbound rate='100'/></bandwidth>", "average"),
    ],
)
def test_another_word_for_an_attribute_is_understood(wrong: str, meant: str) -> None:
    [message] = found(NETWORK.format(wrong))
    assert message.endswith(f"; did you mean '{meant}'?")


def test_the_attributes_of_an_element_that_libvirt_refuses_are_renamed_together() -> None:
    wrong = NETWORK.format("<ip addr='10.0.0.1' mask='255.255.255.0'/>")
    findings = lint([named("a.xml", wrong)], SETTINGS, memory=MEMORY).findings
    assert {each.fixes[0].title for each in findings} == {"Rename them to 'address', 'netmask'"}
    assert fixed(wrong) == NETWORK.format("<ip address='10.0.0.1' netmask='255.255.255.0'/>")


def test_a_word_of_another_alternative_is_left_to_a_person() -> None:
    wrong = NIC.format("<source network='lan'/>")
    assert not [each for each in found(wrong) if "did you mean" in each]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("<ip address='10.0.0.1/24'/>", "<ip address='10.0.0.1' prefix='24'/>"),
        ("<ip address='fd00::1/64' family='ipv6'/>", "<ip address='fd00::1' family='ipv6' prefix='64'/>"),
    ],
)
def test_an_address_with_a_prefix_is_split(wrong: str, right: str) -> None:
    assert fixed(NETWORK.format(wrong)) == NETWORK.format(right)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("<ip address='10.0.0.1' netmask='24'/>", "<ip address='10.0.0.1' prefix='24'/>"),
        ("<dns><forwarder>9.9.9.9</forwarder></dns>", "<dns><forwarder addr='9.9.9.9'/></dns>"),
        (
            "<dns><host ip='10.0.0.5'>db</host></dns>",
            "<dns><host ip='10.0.0.5'><hostname>db</hostname></host></dns>",
        ),
        ("<bandwidth inbound='100'/>", "<bandwidth><inbound average='100'/></bandwidth>"),
        ("<vlan>5</vlan>", "<vlan><tag id='5'/></vlan>"),
        (
            "<ip address='10.0.0.1' prefix='24'><dhcp start='10.0.0.2' end='10.0.0.9'/></ip>",
            "<ip address='10.0.0.1' prefix='24'><dhcp><range start='10.0.0.2' end='10.0.0.9'/></dhcp></ip>",
        ),
    ],
)
def test_what_is_written_is_kept_in_the_right_form(wrong: str, right: str) -> None:
    assert len(found(NETWORK.format(wrong))) == 1
    assert fixed(NETWORK.format(wrong)) == NETWORK.format(right)


def test_the_only_type_that_fits_is_written() -> None:
    text = NIC.format("<source network='lan'/>")
    assert fixed(text.replace("bridge", "nat")) == text.replace("bridge", "network")


def test_a_type_that_libvirt_does_not_ask_for_is_a_choice() -> None:
    text = NIC.format("<source network='lan'/>").replace(" type='bridge'", "")
    [finding] = lint([named("a.xml", text)], SETTINGS, memory=MEMORY).findings
    assert (finding.fixes[0].title, finding.fixes[0].safety) == ("Add type='network'", "choice")


def test_removing_what_is_needed_in_another_form_is_not_offered() -> None:
    [finding] = lint([named("a.xml", "<network name='lan'/>")], SETTINGS, memory=MEMORY).findings
    assert [each.title for each in finding.fixes] == ["Write it as an element"]


def test_a_size_is_parted_from_its_unit() -> None:
    text = NIC.format("<source bridge='br0'/>")
    assert "<memory unit='MiB'>512</memory>" in fixed(text.replace("<memory>1<", "<memory>512 MiB<"))


def test_a_text_that_may_be_a_value_is_removed_only_by_a_person() -> None:
    text = NETWORK.format("<vlan>7 8</vlan>")
    assert "7 8" in fixed(text)


def test_a_word_of_other_firewalls_is_understood() -> None:
    wrong = "<filter name='a'><rule action='allow' direction='ingress'/></filter>"
    assert fixed(wrong) == "<filter name='a'><rule action='accept' direction='in'/></filter>"


@pytest.mark.parametrize(
    "text",
    [
        NETWORK.format("<forward><mode>fast</mode></forward>"),
        NETWORK.format("<forward mode='nat'><mode>nat</mode></forward>"),
        NETWORK.format("<forward><mode>nat<b/></mode></forward>"),
        NETWORK.format("<forward><mode>\nnat\nroute\n</mode></forward>"),
        NETWORK.format("<forward>see below</forward>"),
        "<network name='lan'><name>lan</name></network>",
        "<network wire='lan'><name>lan</name></network>",
    ],
    ids=["another value", "there already", "with children", "several lines", "a note", "element there", "unknown"],
)
def test_other_words_are_not_taken_for_it(text: str) -> None:
    messages = found(text)
    assert messages
    assert not [each for each in messages if "write it as" in each]


def test_of_two_only_one_can_be_the_attribute() -> None:
    two = found(NETWORK.format("<forward><mode>nat</mode><mode>route</mode></forward>"))
    assert ["write it as" in each for each in two] == [True, False]


def test_a_placeholder_is_moved_by_hand() -> None:
    text = NETWORK.format("<ip><address>{{ gateway }}</address></ip>")
    assert found(text, "a.xml.j2") == [
        "<address> is not allowed in <ip>; write it as an attribute: address='{{ gateway }}'"
    ]
    assert fixed(text, "a.xml.j2") == text


def test_a_placeholder_with_quotes_has_no_other_form() -> None:
    text = NETWORK.format("<forward><mode>{{ mode | default('nat') }}</mode></forward>")
    assert not [each for each in found(text, "a.xml.j2") if "write it as" in each]


def examples() -> Iterator[tuple[str, Node, Attribute]]:
    """The attributes of the correct documents of the rules' pages, each with its document and element."""
    for _, text in of_pages("Good"):
        for document in parse(named("a.xml", text)) if not found(text) else ():
            nodes = document.root.descendants()
            yield from ((text, node, each) for node in nodes for each in node.attributes.values())


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, 40))], ids="of-40-{}".format
)
def test_every_attribute_of_the_examples_is_recognised_as_an_element(part: int) -> None:
    every = [each for each in examples() if ":" not in each[2].name and each[2].value.strip()][part::40]
    lost = []
    for text, node, attribute in every:
        wrong = _as_element(text, node, attribute)
        if len(found(wrong)) != 1 or _meaning(fixed(wrong)) != _meaning(text):
            lost.append(wrong)
    assert len(lost) <= len(every) / 20, lost


def _as_element(text: str, node: Node, attribute: Attribute) -> str:
    """Return a document with an attribute of an element written as its first child."""
    start, end = attribute.span
    tag = (text[node.start : start].rstrip() + text[end : node.open_end]).removesuffix(">").removesuffix("/")
    child = f"<{attribute.name}>{attribute.value}</{attribute.name}>"
    inner = f"</{node.name}>" if node.is_empty_tag else text[node.open_end : node.end]
    return f"{text[: node.start]}{tag}>{child}{inner}{text[node.end :]}"


def _meaning(text: str) -> object:
    def of(node: Node) -> object:
        attributes = sorted((each.name, each.value) for each in node.attributes.values())
        return node.name, attributes, node.text.strip(), [of(child) for child in node.children]

    return [of(document.root) for document in parse(named("a.xml", text))]
