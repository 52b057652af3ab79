"""Files are decoded as XML prescribes, and encoded without loss. What is not text is refused with its place."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xml.documents import documents
from vnetlint.inputkey import FileKey
from vnetlint.xml.limits import MAX_BYTES
from vnetlint.xml.source import DecodingError, Source, decode

UMLAUTS = "<network><name>größe</name></network>\r\n"
ENCODINGS = {
    "UTF-8": UMLAUTS.encode(),
    "UTF-8 with a byte order mark": codecs.BOM_UTF8 + UMLAUTS.encode(),
    "UTF-16 little endian": codecs.BOM_UTF16_LE + UMLAUTS.encode("utf-16-le"),
    "UTF-16 big endian": codecs.BOM_UTF16_BE + UMLAUTS.encode("utf-16-be"),
    "UTF-16 little endian without a mark": UMLAUTS.encode("utf-16-le"),
    "UTF-16 big endian without a mark": UMLAUTS.encode("utf-16-be"),
    "a mark that contradicts the declaration": codecs.BOM_UTF8
    + f"<?xml version='1.0' encoding='latin-1'?>{UMLAUTS}".encode(),
} | {
    name: f'<?xml version="1.0" encoding="{name}"?>{UMLAUTS}'.encode(name)
    for name in (
        "ISO-8859-1",
        "iso-8859-15",
        "windows-1252",
        "latin1",
        "UTF-8",
        "utf8",
        "cp437",
        "mac-roman",
        "gb18030",
    )
}


@pytest.mark.parametrize("data", ENCODINGS.values(), ids=ENCODINGS)
def test_every_encoding_is_read_and_written_back(data: bytes) -> None:
    source = decode(FileKey("x.xml"), data)
    assert source.text.endswith(UMLAUTS)
    assert source.encode() == data


@given(documents(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]))
def test_what_is_decoded_is_encoded_to_the_same_bytes(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert decode(FileKey("x"), data).text == text
    assert decode(FileKey("x"), data).encode() == data


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda tail: b"<?xml version='1.0' encoding='gbk'?>" + tail))
def test_any_bytes_are_refused_or_written_back_unchanged(data: bytes) -> None:
    try:
        source = decode(FileKey("x"), data)
    except DecodingError as error:
        place, size = error.offset, len(error.text)
    else:
        place, size = 0, 0
        assert source.encode() == data
    assert 0 <= place <= size


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        *((name, f"the declared encoding '{name}' is unknown; declare UTF-8") for name in ("UTF-9", "x-klingon")),
        *((name, f"the declared encoding '{name}' is unknown; declare UTF-8") for name in ("utf-7", "rot13", "zlib")),
        *((name, f"the declared encoding '{name}' is unknown; declare UTF-8") for name in ("idna", "unicode_escape")),
        *((name, f"the declared encoding '{name}' is unknown; declare UTF-8") for name in ("hex", "undefined", "bz2")),
        ("UTF-16", "the file declares UTF-16 but is not written in it; declare UTF-8"),
        ("cp037", "the file declares cp037 but is not written in it; declare UTF-8"),
    ],
)
def test_an_impossible_encoding_is_reported_at_its_name(declared: str, message: str) -> None:
    error = _error(f"<?xml version='1.0' encoding='{declared}'?><a/>".encode())
    assert error.message == message
    assert error.text.startswith(declared, error.offset)


@pytest.mark.parametrize(
    ("data", "offset", "message"),
    [
        (b"<a>gr\xf6\xdfe</a>", 5, "byte 0xf6 is not UTF-8; save the file as UTF-8 or declare its encoding"),
        ("<a>ß".encode()[:-1], 3, "byte 0xc3 is not UTF-8; save the file as UTF-8 or declare its encoding"),
        (b"<a>\xed\xa0\x80</a>", 3, "byte 0xed is not UTF-8; save the file as UTF-8 or declare its encoding"),
        (
            b"<?xml version='1.0' encoding='ascii'?>\xe4",
            38,
            "byte 0xe4 is not ASCII; save the file as UTF-8 or declare",
        ),
        (b"<?xml version='1.0' encoding='cp1252'?>\x81", 39, "byte 0x81 is not CP1252; save the file as UTF-8"),
        (codecs.BOM_UTF16_LE + b"<\0a\0>", 2, "byte 0x3e is not UTF-16-LE; save the file as UTF-8"),
        (codecs.BOM_UTF16_LE + b"<\0\0\xd8a\0", 1, "byte 0x00 is not UTF-16-LE; save the file as UTF-8"),
        (b"<a>\0</a>", 3, "this is binary data, not XML"),
        (codecs.BOM_UTF32_LE + "<a/>".encode("utf-32-le"), 0, "this is UTF-32, which libvirt does not read"),
        (codecs.BOM_UTF32_BE + "<a/>".encode("utf-32-be"), 0, "this is UTF-32, which libvirt does not read"),
        (b" " * (MAX_BYTES + 1), 0, "larger than the 10 MiB that virsh and vnetlint read"),
    ],
)
def test_bytes_that_are_not_text_are_reported_at_the_first_of_them(data: bytes, offset: int, message: str) -> None:
    error = _error(data)
    assert error.message.startswith(message)
    assert error.offset == offset


def test_only_a_declaration_that_begins_the_file_counts() -> None:
    text = "<a/><!-- ä --><?xml version='1.0' encoding='latin-1'?><b/>"
    assert decode(FileKey("x"), text.encode()).text == text


def test_characters_that_the_encoding_lacks_become_references() -> None:
    source = decode(FileKey("x"), b"<?xml version='1.0' encoding='latin-1'?><a/>")
    assert source.encode("<a>\u20ac</a>") == b"<a>&#8364;</a>"


def test_another_text_is_the_same_file() -> None:
    before = Source(FileKey("x"), "<a/>", "utf-16-le", codecs.BOM_UTF16_LE)
    assert before.with_text("<b/>").encode() == codecs.BOM_UTF16_LE + "<b/>".encode("utf-16-le")


def _error(data: bytes) -> DecodingError:
    with pytest.raises(DecodingError) as raised:
        decode(FileKey("x.xml"), data)
    return raised.value
