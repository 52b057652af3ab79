"""A document that is not well formed is explained by the one slip without which libvirt could read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources import named
from vnetlint.engine.reading import read
from vnetlint.schema import gate
from vnetlint.xml.tree import parse
from vnetlint.xml.wellformed import SyntaxFault, check

NETWORK = """\
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr7' delay="0"/>
  <dns>
    <host ip='10.0.0.9'>
      <hostname>a</hostname>
      <hostname>b</hostname>
    </host>
  </dns>
  <ip address='10.0.0.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='10.0.0.2' end='10.0.0.8'/>
    </dhcp>
  </ip>
</network>
"""
EXAMPLES = sorted(Path("examples").glob("*/*.xml"))

SLIPS = {
    # A bracket.
    ("    <dhcp>\n", "    <dhcp\n"): "missing '>' of <dhcp>",
    ('delay="0"/>', 'delay="0"'): "missing '/>' of <bridge>",
    ('delay="0"/>', 'delay="0"/'): "missing '>' of <bridge>",
    ('delay="0"/>', 'delay="0"//>'): "'//>' does not end a tag: expected />",
    ('delay="0"/>', 'delay="0"\\>'): "'\\>' does not end a tag: expected />",
    ('delay="0"/>', 'delay="0"/ >'): "'/ >' does not end a tag: expected />",
    ("lan</name>", "lan</name"): "missing '>' of </name>",
    ("</network>\n", "</network\n"): "missing '>' of </network>",
    ("<name>lan", "name>lan"): "missing '<' of <name>",
    ("<name>lan", "<namelan"): "missing '>' of <name>",
    ("<name>lan", "<<name>lan"): "'<<' before 'name': expected <name",
    ("<name>lan", "< name>lan"): "'< ' before 'name': expected <name",
    ("lan</name>", "lan</ name>"): "'</ ' before 'name': expected </name",
    ("lan</name>", "lan<\\name>"): "'<\\' before 'name': expected </name",
    ("lan</name>", "lan/name>"): "missing '<' of </name>",
    ("lan</name>", "lan<name>"): "<name> in <name>: expected </name>",
    ("lan</name>", "lan</name/>"): "</name> has only a name",
    ("<forward mode", "<forward> mode"): "unexpected > before 'mode='nat'/>'",
    ("<dns>", "<dns>>"): None,
    ("<dns>", "<<dns>"): "'<<' before 'dns': expected <dns",
    # A quote, an equals sign, a space.
    ("mode='nat'", "mode='nat"): "missing closing ' of 'mode'",
    ("mode='nat'", "mode=nat'"): "missing opening ' of 'mode'",
    ("mode='nat'", "mode='nat\""): "the value of 'mode' begins with ' and ends with \"",
    ("mode='nat'", "mode=''nat'"): "the value of 'mode' has a ' too many",
    ("mode='nat'", "mode='nat''"): "the value of 'mode' has a ' too many",
    ("mode='nat'/>", "mode='nat/>'"): "the closing ' of 'mode' is behind the />",
    ("mode='nat'", "mode'nat'"): "missing = after 'mode'",
    ("mode='nat'", "mode 'nat'"): "missing = after 'mode'",
    ("mode='nat'", "mode:'nat'"): "missing = after 'mode'",
    ("mode='nat'", "mode=='nat'"): "'mode' has an = too many",
    ("mode='nat'", "mod=e'nat'"): "missing = after 'mode'",
    ("<forward mode", "<forwardmode"): "missing space between 'forward' and 'mode'",
    ("<forward mode", "<for ward mode"): "'for ward': expected forward",
    ("name='virbr7' delay", "name='virbr7 delay"): "missing closing ' of 'name'",
    ("name='virbr7' delay", "name='virbr7', delay"): "unexpected , between the attributes of <bridge>",
    # Tags that do not match.
    ("lan</name>", "lan</nmae>"): "mismatched </nmae>: expected </name>",
    ("<name>lan", "<nmae>lan"): "mismatched <nmae>: its end tag is </name>",
    ("lan</name>", "lan"): "unclosed element <name>",
    ("mode='nat'/>", "mode='nat'>"): "unclosed element <forward>",
    ("    </dhcp>\n", ""): "unclosed element <dhcp>",
    ("    </host>\n", ""): "unclosed element <host>",
    ("  </dns>\n", ""): "unclosed element <dns>",
    ("</network>\n", ""): "unclosed element <network>",
    ("</network>\n", "<network>\n"): "<network> in <network>: expected </network>",
    ("    </dhcp>\n", "    </dhcp>\n    </dhcp>\n"): "unexpected </dhcp>: there is nothing to close",
    ("</network>\n", "</network>\n</network>\n"): "unexpected </network>: there is nothing to close",
    ("    <dhcp>\n", "    <dhcp>\n    <dhcp>\n"): "the start tag of <dhcp> is here twice",
    ("netmask='255.255.255.0'>", "netmask='255.255.255.0'/>"): "unexpected </ip>: <ip> is closed already",
    # Around the root, and in text.
    ("<network>\n", "<?xml version='1.0'>\n<network>\n"): "invalid XML declaration: expected <?xml version='1.0' "
    "encoding='UTF-8'?>",
    (
        "<network>\n",
        "\n<?xml version='1.0'?>\n<network>\n",
    ): "the XML declaration must be at the very start of the file",
    ("  <dns>\n", "  <!- names -->\n  <dns>\n"): "'<!-' does not begin a comment: expected <!--",
    ("  <dns>\n", "  <!-- names ->\n  <dns>\n"): "'->' does not end the comment: expected -->",
    ("lan</name>", "l&amp n</name>"): "missing ; after &amp",
    ("lan</name>", "l&apm;n</name>"): "unknown entity &apm;: did you mean &amp;?",
    ("address='10.0.0.1'", "address='<10.0.0.1'"): "unexpected <",
    ("  <dns>\n", "  & <dns>\n"): "unexpected &",
}


def fault(text: str) -> SyntaxFault | None:
    return read(named("a.xml", text), None).fault


def fixed(text: str, found: SyntaxFault) -> str:
    assert found.fix is not None, found.message
    for span, written in sorted(found.fix.edits, reverse=True):
        text = text[: span.start] + written + text[span.end :]
    return text


def follows_its_schema(text: str) -> bool:
    documents = parse(named("a.xml", text))
    return [check(each) for each in documents] == [None] and gate.is_valid(documents[0]) is True


@pytest.mark.parametrize(("right", "wrong"), SLIPS)
def test_a_slip_is_named_and_undone(right: str, wrong: str) -> None:
    assert NETWORK.count(right) == 1
    message = SLIPS[right, wrong]
    broken = NETWORK.replace(right, wrong)
    found = fault(broken)
    if message is None:
        assert found is None
        return
    assert found is not None
    assert found.message == message
    assert follows_its_schema(fixed(broken, found))


@pytest.mark.parametrize("lost", range(len(NETWORK) - 1))
def test_nearly_each_character_that_is_lost_comes_back(lost: int) -> None:
    broken = NETWORK[:lost] + NETWORK[lost + 1 :]
    found = fault(broken)
    if found is not None and found.fix is not None and found.fix.is_certain:
        assert follows_its_schema(fixed(broken, found))
    if found is not None and NETWORK[lost] in "<>/='\"":
        assert found.fix is not None, found.message


@given(
    st.sampled_from(EXAMPLES), st.floats(0, 1, exclude_max=True), st.sampled_from("dit"), st.sampled_from("<>/='\"& ,a")
)
def test_a_certain_fix_of_any_slip_makes_a_document_that_follows_its_schema(
    path: Path, share: float, how: str, put: str
) -> None:
    text = path.read_text("utf-8")
    at = int(share * (len(text) - 1))
    broken = (
        text[:at] + {"d": "", "i": put + text[at], "t": text[at + 1] + text[at]}[how] + text[at + 1 + (how == "t") :]
    )
    found = fault(broken)
    if found is not None:
        assert 0 <= found.span.start <= found.span.end <= len(broken)
        if found.fix is not None:
            after = fixed(broken, found)
            assert after != broken
            if found.fix.is_certain and follows_its_schema(text):
                assert [check(each) for each in parse(named("a.xml", after))] == [None]


def test_a_slip_that_libvirt_knows_is_preferred_to_one_that_is_only_well_formed() -> None:
    """Each of the two is well formed with one name twice."""
    for right, wrong in (("<dhcp>", "<dhpc>"), ("</dhcp>", "</dhpc>")):
        text = NETWORK.replace(right, wrong)
        found = fault(text)
        assert found is not None
        assert fixed(text, found) == NETWORK


def test_of_two_slips_the_first_is_explained_and_its_fix_is_left_to_a_person() -> None:
    text = NETWORK.replace("<dhcp>", "<dhcp").replace('delay="0"/>', 'delay="0"')
    found = fault(text)
    assert found is not None
    assert found.message == "missing '/>' of <bridge>"
    assert found.fix is not None
    assert not found.fix.is_certain
    following = fault(fixed(text, found))
    assert following is not None
    assert fixed(fixed(text, found), following) == NETWORK


@pytest.mark.parametrize("path", sorted(Path("examples/guests").glob("*.xml")), ids=str)
def test_a_file_that_is_cut_off_is_explained_and_not_completed(path: Path) -> None:
    text = path.read_text("utf-8")
    found = fault(text[: len(text) // 2])
    assert found is not None
    assert found.fix is None or not found.fix.is_certain


@pytest.mark.parametrize("value", ["{{ name }}", "${NAME}", "<%= @name %>", "{% if a %}lan{% else %}dmz{% endif %}"])
def test_a_slip_in_a_template_is_undone(value: str) -> None:
    text = NETWORK.replace(">lan<", f">{value}<")
    assert fault(text) is None
    for right, wrong in (("    <dhcp>\n", "    <dhcp\n"), ("mode='nat'", "mode='nat"), ("    </dhcp>\n", "")):
        broken = text.replace(right, wrong)
        found = fault(broken)
        assert found is not None
        assert fixed(broken, found) == text


def test_what_is_added_has_the_line_ends_of_the_file() -> None:
    declared = f"<!-- lan -->\n<?xml version='1.0'?>\n{NETWORK}"
    for text in (declared, NETWORK.replace("    </dhcp>\n", ""), NETWORK.replace("</network>\n", "")):
        broken = text.replace("\n", "\r\n")
        found = fault(broken)
        assert found is not None
        after = fixed(broken, found)
        assert after.count("\n") == after.count("\r\n")
        assert follows_its_schema(after)


def lines_lost(text: str) -> Iterator[str]:
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.strip().startswith("</"):
            yield "".join(lines[:number] + lines[number + 1 :])


@pytest.mark.parametrize("path", EXAMPLES, ids=str)
def test_an_end_tag_on_its_own_line_comes_back_where_it_was(path: Path) -> None:
    text = path.read_text("utf-8")
    for broken in lines_lost(text):
        found = fault(broken)
        assert found is not None
        assert fixed(broken, found) == text
