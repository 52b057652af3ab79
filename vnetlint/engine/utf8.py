"""Files in another encoding than UTF-8. libvirt reads every file as UTF-8, whatever the file declares."""

from collections.abc import Iterator

from vnetlint.finding import Edit, Fix, Problem, Span
from vnetlint.lazy import pattern
from vnetlint.xml.node import Document
from vnetlint.xml.source import Source

_DECLARED = pattern(r"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)""")
_NOT_ASCII = pattern(r"[^\x00-\x7f]+")
_SHOWN = 20
"""Characters of a text that a message quotes."""


def problems(document: Document) -> Iterator[Problem]:
    """Yield what libvirt reads differently from what a document means, because of its encoding."""
    source = document.source
    if source.encoding == "utf-8":
        return
    wide = source.encoding.startswith("utf-16")
    first = _NOT_ASCII.search(source.text, document.span.start, document.span.end)
    if not (wide or first):
        return
    declared = _DECLARED.match(source.text)
    at = Span(*first.span()) if first and not wide else document.root.open_span
    written = source.encoding.upper()
    read = None if wide else _as_utf8(source)
    if read is None or declared is None:
        from shlex import quote

        command = f"iconv -f {written} -t UTF-8 {quote(source.path)} > {quote(f'{source.path}.utf8')}"
        yield Problem(
            source.path,
            at,
            document.root.path,
            f"invalid encoding {written}: libvirt reads UTF-8 only",
            (Fix("Convert it to UTF-8, and declare that encoding", (), "display", command),),
            libvirt_message=_WIDE if wide else _BYTES,
        )
        return
    if declared[1].upper() == "UTF-8":
        # This is the result of the fix below: the bytes are the same, and now the declaration fits them.
        return
    yield Problem(
        source.path,
        Span(*declared.span(1)),
        document.root.path,
        f"libvirt ignores the declared encoding: it reads '{read[:_SHOWN]}', not '{source.excerpt(at)[:_SHOWN]}'",
        (Fix("Declare the encoding UTF-8", (Edit(source.path, Span(*declared.span(1)), "UTF-8"),), "safe"),),
        severity="warning",
        when="never",
    )


def _as_utf8(source: Source) -> str | None:
    """Return the first text that is not ASCII as libvirt reads it, or None if the bytes are not UTF-8."""
    try:
        read = source.encode().decode()
    except UnicodeDecodeError:
        return None
    found = _NOT_ASCII.search(read)
    return found[0] if found else None


_WIDE = "Start tag expected, '<' not found"
_BYTES = "Input is not proper UTF-8, indicate encoding !"
