"""The verdict is expat's, the place is the fault's, and the words say what to do."""

from xml.parsers import expat

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.xml.documents import documents
from vnetlint.finding import Span
from vnetlint.xml.source import Source
from vnetlint.xml.tree import MAX_ATTRIBUTES, MAX_DOCUMENTS, parse
from vnetlint.xml.wellformed import MAX_DEPTH, Fault, check, check_without_root

BREAKS = st.sampled_from(
    ["", "<", ">", "&", "'", '"', "/", "--", "]]>", "=", "<a>", "</a>", "<!--", "\x01", "é", " x "]
)


@given(documents())
def test_a_well_formed_document_has_no_fault(text: str) -> None:
    assert _fault(text) is None


@given(documents(), st.floats(0, 1, exclude_max=True), st.integers(0, 3), BREAKS)
def test_the_verdict_is_expats_and_the_place_lies_in_the_text(text: str, share: float, lost: int, put: str) -> None:
    at = int(share * len(text))
    broken = text[:at] + put + text[at + lost :]
    read = parse(Source("x", broken))
    # vnetlint reads files of several documents, which are one broken document to expat.
    assume(len(read) < 2 and "{" not in broken and "<%" not in broken)
    fault = _fault(broken)
    assert (fault is None) == _expat_reads(broken)
    if fault is not None:
        places = [fault.span, *([fault.other[1]] if fault.other else []), *([fault.mend.span] if fault.mend else [])]
        assert all(0 <= place.start <= place.end <= len(broken) for place in places)
        assert fault.message == fault.message.strip().rstrip(".")
        assert "\n" not in fault.message


@given(documents(), st.floats(0, 1), st.sampled_from(["&", "]]>"]))
def test_mends_make_the_document_well_formed_or_end_where_only_a_person_knows(
    text: str, share: float, put: str
) -> None:
    at = int(share * len(text))
    broken = text[:at] + put + text[at:]
    mends = 0
    while (fault := _fault(broken)) and fault.mend:
        (start, end), mended = fault.mend.span, fault.mend.text
        broken = broken[:start] + mended + broken[end:]
        mends += 1
        assert mends < 4


FAULTS = {
    # Tags that do not match.
    "<a>\n  <ip>\n</a>": "3:3 </a> stands where </ip> was expected",
    "<a>\n  <ip></ipp>\n</a>": "2:9 </ipp> stands where </ip> was expected",
    "<a><ip><dhcp><range></dhcp></ip></a>": "1:23 </dhcp> stands where </range> was expected",
    "<Network></network>": "1:12 </network> stands where </Network> was expected",
    "<a><ip></ip></ip></a>": "1:15 </ip> closes nothing that is open",
    "<a><ip/></ip></a>": "1:11 </ip> closes nothing that is open",
    "<a>\n  <ip>x</ip>\n": "1:2 <a> is never closed",
    "<a>\n  <ip>x\n": "2:4 <ip> is never closed",
    "<a>\n  <ip": "2:4 the tag <ip> has no >",
    # What is opened and never closed.
    "<a><!-- b </a>": "1:4 this comment is never closed",
    "<a><!--<!--<!--</a>": "1:4 this comment is never closed",
    "<a><![CDATA[ b </a>": "1:4 this CDATA section is never closed",
    "<a><?b </a>": "1:4 this processing instruction is never closed",
    # Attributes.
    "<a><ip b='10/></a>": "1:8 the closing ' of 'b' is missing",
    "<a><ip b='10/>\n<dns c='1'/></a>": "1:8 the closing ' of 'b' is missing",
    '<a><ip b="10': "1:8 the closing \" of 'b' is missing",
    "<a><ip b=1/></a>": "1:8 the value of 'b' needs quotes",
    "<a b=“1”/>": "1:4 the quotes around the value of 'b' must be straight: ' or \"",
    "<a><ip b/></a>": "1:8 the attribute 'b' has no value; write b='…'",
    "<a><ip b=/></a>": "1:8 the attribute 'b' has no value; write b='…'",
    "<a b='1'c='2'/>": "1:9 a space is missing before 'c'",
    "<a b='1' c='2' b='3'/>": "1:16 <a> has the attribute 'b' twice",
    "<a b='x<y'/>": "1:8 a < in a value is written &lt;",
    # Text.
    "<a>r & d</a>": "1:6 a bare & is not allowed; write &amp;",
    "<a>r&d</a>": "1:5 a bare & is not allowed; write &amp;",
    "<a>r && d</a>": "1:6 a bare & is not allowed; write &amp;",
    "<a b='?x=1&y=2'/>": "1:11 a bare & is not allowed; write &amp;",
    "<a>&nbsp;</a>": "1:4 &nbsp; is no entity that XML knows; write & as &amp;",
    "<a>&#0;</a>": "1:4 &#0; is no character that XML allows",
    "<a>&#x110000;</a>": "1:4 &#x110000; is no character that XML allows",
    "<a>x < y</a>": "1:6 a name must follow <; a < that is text is written &lt;",
    "<a>< ip/></a>": "1:4 a name must follow <; a < that is text is written &lt;",
    "<a><1/></a>": "1:4 a name must follow <; a < that is text is written &lt;",
    "<a>x\x01</a>": "1:5 the character U+0001 is not allowed in XML; remove it",
    "<a>x]]></a>": "1:5 ]]> is not allowed in text; write ]]&gt;",
    "<a><!-- b -- c --></a>": "1:11 a comment must not hold --; remove a hyphen",
    "<a><!ELEMENT b></a>": "1:4 only <!-- and <![CDATA[ may stand here after <!",
    "<a></a b></a>": "1:8 the end tag </a> is broken here",
    "<a><ip/ ></a>": "1:8 the start tag of <ip> is broken here",
    # Around the root.
    "junk\n<a/>": "1:1 text before <a>; only comments may stand there",
    "<a/>\njunk": "2:1 text behind the end of <a>; only comments may stand there",
    "<a/>\njunk\n<b/>": "2:1 text before <b>; only comments may stand there",
    "\n<?xml version='1.0'?><a/>": "2:1 the XML declaration must be the very first thing in the file",
    "<?xml encoding='a'?><a/>": "1:1 the XML declaration is broken; write it as <?xml version='1.0' encoding='UTF-8'?>",
    "<!DOCTYPE a><!DOCTYPE a><a/>": "1:13 the markup before <a> is broken here",
    # No element at all.
    "": "1:1 the file is empty",
    " \n ": "1:1 the file is empty",
    "\nhello": "2:1 this is not XML: an element was expected here",
    "<!-- nothing -->": "1:1 there is no element in this file",
    "<!-- nothing": "1:1 this comment is never closed",
    "</a>": "1:1 there is no element in this file",
    # Entities of the document's own.
    "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>": (
        "1:1 entity declarations are not expanded; write the text in place of the entity"
    ),
    "<!DOCTYPE a [<!ENTITY % b SYSTEM 'file:///etc/passwd'> %b;]><a/>": (
        "1:1 entity declarations are not expanded; write the text in place of the entity"
    ),
    "<!DOCTYPE a SYSTEM 'a.dtd'><a>&b;</a>": "1:31 &b; is no entity that XML knows; write & as &amp;",
    # Limits.
    "<a>" * (MAX_DEPTH + 1): f"1:2 elements nest {MAX_DEPTH + 1} deep; libvirt's parser stops at {MAX_DEPTH}",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_in_plain_words_at_its_place(text: str) -> None:
    source, fault = Source("x", text), _fault(text)
    assert fault is not None
    line, column = source.lines.position(fault.span.start)
    assert f"{line}:{column} {fault.message}" == FAULTS[text]


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("<a>r & d</a>", "<a>r &amp; d</a>"),
        ("<a>x]]></a>", "<a>x]]&gt;</a>"),
        ("<a b=1/>", "<a b='1'/>"),
        ("<a b=“1”/>", "<a b='1'/>"),
        ("<a b='1'c='2'/>", "<a b='1' c='2'/>"),
        ("<a b='1'\n   b='1'/>", "<a b='1'/>"),
    ],
)
def test_where_only_one_thing_can_be_meant_the_fault_says_how_to_mend_it(text: str, mended: str) -> None:
    fault = _fault(text)
    assert fault is not None
    assert fault.mend is not None
    assert text[: fault.mend.span.start] + fault.mend.text + text[fault.mend.span.end :] == mended


@pytest.mark.parametrize("text", ["<a b='1' b='2'/>", "<a>x < y</a>", "<a><ip></a>", "<a b='1/>", "<a>&nbsp;</a>"])
def test_where_several_things_can_be_meant_there_is_no_mend(text: str) -> None:
    fault = _fault(text)
    assert fault is not None
    assert fault.mend is None


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


def test_a_file_beyond_the_limits_is_told_so() -> None:
    fault = _fault("<a/>" * (MAX_DOCUMENTS + 1))
    limits = "50,000 tags, comments and texts between them, or 10,000 documents"
    assert fault == Fault(f"the file holds more than vnetlint reads: {limits}", Span(1, 2))


def test_a_document_with_too_many_attributes_is_told_so() -> None:
    attributes = [f"a{number}='1'" for number in range(MAX_ATTRIBUTES + 1)]
    assert _fault(f"<a {' '.join(attributes[1:])}/>") is None
    message = "the file holds more than 100,000 attributes; vnetlint reads no more"
    assert _fault(f"<a {' '.join(attributes)}/>") == Fault(message, Span(1, 2))


def _fault(text: str) -> Fault | None:
    source = Source("x", text)
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
