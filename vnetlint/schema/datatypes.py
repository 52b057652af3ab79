"""The datatypes of a grammar: the two of RELAX NG itself and those of XML Schema, with their facets.

A type answers three questions: whether a text is one of its values (`allows`), whether two texts mean the same value
(`same`, for `<value type="integer">010</value>`), and how to say in plain words what it wants (`describe`).
"""

import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache

from vnetlint.schema.regex import RegexError, regex

XSD = "http://www.w3.org/2001/XMLSchema-datatypes"
"""The name of the library of XML Schema's types."""
_XSD_ALSO = ("http://www.w3.org/2001/XMLSchema", "http://www.w3.org/2001/XMLSchema-datatypes")

Value = object
"""What a text means: a number, text without the white space that does not count, bytes …"""


class DatatypeError(ValueError):
    """The grammar asks for a type, a facet or a value of a facet that does not exist."""


@dataclass(frozen=True)
class Datatype:
    """A type and its facets; `library` is empty for RELAX NG's own `string` and `token`."""

    library: str
    name: str
    facets: tuple[tuple[str, str], ...] = ()

    def allows(self, text: str) -> bool:
        """Whether a text is a value of the type."""
        normal = _normal(self.name, text)
        value = _KINDS[self.name].read(normal)
        return value is not None and all(check(normal, value) for check in self._checks)

    def same(self, text: str, other: str) -> bool:
        """Whether two texts are the same value; never, where one of them is no value of the type."""
        read = _KINDS[self.name].read
        one, two = read(_normal(self.name, text)), read(_normal(self.name, other))
        return one is not None and one == two

    def facet(self, name: str) -> str | None:
        """The value of a facet; the last one, where it is given twice."""
        return next((value for facet, value in reversed(self.facets) if facet == name), None)

    @property
    def takes_anything(self) -> bool:
        """Whether every text is a value of it."""
        return self.name in _TEXTS and not self.facets

    @cached_property
    def _checks(self) -> tuple[Callable[[str, Value], bool], ...]:
        return tuple(_check(self.name, facet, value) for facet, value in self.facets)


def datatype(library: str, name: str, facets: tuple[tuple[str, str], ...] = ()) -> Datatype:
    """Make a type, its facets checked. Raises DatatypeError."""
    if library not in ("", *_XSD_ALSO):
        raise DatatypeError(f"the datatype library '{library}' is not known")
    if name not in _KINDS or (not library and name not in ("string", "token")):
        raise DatatypeError(f"'{name}' is no type of {'XML Schema' if library else 'RELAX NG'}")
    made = Datatype(XSD if library else "", name, facets)
    if facets and not library:
        raise DatatypeError(f"RELAX NG's own {name} takes no parameters")
    for facet, value in facets:
        if facet == "pattern":
            try:
                regex(value)
            except RegexError as error:
                raise DatatypeError(f"the pattern '{value}' cannot be read: {error}") from None
        else:
            _check(name, facet, value)
    return made


# -- reading -------------------------------------------------------------------------------------------------------

_WHITE = re.compile(r"[ \t\r\n]+")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-?INF|NaN")
_NAME_CHARS = r"[^\s!\"#$%&'()*+,/;<=>?@\[\\\]^`{|}~]"
_NCNAME = re.compile(rf"(?![-.0-9:\u00b7])(?:(?!:){_NAME_CHARS})+")
_NAME = re.compile(rf"(?![-.0-9\u00b7]){_NAME_CHARS}+")
_NMTOKEN = re.compile(rf"{_NAME_CHARS}+")
_QNAME = re.compile(rf"(?:{_NCNAME.pattern}:)?{_NCNAME.pattern}")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")
_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DATE_PART = r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})"
_TIME_PART = r"([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?"
_DATE = re.compile(rf"{_DATE_PART}({_ZONE})")
_TIME = re.compile(rf"{_TIME_PART}({_ZONE})")
_DATETIME = re.compile(rf"{_DATE_PART}T{_TIME_PART}({_ZONE})")
_DURATION = re.compile(
    r"-?P(?=.)(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:T(?=.)(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
)
_PARTS_OF_DATES = {
    "gYear": r"-?(?:[1-9][0-9]{4,8}|[0-9]{4})",
    "gYearMonth": r"-?(?:[1-9][0-9]{4,8}|[0-9]{4})-(?:0[1-9]|1[0-2])",
    "gMonth": r"--(?:0[1-9]|1[0-2])",
    "gMonthDay": r"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])",
    "gDay": r"---(?:0[1-9]|[12][0-9]|3[01])",
}
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.|[^:]*[/?#]|[^:]*$", re.DOTALL)


def _normal(name: str, text: str) -> str:
    """The text as its type sees it: with all white space, with blanks for it, or with single ones between words."""
    if name == "string":
        return text
    if name == "normalizedString":
        return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return _WHITE.sub(" ", text).strip(" ")


def _integer(text: str) -> Value | None:
    if not _INTEGER.fullmatch(text):
        return None
    # int() refuses very long numbers, Decimal does not, and the two compare.
    return int(text) if len(text) < 1000 else Decimal(text)


def _decimal(text: str) -> Value | None:
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _float(text: str) -> Value | None:
    if not _FLOAT.fullmatch(text):
        return None
    return "NaN" if text == "NaN" else float(text.replace("INF", "inf"))


def _boolean(text: str) -> Value | None:
    return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(text)


def _uri(text: str) -> Value | None:
    """Read an address as leniently as the standard has it: almost anything may be a relative one."""
    if _PERCENT.search(text) or text.count("#") > 1 or not _SCHEME.match(text):
        return None
    return text


def _hex(text: str) -> Value | None:
    return bytes.fromhex(text) if _HEX.fullmatch(text) else None


def _base64(text: str) -> Value | None:
    text = text.replace(" ", "")
    if not _BASE64.fullmatch(text) or len(text) % 4:
        return None
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        return None


def _zone(text: str) -> int:
    """The minutes that a time zone lies before universal time."""
    if text in ("", "Z"):
        return 0
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return -minutes if text[0] == "-" else minutes


def _day(year: str, month: str, day: str) -> int | None:
    """The number of a day; years far away are read as near ones that have as many days."""
    number = int(year)
    if number == 0:
        return None
    cycles, near = divmod(number, 400)
    try:
        return date(near + 400, int(month), int(day)).toordinal() + cycles * 146_097
    except ValueError:
        return None


def _seconds(hour: str, minute: str, second: str, fraction: str | None) -> Decimal | None:
    if (hour, minute, second) != ("24", "00", "00") and (int(hour) > 23 or int(minute) > 59 or int(second) > 59):
        return None
    return (int(hour) * 60 + int(minute)) * 60 + int(second) + Decimal("0" + (fraction or ""))


def _date(text: str) -> Value | None:
    if not (found := _DATE.fullmatch(text)):
        return None
    day = _day(found[1], found[2], found[3])
    return None if day is None else (day * 1440 - _zone(found[4]), bool(found[4]))


def _time(text: str) -> Value | None:
    if not (found := _TIME.fullmatch(text)):
        return None
    seconds = _seconds(found[1], found[2], found[3], found[4])
    return None if seconds is None else (seconds - _zone(found[5]) * 60, bool(found[5]))


def _datetime(text: str) -> Value | None:
    if not (found := _DATETIME.fullmatch(text)):
        return None
    day, seconds = _day(found[1], found[2], found[3]), _seconds(found[4], found[5], found[6], found[7])
    if day is None or seconds is None:
        return None
    return (day * 86_400 + seconds - _zone(found[8]) * 60, bool(found[8]))


def _matching(expression: re.Pattern[str]) -> Callable[[str], Value | None]:
    return lambda text: text if expression.fullmatch(text) else None


def _several(expression: re.Pattern[str]) -> Callable[[str], Value | None]:
    def read(text: str) -> Value | None:
        words = text.split(" ")
        return tuple(words) if text and all(expression.fullmatch(word) for word in words) else None

    return read


def _within(least: int | None, most: int | None) -> Callable[[str], Value | None]:
    def read(text: str) -> Value | None:
        value = _integer(text)
        if isinstance(value, (int, Decimal)) and (least is None or value >= least) and (most is None or value <= most):
            return value
        return None

    return read


@dataclass(frozen=True)
class _Kind:
    read: Callable[[str], Value | None]
    words: str
    ordered: bool = False
    least: int | None = None
    most: int | None = None


def _whole(least: int | None = None, most: int | None = None) -> _Kind:
    return _Kind(_within(least, most), "a whole number", True, least, most)


_TEXTS = ("string", "normalizedString", "token")
_KINDS: dict[str, _Kind] = {
    **dict.fromkeys(_TEXTS, _Kind(lambda text: text, "text")),
    "boolean": _Kind(_boolean, "'true' or 'false'"),
    "decimal": _Kind(_decimal, "a number", True),
    "float": _Kind(_float, "a number", True),
    "double": _Kind(_float, "a number", True),
    "integer": _whole(),
    "nonNegativeInteger": _whole(0),
    "positiveInteger": _whole(1),
    "nonPositiveInteger": _whole(None, 0),
    "negativeInteger": _whole(None, -1),
    "byte": _whole(-(2**7), 2**7 - 1),
    "short": _whole(-(2**15), 2**15 - 1),
    "int": _whole(-(2**31), 2**31 - 1),
    "long": _whole(-(2**63), 2**63 - 1),
    "unsignedByte": _whole(0, 2**8 - 1),
    "unsignedShort": _whole(0, 2**16 - 1),
    "unsignedInt": _whole(0, 2**32 - 1),
    "unsignedLong": _whole(0, 2**64 - 1),
    "anyURI": _Kind(_uri, "an address such as http://example.org/"),
    "date": _Kind(_date, "a date such as 2024-12-31", True),
    "time": _Kind(_time, "a time such as 23:59:00", True),
    "dateTime": _Kind(_datetime, "a date and time such as 2024-12-31T23:59:00Z", True),
    "duration": _Kind(_matching(_DURATION), "a duration such as P1DT12H"),
    **{
        name: _Kind(_matching(re.compile(pattern + _ZONE)), f"a {name} of XML Schema")
        for name, pattern in _PARTS_OF_DATES.items()
    },
    "hexBinary": _Kind(_hex, "bytes as hexadecimal digits such as 0aff"),
    "base64Binary": _Kind(_base64, "bytes in Base64"),
    "Name": _Kind(_matching(_NAME), "a name: a letter, then letters, digits, '-', '_', '.' and ':'"),
    **dict.fromkeys(
        ("NCName", "ID", "IDREF", "ENTITY"),
        _Kind(_matching(_NCNAME), "a name: a letter, then letters, digits, '-', '_' and '.'"),
    ),
    **dict.fromkeys(("QName", "NOTATION"), _Kind(_matching(_QNAME), "a name, with a prefix or without")),
    "NMTOKEN": _Kind(_matching(_NMTOKEN), "one word of letters, digits, '-', '_', '.' and ':'"),
    "NMTOKENS": _Kind(_several(_NMTOKEN), "words of letters, digits, '-', '_', '.' and ':'"),
    **dict.fromkeys(("IDREFS", "ENTITIES"), _Kind(_several(_NCNAME), "names, separated by blanks")),
    "language": _Kind(_matching(_LANGUAGE), "a language such as en-GB"),
}


# -- facets --------------------------------------------------------------------------------------------------------

_COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "minInclusive": lambda value, bound: value >= bound,  # type: ignore[operator]
    "maxInclusive": lambda value, bound: value <= bound,  # type: ignore[operator]
    "minExclusive": lambda value, bound: value > bound,  # type: ignore[operator]
    "maxExclusive": lambda value, bound: value < bound,  # type: ignore[operator]
}
_LENGTHS: dict[str, Callable[[int, int], bool]] = {
    "length": lambda size, bound: size == bound,
    "minLength": lambda size, bound: size >= bound,
    "maxLength": lambda size, bound: size <= bound,
}
_NUMBERS = ("decimal", "float", "double")


def _check(name: str, facet: str, bound: str) -> Callable[[str, Value], bool]:
    """Make the test of one facet. Raises DatatypeError where the type has no such facet."""
    kind = _KINDS[name]
    if facet == "pattern":
        return lambda text, value: regex(bound).matches(text)
    if facet in _COMPARISONS and kind.ordered:
        return _comparison(name, facet, bound)
    if facet in _LENGTHS and not kind.ordered and name not in ("boolean", "QName", "NOTATION", "duration"):
        size, fits = _count(facet, bound), _LENGTHS[facet]
        return lambda text, value: fits(len(value) if isinstance(value, (str, bytes, tuple)) else 0, size)
    if facet in ("totalDigits", "fractionDigits") and kind.words in ("a whole number", "a number"):
        size = _count(facet, bound)
        place = 0 if facet == "totalDigits" else 1
        return lambda text, value: _digits(text)[place] <= size
    if facet == "whiteSpace" and bound in ("preserve", "replace", "collapse"):
        return lambda text, value: True
    raise DatatypeError(f"the type {name} has no parameter '{facet}'")


def _comparison(name: str, facet: str, bound: str) -> Callable[[str, Value], bool]:
    compare = _COMPARISONS[facet]
    # A bound may lie outside the type: minInclusive -1 of an unsignedInt says nothing, and harms nothing.
    read = _integer if _KINDS[name].words == "a whole number" else _KINDS[name].read
    limit = read(_normal(name, bound))
    if limit is None:
        raise DatatypeError(f"{facet} '{bound}' is no value of {name}")

    def check(text: str, value: Value) -> bool:
        if isinstance(value, tuple) and isinstance(limit, tuple):
            return value[1] == limit[1] and compare(value[0], limit[0])
        return value != "NaN" and limit != "NaN" and compare(value, limit)

    return check


def _count(facet: str, bound: str) -> int:
    if not re.fullmatch(r"\s*\+?[0-9]{1,9}\s*", bound):
        raise DatatypeError(f"{facet} '{bound}' is no number of characters")
    return int(bound)


def _digits(text: str) -> tuple[int, int]:
    """All digits that count, and those behind the point."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return 0, 0
    whole, _, fraction = format(abs(number), "f").partition(".")
    fraction = fraction.rstrip("0")
    return len(whole.lstrip("0") + fraction), len(fraction)


# -- in words ------------------------------------------------------------------------------------------------------

_KNOWN_SHAPES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("a MAC address such as 52:54:00:12:34:56", ("52:54:00:12:34:56", "fe:54:00:ab:cd:ef"), ("52:54:00:12:34", "x")),
    (
        "a UUID such as 4dea22b3-1d52-d8f3-2516-782e98ab3fa0",
        ("4dea22b3-1d52-d8f3-2516-782e98ab3fa0",),
        ("4dea22b3-1d52", "x", "1"),
    ),
    (
        "a multicast MAC address such as 01:00:5e:00:00:01",
        ("01:00:5e:00:00:01", "fF:Ff:00:00:00:00"),
        ("52:54:00:12:34:56",),
    ),
    ("a UUID without its dashes", ("4dea22b31d52d8f32516782e98ab3fa0",), ("4dea22b3-1d52-d8f3-2516-782e98ab3fa0", "1")),
    ("an IPv4 address such as 192.168.122.1", ("192.168.122.1", "10.0.0.254"), ("fd00::1", "x", "1")),
    ("an IPv6 address such as fd00::1", ("fd00::1", "fe80::5054:ff:fe12:3456"), ("192.168.122.1", "x", "1")),
    ("an IPv4 or IPv6 address", ("192.168.122.1", "fd00::1"), ("x", "1")),
    ("a hexadecimal number such as 0x1f", ("0x1f", "0xa"), ("1f", "1", "z")),
    ("a hexadecimal number, with 0x or without", ("0x1f", "1f"), ("z", "")),
    ("a small number such as 1 or 0x1", ("0x0", "0x1", "1"), ("z", "1.5", "1z1", "")),
    ("an absolute path such as /var/lib/libvirt", ("/var/lib/libvirt", "/a"), ("a/b", "x", "")),
    ("digits", ("0", "7", "12", "123456"), ("", "x", "1.5", "0x1f", "-1", "1-2", "1,2", "0,2-3")),
    ("a whole number", ("0", "12", "-1"), ("", "x", "1.5", "0x1f", "1-2")),
    ("one or two digits", ("0", "12"), ("", "123", "x")),
    ("some text", ("a", "A b", "x/y:z", "-?!"), ("",)),
    ("one line of text", ("", "a", "A b", "x/y:z", "-?!"), ("\n",)),
)
"""Shapes that people have a name for: what it is called, what it allows, what it does not."""
_SHORT = 48


@lru_cache(maxsize=1024)
def describe(wanted: Datatype) -> str:
    """Say what a type wants: 'a whole number from 1 to 65535', 'a MAC address such as 52:54:00:12:34:56'."""
    kind = _KINDS[wanted.name]
    if wanted.facet("pattern") is not None:
        words = _shape(wanted)
        return words + _lengths(wanted) if wanted.name in _TEXTS else words
    if kind.words in ("a whole number", "a number"):
        return kind.words + _range(wanted, kind)
    return kind.words + _lengths(wanted) + (_range(wanted, kind) if kind.ordered else "")


def describe_all(types: Sequence[Datatype]) -> list[str]:
    """Say what any of several types wants: in one phrase where together they are a known shape, else in one each."""
    return list(_described(tuple(types)))


@lru_cache(maxsize=1024)
def _described(types: tuple[Datatype, ...]) -> tuple[str, ...]:
    for words, good, bad in _KNOWN_SHAPES if len(types) > 1 else ():
        allowed = all(any(each.allows(text) for each in types) for text in good)
        if allowed and not any(each.allows(text) for each in types for text in bad):
            return (words,)
    return tuple(describe(each) for each in types)


def _shape(wanted: Datatype) -> str:
    for words, good, bad in _KNOWN_SHAPES:
        if all(wanted.allows(text) for text in good) and not any(wanted.allows(text) for text in bad):
            return words
    pattern = next(value for facet, value in wanted.facets if facet == "pattern")
    if words := _one_of(pattern):
        return words
    if characters := _characters(pattern):
        return characters
    example = regex(pattern).example
    such = f" such as '{example}'" if example and len(example) <= 40 and wanted.allows(example) else ""
    return f"text of the form {pattern}{such}" if len(pattern) <= _SHORT else f"text of a certain form{such}"


def _one_of(pattern: str) -> str:
    """Words for a pattern that is nothing but a list of words."""
    words = pattern.replace("(", "").replace(")", "").split("|")
    if all(re.fullmatch(r"-?[\w -]+", word) for word in words) and len(words) < 12:
        quoted = [f"'{word}'" for word in words]
        return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} or {quoted[-1]}"
    return ""


_ONE_CLASS = re.compile(r"(\[(?:[^\[\]\\^]|\\.)+\])(?:\+|\*|\{[0-9]+(?:,([0-9]*))?\})")
_NAMED_RANGES = {"a-z": "lower-case letters", "A-Z": "capital letters", "0-9": "digits"}


def _characters(pattern: str) -> str:
    """Words for a pattern that is one class of characters again and again: 'letters, digits, '-' and '_''."""
    found = _ONE_CLASS.fullmatch(pattern)
    if found is None:
        return ""
    body = found[1][1:-1]
    names: list[str] = []
    if "a-z" in body and "A-Z" in body:
        names.append("letters")
        body = body.replace("a-z", "").replace("A-Z", "")
    for written, name in _NAMED_RANGES.items():
        if written in body:
            names.append(name)
            body = body.replace(written, "")
    if re.search(r"\\[a-zA-Z]", body):
        return ""
    signs = re.sub(r"\\(.)", r"\1", body)
    if re.search(r".-.", body.replace("\\-", "")) or len(signs) > 10:
        return ""
    names += ["blanks" if sign == " " else f"'{sign}'" for sign in signs]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{listed}, at most {found[2]} of them" if found[2] else f"only {listed}"


def _range(wanted: Datatype, kind: _Kind) -> str:
    low, high = wanted.facet("minInclusive"), wanted.facet("maxInclusive")
    above, below = wanted.facet("minExclusive"), wanted.facet("maxExclusive")
    low = low if low is not None or kind.least is None else str(kind.least)
    if high is None and below is None and kind.most is not None and kind.most < 2**31 - 1:
        high = str(kind.most)
    words = ""
    if above is not None:
        words += f" greater than {above}"
    elif low is not None and high is not None:
        return f" from {low} to {high}" + (f" and less than {below}" if below is not None else "")
    elif low is not None and not low.startswith("-2147483648") and not low.startswith("-9223372036854775808"):
        words += " not below zero" if low == "0" else f" from {low} up"
    if below is not None:
        words += f" less than {below}"
    elif high is not None:
        words += f" up to {high}"
    return words


def _lengths(wanted: Datatype) -> str:
    exact, least, most = wanted.facet("length"), wanted.facet("minLength"), wanted.facet("maxLength")
    if exact is not None:
        return f" of exactly {exact} characters"
    if least is not None and most is not None:
        return f" of {least} to {most} characters"
    if least is not None:
        return f" of at least {least} characters" if least != "1" else ", not empty"
    return f" of at most {most} characters" if most is not None else ""
