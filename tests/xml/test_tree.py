"""The tree is what other parsers read, its spans hold what they should, and half-typed text affects nothing before."""

from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources import named
from tests.xml.documents import as_read, by_expat, by_lxml, documents, only_document, without_namespaces
from tests.xml.test_scan import MARKUP
from vnetlint.finding import Span
from vnetlint.xml import tree
from vnetlint.xml.limits import MAX_DOCUMENTS, MAX_TOKENS
from vnetlint.xml.node import Document, Node
from vnetlint.xml.scan import scan
from vnetlint.xml.tree import parse, recover


@given(documents())
def test_the_tree_is_what_expat_reads(text: str) -> None:
    assert as_read(only_document(text).root) == by_expat(text)


@given(documents())
def test_the_tree_is_what_libxml2_reads(text: str) -> None:
    assert without_namespaces(as_read(only_document(text).root)) == by_lxml(text)


@given(documents())
def test_the_spans_of_an_element_hold_what_their_names_say(text: str) -> None:
    for node in only_document(text).root.descendants():
        assert text[slice(*node.name_span)] == node.name
        assert text[slice(*node.open_span)].startswith(f"<{node.name}")
        assert text[slice(*node.open_span)].endswith("/>" if node.is_empty_tag else ">")
        assert node.closed
        if not node.is_empty_tag:
            assert text[node.close_start : node.end].startswith(f"</{node.name}")
            assert node.content_span == Span(node.open_end, node.close_start)


@given(documents())
def test_the_spans_of_an_attribute_hold_its_name_and_what_is_between_its_quotes(text: str) -> None:
    for node in only_document(text).root.descendants():
        for attribute in node.all_attributes():
            assert text[slice(*attribute.name_span)] == attribute.name
            assert attribute.quote in ("'", '"')
            quoted = attribute.quote + text[slice(*attribute.value_span)] + attribute.quote
            assert text[slice(*attribute.span)].endswith(quoted)
            assert text[slice(*attribute.span)].startswith(attribute.name)


@given(documents())
def test_the_gaps_and_the_children_make_up_the_content(text: str) -> None:
    for node in only_document(text).root.descendants():
        pieces = sorted([*node.gaps(), *(child.span for child in node.children)])
        assert "".join(text[slice(*piece)] for piece in pieces) == text[slice(*node.content_span)]


@given(documents())
def test_comments_know_the_element_that_they_are_in(text: str) -> None:
    for span, parent in only_document(text).comments:
        assert text[slice(*span)].startswith("<!--")
        assert text[slice(*span)].endswith("-->")
        assert parent is None or parent.open_end <= span.start < span.end <= parent.close_start


# -- whole texts -----------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *(
            "<a>",
            "</a>",
            "</a >",
            "<b/>",
            "<a b='1'>",
            "<a b='1' b='2'>",
            "<c d=\"x>y\" e = '&amp;'/>",
            "<a b=1>",
            "<a b>",
        ),
        *(
            "<!-- c -->",
            "<!---->",
            "<!--->",
            "<?p q?>",
            "<![CDATA[<x>]]]>",
            "<!DOCTYPE a>",
            " text ",
            "\n",
            "<a\nb='1\n2'/>",
        ),
        *(
            "<",
            ">",
            "'",
            '"',
            "/",
            "-->",
            "<a/b>",
            "<a'b'/>",
            "<ä ö='ü'/>",
            "<a b='1'c='2'/>",
            "{{ x }}",
            "<a {{ y }}/>",
        ),
    ]
)


@given(st.one_of(documents(), st.lists(PIECES, max_size=12).map(lambda each: f"<a>{''.join(each)}</a>"), MARKUP))
def test_a_text_that_needs_no_recovery_is_read_as_with_it(text: str) -> None:
    source = named("x", text)
    assert list(map(_everything, parse(source))) == list(map(_everything, recover(source)))


@given(
    st.one_of(documents(), st.text("<>/='\" ab!-[]?\n"), MARKUP), st.floats(0, 1), st.integers(0, 3), st.integers(1, 40)
)
def test_a_broken_text_is_read_as_its_tokens_say(text: str, share: float, lost: int, limit: int) -> None:
    at = int(share * len(text))
    source = named("x", text[:at] + text[at + lost :])
    for most in (limit, MAX_TOKENS):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tree, "MAX_TOKENS", most)
            read = [*map(_everything, recover(source))]
        builder, end = tree._Builder(Document(source)), 0
        for token in islice(scan(source.masked), most):
            end = builder.take(token, source.masked)
        assert read == [*map(_everything, builder.finish(len(source.masked), cut=end < len(source.masked)))]


@given(documents())
def test_a_whole_document_needs_no_recovery(text: str) -> None:
    document = only_document(text)
    assert document.is_whole == (document.doctype is None and not document.source.is_template)


@given(st.one_of(documents(), st.lists(PIECES, max_size=12).map(lambda each: f"<a>{''.join(each)}</a>")))
def test_values_are_those_of_the_attributes_whichever_is_asked_for_first(text: str) -> None:
    first, second = parse(named("x", text)), parse(named("x", text))
    for one, other in zip(first, second, strict=True):
        for asked, node in zip(one.root.descendants(), other.root.descendants(), strict=True):
            values = list(asked.values.items())
            assert [(name, each.value) for name, each in node.attributes.items()] == values
            assert list(node.values.items()) == values


def _everything(document: Document) -> list[object]:
    """Return all that a tree says, except whether it is known to be whole."""
    nodes = list(document.root.descendants())
    return [
        *(document.span, document.instructions, document.doctype, document.depth, document.elements, document.cut),
        [(comment.span, comment.parent and comment.parent.span) for comment in document.comments],
        [
            (node.name, node.span, node.name_span, node.open_span, node.content_span, node.closed, node.values)
            for node in nodes
        ],
        [(node.parent and node.parent.span, [child.span for child in node.children]) for node in nodes],
    ]


# -- half typed ----------------------------------------------------------------------------------------------------


@given(documents(), st.floats(0, 1, exclude_max=True))
def test_a_document_cut_anywhere_keeps_all_elements_before_the_cut(text: str, share: float) -> None:
    cut = int(share * len(text))
    assert _elements_before(cut, parse(named("x", text))) <= _elements_before(cut, parse(named("x", text[:cut])))


@given(documents(), st.floats(0, 1, exclude_max=True))
def test_a_deleted_character_costs_no_element_before_it(text: str, share: float) -> None:
    at = int(share * len(text))
    broken = text[:at] + text[at + 1 :]
    assert _elements_before(at, parse(named("x", text))) <= _elements_before(at, parse(named("x", broken)))


@given(st.text("<>/='\" ab!-[]?{%}\n"))
def test_any_text_is_read(text: str) -> None:
    for document in parse(named("x", text)):
        for node in document.root.descendants():
            assert node.start < node.open_end <= node.close_start <= node.end <= len(text)
            assert list(node.attributes) == list(dict.fromkeys(each.name for each in node.all_attributes()))
            assert node.text is not None
            assert node.path.startswith("/")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("<network><ip address='10.0", ["network", "ip"]),
        ("<network><source network='def\n<mac/></network>", ["network", "source", "mac"]),
        ("<network><ip><dhcp></ip><dns/></network>", ["network", "ip", "dhcp", "dns"]),
        ("<network></ip><dns/></network>", ["network", "dns"]),
        ("<network><!-- <dns/></network>", ["network", "dns"]),
    ],
)
def test_what_is_half_typed_loses_no_other_element(text: str, names: list[str]) -> None:
    assert [node.name for node in only_document(text).root.descendants()] == names


def _elements_before(offset: int, documents: list[Document]) -> set[tuple[int, str, str]]:
    """Position, path and attributes of the elements whose start tag is whole before an offset."""
    return {
        (node.start, node.path, str([(each.name, each.value) for each in node.all_attributes()]))
        for document in documents
        for node in document.root.descendants()
        if node.open_end <= offset and _is_whole(node)
    }


def _is_whole(node: Node) -> bool:
    return node.document.source.text[node.open_end - 1] == ">"


# -- several documents ---------------------------------------------------------------------------------------------


@given(st.lists(documents(), min_size=2, max_size=4), st.sampled_from(["", "\n", "\r\n\r\n", "<!-- next -->\n"]))
def test_the_documents_of_a_stream_are_read_as_if_alone(texts: list[str], between: str) -> None:
    stream = between.join(texts)
    found = parse(named("x", stream))
    assert [as_read(document.root) for document in found] == [by_expat(text) for text in texts]
    assert [document.span.start for document in found[1:]] == [document.span.end for document in found[:-1]]
    assert (found[0].span.start, found[-1].span.end) == (0, len(stream))


def test_a_comment_between_two_documents_is_the_second_ones() -> None:
    first, second = parse(named("x", "<a><!--1--></a>\n<!--2-->\n<b/><!--3-->"))
    assert [_written(first, comment.span) for comment in first.comments] == ["<!--1-->"]
    assert [_written(second, comment.span) for comment in second.comments] == ["<!--2-->", "<!--3-->"]


def test_a_declaration_begins_its_document() -> None:
    first, second = parse(named("x", "<a/>\n<!--1-->\n<?xml version='1.0'?>\n<!--2--><b/>"))
    assert [_written(first, comment.span) for comment in first.comments] == ["<!--1-->"]
    assert [_written(second, comment.span) for comment in second.comments] == ["<!--2-->"]
    assert _written(second, second.span).startswith("<?xml version='1.0'?>")


def _written(document: Document, span: Span) -> str:
    return document.source.excerpt(span)


# -- values, paths, limits -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("a\tb\r\nc\rd\ne", "a b c d e"),
        ("&#9;&#10;&#13;", "\t\n\r"),
        ("&lt;&gt;&amp;&quot;&apos;", "<>&\"'"),
        ("&#0000000065;&#x0000041;&#x1F600;", "AA😀"),
        ("&amp;lt;", "&lt;"),
        (
            "&#0;&#xD800;&#xFFFE;&#x110000;&#99999999999;&unknown;&",
            "&#0;&#xD800;&#xFFFE;&#x110000;&#99999999999;&unknown;&",
        ),
    ],
)
def test_a_value_is_normalised_as_xml_prescribes(written: str, value: str) -> None:
    assert only_document(f"<a b='{written}'/>").root.get("b") == value


@pytest.mark.parametrize(
    ("written", "text"),
    [("a\r\nb\rc", "a\nb\nc"), ("a<!-- no -->b<c>no</c>c", "abc"), ("<![CDATA[&lt;<x>]]>&lt;", "&lt;<x><"), ("", "")],
)
def test_text_is_what_is_directly_inside(written: str, text: str) -> None:
    assert only_document(f"<a>{written}</a>").root.text == text


def test_a_path_counts_siblings_of_one_name() -> None:
    root = only_document("<network><ip/><dns/><ip><dhcp/></ip></network>").root
    assert [node.path for node in root.descendants()] == [
        *("/network", "/network/ip[1]", "/network/dns[1]", "/network/ip[2]", "/network/ip[2]/dhcp[1]")
    ]


def test_of_two_attributes_with_one_name_the_first_counts() -> None:
    root = only_document("<a b='1' b='2'/>").root
    assert (root.get("b"), len(list(root.all_attributes()))) == ("1", 2)


def test_markup_beyond_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_TOKENS", 1000)
    whole, cut = (only_document("<a>" + "<b/>" * count + "</a>") for count in (998, 999))
    assert (whole.cut, cut.cut) == (False, True)
    assert (whole.elements, cut.elements) == (999, 1000)


def test_documents_beyond_the_limit_are_not_read() -> None:
    whole, cut = (parse(named("x", "<a/>" * count)) for count in (MAX_DOCUMENTS, MAX_DOCUMENTS + 1))
    assert (len(whole), len(cut)) == (MAX_DOCUMENTS, MAX_DOCUMENTS)
    assert (_any_cut(whole), _any_cut(cut)) == (False, True)


def test_the_path_of_each_of_many_siblings_takes_little_time() -> None:
    root = only_document("<a>" + "<b/>" * 40_000 + "</a>").root
    assert [node.path for node in root.children][-1] == "/a/b[40000]"


@pytest.mark.parametrize("count", [1, 100])
def test_children_are_found_by_name_among_few_and_among_many(count: int) -> None:
    root = only_document("<a>" + "<b/>" * count + "<c/><b/></a>").root
    assert root.child("b") is root.children[0]
    assert root.all("b") == [child for child in root.children if child.name == "b"]
    assert (root.child("d"), root.all("d")) == (None, [])


def test_asking_often_for_a_child_among_many_takes_little_time() -> None:
    root = only_document("<a>" + "<b/>" * 20_000 + "</a>").root
    assert not any(root.child("c") for _ in root.children)


def _any_cut(documents: list[Document]) -> bool:
    return any(document.cut for document in documents)


def test_nodes_are_walked_in_document_order() -> None:
    def starts(node: Node) -> Iterator[int]:
        return (each.start for each in node.descendants())

    root = only_document("<a><b><c/><d/></b><e/></a>").root
    assert list(starts(root)) == sorted(starts(root))
