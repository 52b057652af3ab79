"""The datatypes of grammars: which texts they allow, which texts are the same value, and their description in words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.worktime import in_time
from vnetlint.schema.datatypes import XSD, Datatype, DatatypeError, datatype
from vnetlint.schema.regex import regex
from vnetlint.schema.regextree import RegexError
from vnetlint.schema.shapes import NO_WORDS, describe


def xsd(name: str, **facets: str) -> Datatype:
    return datatype(XSD, name, tuple(facets.items()))


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("string", ["", " a  b "], []),
        ("token", ["", " a "], []),
        ("boolean", ["true", "0", " false "], ["yes", "TRUE", ""]),
        ("integer", ["0", "-1", "+12", " 7\n", "9" * 5000], ["", "1.0", "1e3", "0x1", "1 2", "१"]),
        ("nonNegativeInteger", ["0", "-0", "12"], ["-1"]),
        ("positiveInteger", ["1"], ["0", "-1"]),
        ("negativeInteger", ["-1"], ["0"]),
        ("byte", ["127", "-128"], ["128", "-129"]),
        ("unsignedByte", ["255", "0"], ["256", "-1"]),
        ("short", ["32767"], ["32768"]),
        ("int", ["2147483647"], ["2147483648"]),
        ("unsignedInt", ["4294967295"], ["4294967296"]),
        ("long", ["-9223372036854775808"], ["9223372036854775808"]),
        ("unsignedLong", ["18446744073709551615"], ["18446744073709551616", "-1"]),
        ("decimal", ["1", "1.", ".5", "-0.10"], ["1e3", ".", "INF", ""]),
        ("double", ["1", "1e3", "-1.5E-3", "INF", "-INF", "NaN"], ["inf", "e3", ""]),
        ("anyURI", ["", "a b", "http://example.org/a?b#c", "%41"], ["a#b#c", "%4", ":x"]),
        ("date", ["2024-02-29", "2024-12-31Z", "-0044-03-15"], ["2023-02-29", "2024-1-1", "0000-01-01", "24-01-01"]),
        ("time", ["23:59:59", "24:00:00", "12:00:00.5+02:00"], ["24:00:01", "12:60:00", "12:00"]),
        ("dateTime", ["2024-12-31T23:59:00Z"], ["2024-12-31", "2024-12-31 23:59:00", "2024-13-01T00:00:00"]),
        ("duration", ["P1D", "-P1Y2M3DT4H5M6.7S", "PT1S"], ["P", "P1DT", "1D"]),
        ("hexBinary", ["", "0aFF"], ["0", "0g"]),
        ("base64Binary", ["", "YWJj", "YQ =="], ["YQ=", "Y"]),
        ("Name", ["a", ":a", "a:b", "é-1"], ["1a", "", "a b", "-a"]),
        ("NCName", ["a", "_a.b-1"], ["a:b", "1", ""]),
        ("ID", ["a1"], ["a:b"]),
        ("NMTOKEN", ["1a", "-", "a:b"], ["a b", "", "a/b"]),
        ("NMTOKENS", ["a b", "a"], ["", "a /"]),
        ("QName", ["a", "p:a"], ["a:b:c", ":a"]),
        ("language", ["en", "en-GB"], ["e_n", "toolonglanguage"]),
        ("gYear", ["2024", "-0001"], ["24"]),
    ],
)
def test_values(name: str, good: list[str], bad: list[str]) -> None:
    made = xsd(name)
    assert [text for text in good if not made.allows(text)] == []
    assert [text for text in bad if made.allows(text)] == []


@pytest.mark.parametrize(
    ("name", "facets", "good", "bad"),
    [
        ("string", {"length": "2"}, ["ab"], ["a", "abc"]),
        ("string", {"minLength": "1", "maxLength": "3"}, ["a", "abc", "äöü"], ["", "abcd"]),
        ("hexBinary", {"length": "2"}, ["0aff"], ["0a"]),
        ("NMTOKENS", {"maxLength": "2"}, ["a b"], ["a b c"]),
        ("string", {"pattern": "a+"}, ["a", "aa"], ["", "ab", "a "]),
        ("token", {"pattern": "a+"}, [" aa "], ["ab"]),
        ("unsignedShort", {"minInclusive": "1"}, ["1", "65535"], ["0", "65536"]),
        ("integer", {"minInclusive": "-1", "maxInclusive": "1"}, ["-1", "1"], ["-2", "2"]),
        ("double", {"minExclusive": "0", "maxExclusive": "1"}, ["0.5"], ["0", "1", "NaN"]),
        ("decimal", {"totalDigits": "3", "fractionDigits": "1"}, ["12.3", "012.30"], ["1234", "1.23"]),
        ("date", {"minInclusive": "2024-01-01"}, ["2024-01-01"], ["2023-12-31"]),
    ],
)
def test_facets(name: str, facets: dict[str, str], good: list[str], bad: list[str]) -> None:
    made = xsd(name, **facets)
    assert [text for text in good if not made.allows(text)] == []
    assert [text for text in bad if made.allows(text)] == []


def test_all_of_several_patterns_have_to_match() -> None:
    made = datatype(XSD, "string", (("pattern", "[a-z]+"), ("pattern", ".{2}")))
    assert made.allows("ab")
    assert not made.allows("abc")
    assert not made.allows("a1")


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("integer", "010", "10", True),
        ("decimal", "1.0", "1", True),
        ("boolean", "1", "true", True),
        ("string", " a", "a", False),
        ("token", " a  b ", "a b", True),
        ("dateTime", "2024-01-01T01:00:00+01:00", "2024-01-01T00:00:00Z", True),
        ("hexBinary", "ff", "FF", True),
        ("integer", "x", "x", False),
    ],
)
def test_same_value(name: str, one: str, other: str, same: bool) -> None:
    assert xsd(name).same(one, other) is same


@pytest.mark.parametrize(
    ("library", "name", "facets", "message"),
    [
        ("http://example.org/", "int", (), "library"),
        ("", "int", (), "not a type of RELAX NG"),
        (XSD, "integr", (), "not a type of XML Schema"),
        (XSD, "string", (("minInclusive", "1"),), "no parameter"),
        (XSD, "integer", (("minInclusive", "x"),), "not a value"),
        (XSD, "string", (("length", "-1"),), "not a number"),
        (XSD, "string", (("pattern", "a("),), "never closed"),
        ("", "token", (("length", "1"),), "takes no parameters"),
    ],
)
def test_unknown_types_and_facets(library: str, name: str, facets: tuple[tuple[str, str], ...], message: str) -> None:
    with pytest.raises(DatatypeError, match=message):
        datatype(library, name, facets)


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["NCName", "Name", "NMTOKEN"])
def test_names_are_those_of_libxml2(name: str) -> None:
    grammar = (
        "<element name='a' xmlns='http://relaxng.org/ns/structure/1.0' datatypeLibrary='"
        f"{XSD}'><attribute name='v'><data type='{name}'/></attribute></element>"
    )
    validator, element, made = etree.RelaxNG(etree.fromstring(grammar)), etree.Element("a"), xsd(name)
    for code in (*range(0x21, 0xD800), *range(0xE000, 0xFFFE), *range(0x10000, 0x110000, 997)):
        for text in (chr(code), f"x{chr(code)}"):
            element.set("v", text)
            assert made.allows(text) == validator.validate(element), f"U+{code:04X}"


@pytest.mark.parametrize(
    ("text", "good"),
    [("web", True), ("été", True), ("a:b", False), ("a\u00a0b", False), ("ſ", False), ("x·", True), ("1a", False)],
)
def test_a_name_without_colons(text: str, good: bool) -> None:
    assert xsd("NCName").allows(text) is good


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("a|bc", ["a", "bc"], ["ab", "abc"]),
        ("^a$", ["^a$"], ["a"]),
        (".", ["a", "\u2028"], ["\n", "\r", ""]),
        ("[a-z-[aeiou]]+", ["xyz"], ["a", "xa"]),
        ("[^a-c]", ["d", "\n"], ["b"]),
        (r"[\d\-.]+", ["1-2.3"], ["a"]),
        ("[a-]", ["a", "-"], ["b"]),
        (r"\i\c*", ["a1", "_-", ":"], ["1a", "-"]),
        (r"\w", ["a", "é", "1"], ["_", "-", " "]),
        (r"\W", ["_"], ["a"]),
        (r"\p{Lu}\P{Lu}", ["Aa"], ["aA", "AA"]),
        (r"\p{IsBasicLatin}+", ["abc"], ["é"]),
        ("a{2}b{1,}c{0,2}", ["aab", "aabbcc"], ["ab", "aabccc"]),
        ("(a?){3}", ["", "aaa"], ["aaaa"]),
        ("(ab|c)*", ["", "abcab"], ["ac"]),
        (r"\n\t\\\.", ["\n\t\\."], ["n"]),
        ("", [""], ["a"]),
    ],
)
def test_regular_expressions(pattern: str, good: list[str], bad: list[str]) -> None:
    made = regex(pattern)
    assert [text for text in good if not made.matches(text)] == []
    assert [text for text in bad if made.matches(text)] == []


@pytest.mark.parametrize("pattern", ["(", ")", "[", "[b-a]", "a**", "a{3,1}", r"\q", "*", r"\p{Xx}", "[a", "{2}", "\\"])
def test_broken_regular_expressions(pattern: str) -> None:
    with pytest.raises(RegexError):
        regex(pattern)


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|a)*b", "(a+)+b", "a*a*a*a*a*a*b", "(.*a){12}", "((a{1,9}){1,9})*b"])
def test_no_regular_expression_takes_long(pattern: str) -> None:
    made = regex(pattern)
    started = time.perf_counter()
    made.matches("a" * 5000)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "pattern", ["((a{1,20}){1,20}){1,20}", "(a{1,999}){1,64}", "((((a?){9}){9}){9}){9}", "(ab?){3000}"]
)
def test_a_pattern_that_would_take_long_is_refused(pattern: str) -> None:
    with pytest.raises(DatatypeError, match="would take too long"):
        datatype(XSD, "string", (("pattern", pattern),))


@pytest.mark.parametrize("pattern", ["(a{1,30}){1,30}b", "(a{1,20}){1,6}b", "(ab?){1,500}c", "(a{1,10}){1,8}b"])
def test_a_pattern_with_nested_bounds_takes_no_time(pattern: str) -> None:
    made = regex(pattern)
    started = time.process_time()
    assert not made.matches("a" * 1000)
    assert in_time(time.process_time() - started, 3)


@given(st.from_regex(r"\A(?:[ab.]|\(a\|b?\)|[ab]\*|\(ab\)\{1,2\}|[ab]\?|\[ab\]\+){1,6}\Z"), st.text("abc", max_size=8))
def test_regular_expressions_agree_with_python(pattern: str, text: str) -> None:
    import re

    assert regex(pattern).matches(text) == (re.fullmatch(pattern, text) is not None)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (xsd("unsignedShort"), "a whole number from 0 to 65535"),
        (xsd("unsignedInt", minInclusive="1", maxInclusive="4095"), "a whole number from 1 to 4095"),
        (xsd("positiveInteger"), "a whole number from 1 up"),
        (xsd("unsignedLong"), "a whole number not below zero"),
        (xsd("integer"), "a whole number"),
        (xsd("double"), "a number"),
        (xsd("boolean"), "'true' or 'false'"),
        (xsd("string", pattern="[a-fA-F0-9]{2}(:[a-fA-F0-9]{2}){5}"), "a MAC address such as 52:54:00:12:34:56"),
        (xsd("string", pattern="([0-9]{1,3}[.]){3}[0-9]{1,3}"), "an IPv4 address such as 192.168.122.1"),
        (xsd("string", pattern="[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
         "a UUID such as 4dea22b3-1d52-d8f3-2516-782e98ab3fa0"),
        (xsd("string", pattern="(0x)?[0-9a-f]{1,4}"), "a hexadecimal number, with or without 0x"),
        (xsd("string", pattern="/.+"), "an absolute path such as /var/lib/libvirt"),
        (xsd("string", pattern="[a-zA-Z0-9_-]+"), "letters, digits, '-' and '_'"),
        (xsd("string", pattern="[0-9]{1,5}"), "at most 5 characters: digits"),
        (xsd("string", pattern="tcp|udp"), "'tcp' or 'udp'"),
        (xsd("string", pattern="[0-9]+(-[0-9]+)?(,x)*"), NO_WORDS),
        (xsd("string", pattern="naa[.][0-9]{2}"), NO_WORDS),
        (xsd("string", maxLength="8"), "text of at most 8 characters"),
        (xsd("string"), "text"),
    ],
)  # fmt: skip
def test_words(made: Datatype, words: str) -> None:
    assert describe(made) == words
