"""Whether a document is well formed is expat's verdict. The message says where the fault is and what to do."""

from xml.parsers import expat

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.sources import named
from tests.xml.documents import documents
from vnetlint.finding import Edit, Span
from vnetlint.xml.limits import MAX_ATTRIBUTES, MAX_DEPTH, MAX_DOCUMENTS, MAX_TOKENS
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse
from vnetlint.xml.wellformed import SyntaxFault, check, check_without_root

BREAKS = st.sampled_from(
    ["", "<", ">", "&", "'", '"', "/", "--", "]]>", "=", "<a>", "</a>", "<!--", "\x01", "é", " x "]
)


@given(documents())
def test_a_well_formed_document_has_no_fault(text: str) -> None:
    assert _fault(text) is None


@given(documents(), st.floats(0, 1, exclude_max=True), st.integers(0, 3), BREAKS)
def test_the_verdict_is_expats_and_the_place_is_in_the_text(text: str, share: float, lost: int, put: str) -> None:
    at = int(share * len(text))
    broken = text[:at] + put + text[at + lost :]
    read = parse(named("x", broken))
    # vnetlint reads files of several documents, which are one broken document to expat.
    assume(len(read) < 2 and "{" not in broken and "<%" not in broken)
    fault = _fault(broken)
    assert (fault is None) == _expat_reads(broken)
    if fault is not None:
        places = [
            fault.span,
            *([fault.other[1]] if fault.other else []),
            *(span for span, _ in (fault.fix.edits if fault.fix else ())),
        ]
        assert all(0 <= place.start <= place.end <= len(broken) for place in places)
        assert fault.message == fault.message.strip().rstrip(".")
        assert "\n" not in fault.message


@given(documents(), st.floats(0, 1), st.sampled_from(["&", "]]>"]))
def test_fixes_make_the_document_well_formed_or_end_where_only_a_person_knows(
    text: str, share: float, put: str
) -> None:
    at = int(share * len(text))
    broken = text[:at] + put + text[at:]
    fixes = 0
    while (fault := _fault(broken)) and fault.fix:
        broken = _fixed(broken, fault)
        fixes += 1
        assert fixes < 4


FAULTS = {
    # Tags that do not match.
    "<a>\n  <ip>\n</a>": "3:3 mismatched </a>: expected </ip>",
    "<a>\n  <ip></ipp>\n</a>": "2:9 mismatched </ipp>: expected </ip>",
    "<a><ip><dhcp><range></dhcp></ip></a>": "1:23 mismatched </dhcp>: expected </range>",
    "<Network></network>": "1:12 mismatched </network>: expected </Network>",
    "<a><ip></ip></ip></a>": "1:15 unexpected </ip>: there is nothing to close",
    "<a><ip/></ip></a>": "1:11 unexpected </ip>: there is nothing to close",
    "<a>\n  <ip>x</ip>\n": "1:2 unclosed element <a>",
    "<a>\n  <ip>x\n": "2:4 unclosed element <ip>",
    "<a>\n  <ip": "2:4 missing '>' after <ip",
    # What is opened and never closed.
    "<a><!-- b </a>": "1:4 unclosed comment",
    "<a><!--<!--<!--</a>": "1:4 unclosed comment",
    "<a><![CDATA[ b </a>": "1:4 unclosed CDATA section",
    "<a><?b </a>": "1:4 unclosed processing instruction",
    # Attributes.
    "<a><ip b='10/></a>": "1:8 missing closing ' of 'b'",
    "<a><ip b='10/>\n<dns c='1'/></a>": "1:8 missing closing ' of 'b'",
    '<a><ip b="10': "1:8 missing closing \" of 'b'",
    "<a><ip b=1/></a>": "1:8 the value of 'b' needs quotes",
    "<a b=“1”/>": "1:4 the value of 'b' needs straight quotes (' or \")",
    "<a><ip b/></a>": "1:8 missing value for 'b': write b='…'",
    "<a><ip b=/></a>": "1:8 missing value for 'b': write b='…'",
    "<a b='1'c='2'/>": "1:9 missing space before 'c'",
    "<a b='1' c='2' b='3'/>": "1:16 duplicate attribute 'b' on <a>",
    "<a b='x<y'/>": "1:8 < is not allowed in a value: write &lt;",
    # Text.
    "<a>r & d</a>": "1:6 a bare & is not allowed: write &amp;",
    "<a>r&d</a>": "1:5 a bare & is not allowed: write &amp;",
    "<a>r && d</a>": "1:6 a bare & is not allowed: write &amp;",
    "<a b='?x=1&y=2'/>": "1:11 a bare & is not allowed: write &amp;",
    "<a>&nbsp;</a>": "1:4 unknown entity &nbsp;: write a literal & as &amp;",
    "<a>&#0;</a>": "1:4 &#0; is not a character that XML allows",
    "<a>&#x110000;</a>": "1:4 &#x110000; is not a character that XML allows",
    "<a>x < y</a>": "1:6 expected a name after <: write a literal < as &lt;",
    "<a>< ip/></a>": "1:4 expected a name after <: write a literal < as &lt;",
    "<a><1/></a>": "1:4 expected a name after <: write a literal < as &lt;",
    "<a>x\x01</a>": "1:5 the character U+0001 is not allowed in XML",
    "<a>x]]></a>": "1:5 ]]> is not allowed in text: write ]]&gt;",
    "<a><!-- b -- c --></a>": "1:11 '--' is not allowed in a comment",
    "<a><!ELEMENT b></a>": "1:4 expected <!-- or <![CDATA[ after <!",
    "<a></a b></a>": "1:8 broken end tag </a>",
    "<a><ip/ ></a>": "1:8 broken start tag of <ip>",
    # Around the root.
    "junk\n<a/>": "1:1 text before <a>: only comments are allowed there",
    "<a/>\njunk": "2:1 text after </a>: only comments are allowed there",
    "<a/>\njunk\n<b/>": "2:1 text before <b>: only comments are allowed there",
    "\n<?xml version='1.0'?><a/>": "2:1 the XML declaration must be at the very start of the file",
    "<?xml encoding='a'?><a/>": "1:1 invalid XML declaration: expected <?xml version='1.0' encoding='UTF-8'?>",
    "<!DOCTYPE a><!DOCTYPE a><a/>": "1:13 broken markup before <a>",
    # No element at all.
    "": "1:1 the file is empty",
    " \n ": "1:1 the file is empty",
    "\nhello": "2:1 not XML: expected an element",
    "<!-- nothing -->": "1:1 no element in this file",
    "<!-- nothing": "1:1 unclosed comment",
    "</a>": "1:1 no element in this file",
    # Entities of the document's own.
    "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>": (
        "1:1 entity declarations are not expanded: write the text in place of the entity"
    ),
    "<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///etc/passwd'> %b;]><a/>": (
        "1:1 entity declarations are not expanded: write the text in place of the entity"
    ),
    "<!DOCTYPE a SYSTEM 'a.dtd'><a>&b;</a>": "1:31 unknown entity &b;: write a literal & as &amp;",
    # Limits.
    "<a>" * (MAX_DEPTH + 1): f"1:2 elements are nested {MAX_DEPTH + 1} deep: libvirt reads at most {MAX_DEPTH} levels",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_reported_in_plain_words_at_its_place(text: str) -> None:
    source, fault = named("x", text), _fault(text)
    assert fault is not None
    line, column = source.lines.position(fault.span.start)
    assert f"{line}:{column} {fault.message}" == FAULTS[text]


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("<a>r & d</a>", "<a>r &amp; d</a>"),
        ("<a>x]]></a>", "<a>x]]&gt;</a>"),
        ("<a b=1/>", "<a b='1'/>"),
        ("<a b=“1”/>", "<a b='1'/>"),
        ("<a b='1'c='2'/>", "<a b='1' c='2'/>"),
        ("<a b=/dev/sda/>", "<a b='/dev/sda'/>"),
        ("<a b=1><c d=2 e='x=3'/></a>", "<a b='1'><c d='2' e='x=3'/></a>"),
        ("<a b=“1 2”/>", "<a b='1 2'/>"),
        (
            "<a b='?x&y'>r & d &amp; <!-- & --><![CDATA[&]]>&</a>",
            "<a b='?x&amp;y'>r &amp; d &amp; <!-- & --><![CDATA[&]]>&amp;</a>",
        ),
        ("<a b='x<y'><c d='<'/></a>", "<a b='x&lt;y'><c d='&lt;'/></a>"),
        ("<a>&nbsp;&amp;&eacute;</a>", "<a>&#160;&amp;&#233;</a>"),
        ("<a>\x01b\x02</a>", "<a>b</a>"),
        ("<a><!-- b -- c ---></a>", "<a><!-- b - - c - --></a>"),
        ("<a b='1'c='2'd='3'/>", "<a b='1' c='2' d='3'/>"),
        ("<a b='1'\n   b='1'/>", "<a b='1'/>"),
    ],
)
def test_a_fault_has_a_fix_if_only_one_thing_can_be_meant(text: str, fixed: str) -> None:
    fault = _fault(text)
    assert fault is not None
    assert fault.fix is not None
    assert _fixed(text, fault) == fixed


@pytest.mark.parametrize("text", ["<a b='1' b='2'/>", "<a>x < y</a>", "<a><ip></a>", "<a b='1/>", "<a>&foo;</a>"])
def test_a_fault_has_no_fix_if_several_things_can_be_meant(text: str) -> None:
    fault = _fault(text)
    assert fault is not None
    assert fault.fix is None


@pytest.mark.parametrize(
    ("text", "opened"), [("<a>\n<ip>\n</a>", "ip"), ("<a b='1' b='2'/>", "b='1'"), ("<a><ip></ipp></a>", "ip")]
)
def test_the_other_place_of_a_fault_is_shown(text: str, opened: str) -> None:
    fault = _fault(text)
    assert fault is not None
    assert fault.other is not None
    assert text[slice(*fault.other[1])] == opened


@pytest.mark.parametrize(
    "text",
    [
        "<a/><b/>",
        "<?xml version='1.0'?>\n<a/>\n<!-- next -->\n<?xml version='1.0' encoding='UTF-16'?>\n<b/>\n",
        "<!DOCTYPE a><a/>",
        "<!DOCTYPE a SYSTEM 'a.dtd' [<!-- it's --><?p '?><!ELEMENT a ANY>]><a/>",
        "<?xml version='1.0' encoding='latin-1'?><a>ß</a>",
        "<a>" * MAX_DEPTH + "</a>" * MAX_DEPTH,
    ],
)
def test_what_libvirts_parser_reads_has_no_fault(text: str) -> None:
    assert _fault(text) is None


@pytest.mark.slow
@pytest.mark.parametrize("text", ["<a/>" * (MAX_DOCUMENTS + 1), f"<a>{'<b/>' * MAX_TOKENS}</a>"])
def test_a_file_beyond_the_limits_is_reported(text: str) -> None:
    limits = "300,000 tags, comments and texts, or 10,000 documents"
    message = f"too large: vnetlint reads at most {limits}"
    assert _fault(text) == SyntaxFault(message, Span(1, 2), is_too_large=True)


@pytest.mark.slow
def test_a_document_with_too_many_attributes_is_reported() -> None:
    attributes = [f"a{number}='1'" for number in range(MAX_ATTRIBUTES + 1)]
    assert _fault(f"<a {' '.join(attributes[1:])}/>") is None
    message = "too large: vnetlint reads at most 600,000 attributes"
    assert _fault(f"<a {' '.join(attributes)}/>") == SyntaxFault(message, Span(1, 2), is_too_large=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "whole", "times"),
    [
        ("<b>r & d</b>", "<b>r &amp; d</b>", 10_000),
        ("<b c=1/>", "<b c='1'/>", 10_000),
        ("<!-- b -- c -->", "<!-- b - - c -->", 10_000),
        # Each is read as a tag that is never closed.
        ("<b c='<'/>", "<b c='&lt;'/>", 200),
    ],
)
def test_many_faults_of_one_kind_are_fixed_at_once(broken: str, whole: str, times: int) -> None:
    text = f"<a>{broken * times}</a>"
    fault = _fault(text)
    assert fault is not None
    assert fault.fix is not None
    assert fault.fix.title.endswith(f"in {times} places")
    assert _fixed(text, fault) == f"<a>{whole * times}</a>"


def _fixed(text: str, fault: SyntaxFault) -> str:
    assert fault.fix is not None
    return apply(text, [Edit("x", span, written) for span, written in fault.fix.edits])


def _fault(text: str) -> SyntaxFault | None:
    source = named("x", text)
    documents = parse(source)
    if not documents:
        return check_without_root(source)
    return next((fault for document in documents if (fault := check(document)) is not None), None)


def _expat_reads(text: str) -> bool:
    parser = expat.ParserCreate("utf-8")
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError:
        return False
    return True


def test_a_merge_conflict_is_reported_as_one() -> None:
    text = "<network>\n<<<<<<< HEAD\n  <mtu size='1500'/>\n=======\n  <mtu size='9000'/>\n>>>>>>> b\n</network>\n"
    (document,) = parse(named("lan.xml", text))
    fault = check(document)
    assert fault is not None
    assert fault.message == "unresolved merge conflict: keep one of the two versions"
    assert (text[slice(*fault.span)], fault.fix) == ("<<<<<<<", None)
