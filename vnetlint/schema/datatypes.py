"""The datatypes of a grammar: the two of RELAX NG itself and those of XML Schema, with their facets.

A type answers two questions: whether a text is one of its values (`allows`), and whether two texts mean the same value
(`same`, for `<value type="integer">010</value>`). `shapes` describes types in plain words.
"""

import binascii
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property
from vnetlint.schema.namechars import is_name
from vnetlint.schema.regex import regex
from vnetlint.schema.regextree import RegexError

XSD = "http://www.w3.org/2001/XMLSchema-datatypes"
"""The name of the library of XML Schema's types."""
_XSD_ALSO = ("http://www.w3.org/2001/XMLSchema", "http://www.w3.org/2001/XMLSchema-datatypes")

DataValue = object
"""The value of a text: a number, a text with its white space collapsed, bytes …"""


class DatatypeError(ValueError):
    """There is no such type or facet, or a facet has an invalid value."""


@dataclass(frozen=True)
class Datatype:
    """A type and its facets; `library` is empty for RELAX NG's own `string` and `token`."""

    library: str
    name: str
    facets: tuple[tuple[str, str], ...] = ()

    def allows(self, text: str) -> bool:
        """Whether a text is a value of the type."""
        normal = _normal(self.name, text)
        value = BUILTIN_TYPES[self.name].read(normal)
        return value is not None and all(check(normal, value) for check in self._checks)

    def same(self, text: str, other: str) -> bool:
        """Whether two texts are the same value. Texts that are not values of the type are not."""
        read = BUILTIN_TYPES[self.name].read
        one, two = read(_normal(self.name, text)), read(_normal(self.name, other))
        return one is not None and one == two

    def facet(self, name: str) -> str | None:
        """The value of a facet, the last one if it is given twice, or None."""
        return next((value for facet, value in reversed(self.facets) if facet == name), None)

    @property
    def takes_anything(self) -> bool:
        """Whether every text is a value of it."""
        return self.name in TEXTS and not self.facets

    @cached_property
    def _checks(self) -> tuple[Callable[[str, DataValue], bool], ...]:
        return tuple(_check(self.name, facet, value) for facet, value in self.facets)


def datatype(library: str, name: str, facets: tuple[tuple[str, str], ...] = ()) -> Datatype:
    """Return the type of a name with its facets. Raises DatatypeError if there is no such type or facet."""
    if library not in ("", *_XSD_ALSO):
        raise DatatypeError(f"the datatype library '{library}' is not known")
    if name not in BUILTIN_TYPES or (not library and name not in ("string", "token")):
        raise DatatypeError(f"'{name}' is not a type of {'XML Schema' if library else 'RELAX NG'}")
    made = Datatype(XSD if library else "", name, facets)
    if facets and not library:
        raise DatatypeError(f"RELAX NG's own {name} takes no parameters")
    for facet, value in facets:
        if facet == "pattern":
            try:
                regex(value)
            except RegexError as error:
                raise DatatypeError(f"invalid pattern '{value}': {error}") from None
        else:
            _check(name, facet, value)
    return made


# -- reading -------------------------------------------------------------------------------------------------------

_WHITE = re.compile(r"[ \t\r\n]+")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-?INF|NaN")
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
    """Return a text with its white space kept, replaced by blanks, or collapsed, as its type wants it."""
    if name == "string":
        return text
    if name == "normalizedString":
        return text.replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return _WHITE.sub(" ", text).strip(" ")


def _integer(text: str) -> DataValue | None:
    if not _INTEGER.fullmatch(text):
        return None
    # int() refuses very long numbers. Decimal does not, and the two can be compared.
    return int(text) if len(text) < 1000 else Decimal(text)


def _decimal(text: str) -> DataValue | None:
    return Decimal(text) if _DECIMAL.fullmatch(text) else None


def _float(text: str) -> DataValue | None:
    if not _FLOAT.fullmatch(text):
        return None
    return "NaN" if text == "NaN" else float(text.replace("INF", "inf"))


def _boolean(text: str) -> DataValue | None:
    return {"true": "true", "1": "true", "false": "false", "0": "false"}.get(text)


def _uri(text: str) -> DataValue | None:
    """Return an address. XML Schema is lenient: almost any text is a relative one."""
    if _PERCENT.search(text) or text.count("#") > 1 or not _SCHEME.match(text):
        return None
    return text


def _hex(text: str) -> DataValue | None:
    return bytes.fromhex(text) if _HEX.fullmatch(text) else None


def _base64(text: str) -> DataValue | None:
    text = text.replace(" ", "")
    if not _BASE64.fullmatch(text) or len(text) % 4:
        return None
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        return None


def _zone(text: str) -> int:
    """The minutes that a time zone is ahead of universal time."""
    if text in ("", "Z"):
        return 0
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return -minutes if text[0] == "-" else minutes


def _day(year: str, month: str, day: str) -> int | None:
    """The number of a day. Python's dates end with year 9999, so a year is reduced by cycles of 400 years."""
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


def _date(text: str) -> DataValue | None:
    if not (found := _DATE.fullmatch(text)):
        return None
    day = _day(found[1], found[2], found[3])
    return None if day is None else (day * 1440 - _zone(found[4]), bool(found[4]))


def _time(text: str) -> DataValue | None:
    if not (found := _TIME.fullmatch(text)):
        return None
    seconds = _seconds(found[1], found[2], found[3], found[4])
    return None if seconds is None else (seconds - _zone(found[5]) * 60, bool(found[5]))


def _datetime(text: str) -> DataValue | None:
    if not (found := _DATETIME.fullmatch(text)):
        return None
    day, seconds = _day(found[1], found[2], found[3]), _seconds(found[4], found[5], found[6], found[7])
    if day is None or seconds is None:
        return None
    return (day * 86_400 + seconds - _zone(found[8]) * 60, bool(found[8]))


def _matching(pattern: re.Pattern[str]) -> Callable[[str], DataValue | None]:
    return lambda text: text if pattern.fullmatch(text) else None


def _named(kind: str) -> Callable[[str], DataValue | None]:
    return lambda text: text if is_name(kind, text) else None


def _several(kind: str) -> Callable[[str], DataValue | None]:
    def read(text: str) -> DataValue | None:
        words = text.split(" ")
        return tuple(words) if text and all(is_name(kind, word) for word in words) else None

    return read


def _within(least: int | None, most: int | None) -> Callable[[str], DataValue | None]:
    def read(text: str) -> DataValue | None:
        value = _integer(text)
        if isinstance(value, (int, Decimal)) and (least is None or value >= least) and (most is None or value <= most):
            return value
        return None

    return read


@dataclass(frozen=True)
class BuiltinType:
    """A built-in type: how it reads a text, its name in words, and the order and bounds of its values."""

    read: Callable[[str], DataValue | None]
    words: str
    ordered: bool = False
    least: int | None = None
    most: int | None = None


def _whole(least: int | None = None, most: int | None = None) -> BuiltinType:
    return BuiltinType(_within(least, most), "a whole number", True, least, most)


TEXTS = ("string", "normalizedString", "token")
BUILTIN_TYPES: dict[str, BuiltinType] = {
    **dict.fromkeys(TEXTS, BuiltinType(lambda text: text, "text")),
    "boolean": BuiltinType(_boolean, "'true' or 'false'"),
    "decimal": BuiltinType(_decimal, "a number", True),
    "float": BuiltinType(_float, "a number", True),
    "double": BuiltinType(_float, "a number", True),
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
    "anyURI": BuiltinType(_uri, "an address such as http://example.org/"),
    "date": BuiltinType(_date, "a date such as 2024-12-31", True),
    "time": BuiltinType(_time, "a time such as 23:59:00", True),
    "dateTime": BuiltinType(_datetime, "a date and time such as 2024-12-31T23:59:00Z", True),
    "duration": BuiltinType(_matching(_DURATION), "a duration such as P1DT12H"),
    **{
        name: BuiltinType(_matching(re.compile(pattern + _ZONE)), f"a {name} of XML Schema")
        for name, pattern in _PARTS_OF_DATES.items()
    },
    "hexBinary": BuiltinType(_hex, "bytes as hexadecimal digits such as 0aff"),
    "base64Binary": BuiltinType(_base64, "bytes in Base64"),
    "Name": BuiltinType(_named("Name"), "a name: a letter, then letters, digits, '-', '_', '.' and ':'"),
    **dict.fromkeys(
        ("NCName", "ID", "IDREF", "ENTITY"),
        BuiltinType(_named("NCName"), "a name: a letter, then letters, digits, '-', '_' and '.'"),
    ),
    **dict.fromkeys(("QName", "NOTATION"), BuiltinType(_named("QName"), "a name, with a prefix or without")),
    "NMTOKEN": BuiltinType(_named("NMTOKEN"), "one word of letters, digits, '-', '_', '.' and ':'"),
    "NMTOKENS": BuiltinType(_several("NMTOKEN"), "words of letters, digits, '-', '_', '.' and ':'"),
    **dict.fromkeys(("IDREFS", "ENTITIES"), BuiltinType(_several("NCName"), "names, separated by blanks")),
    "language": BuiltinType(_matching(_LANGUAGE), "a language such as en-GB"),
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


def _check(name: str, facet: str, bound: str) -> Callable[[str, DataValue], bool]:
    """Return the test of one facet. Raises DatatypeError if the type has no such facet."""
    kind = BUILTIN_TYPES[name]
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


def _comparison(name: str, facet: str, bound: str) -> Callable[[str, DataValue], bool]:
    compare = _COMPARISONS[facet]
    # A bound may be outside the type: minInclusive -1 of an unsignedInt is allowed and has no effect.
    read = _integer if BUILTIN_TYPES[name].words == "a whole number" else BUILTIN_TYPES[name].read
    limit = read(_normal(name, bound))
    if limit is None:
        raise DatatypeError(f"{facet} '{bound}' is not a value of {name}")

    def check(text: str, value: DataValue) -> bool:
        if isinstance(value, tuple) and isinstance(limit, tuple):
            return value[1] == limit[1] and compare(value[0], limit[0])
        return value != "NaN" and limit != "NaN" and compare(value, limit)

    return check


def _count(facet: str, bound: str) -> int:
    if not re.fullmatch(r"\s*\+?[0-9]{1,9}\s*", bound):
        raise DatatypeError(f"{facet} '{bound}' is not a number of characters")
    return int(bound)


def _digits(text: str) -> tuple[int, int]:
    """Return the numbers of significant digits, and of those behind the point."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return 0, 0
    whole, _, fraction = format(abs(number), "f").partition(".")
    fraction = fraction.rstrip("0")
    return len(whole.lstrip("0") + fraction), len(fraction)
