"""Read a text as a tree. In any text, a half-typed tag loses at most its own element.

A file may hold several documents one after another, as `virt-install --print-xml` prints them.
"""

from contextlib import suppress

from vnetlint.finding import Span
from vnetlint.lazy import pattern
from vnetlint.xml.limits import MAX_DOCUMENTS, MAX_TOKENS
from vnetlint.xml.node import Comment, Document, TreeNode
from vnetlint.xml.scan import WHOLE, Token, TokenKind, token_at
from vnetlint.xml.source import Source

_KINDS = (
    TokenKind.STRAY,
    TokenKind.OPEN,
    TokenKind.CLOSE,
    TokenKind.COMMENT,
    TokenKind.INSTRUCTION,
    TokenKind.CDATA,
    TokenKind.STRAY,
)
"""What the groups of `WHOLE` are."""
_DECLARATION = pattern(r"<\?xml\s")


def parse(source: Source) -> list[Document]:
    """Return the documents of a file; none if it has no element.

    They need not be well formed: `wellformed.check` finds out.
    """
    text, document = source.masked, Document(source)
    if len(text) > MAX_TOKENS:
        return recover(source)
    current, end = _read_whole(document, text)
    if end == len(text) and current is None and document.top is not None:
        document.span, document.is_whole = Span(0, end), text is source.text
        return [document]
    return _recovered(_Builder(document, current), end)


def recover(source: Source) -> list[Document]:
    """Return the documents of any text, however broken. Of a text that `parse` reads at once, they are the same."""
    return _recovered(_Builder(Document(source)))


def _recovered(builder: "_Builder", end: int = 0) -> list[Document]:
    """Return the documents of a text that is read up to `end`.

    It is whole but for a few places, so the expression for whole markup is asked again behind each of them.
    """
    text = builder.document.source.masked
    tokens, unclosed = 0, set[str]()
    with suppress(_TooManyError):
        while end < len(text) and tokens < MAX_TOKENS:
            for found in WHOLE.finditer(text, end):
                start, behind = found.span()
                tokens += 1 + (end < start)
                if tokens > MAX_TOKENS:
                    end = start
                    break
                kind = _KINDS[found.lastindex or 0]
                if kind is TokenKind.OPEN:
                    builder.open(start, behind, found.end(1), found[1], is_empty=text[behind - 2] == "/")
                elif kind is TokenKind.CLOSE:
                    builder.close(start, behind, found[2])
                elif kind is TokenKind.STRAY:
                    end = builder.take(token_at(text, start, unclosed), text)
                    break
                else:
                    builder.note(kind, start, behind)
                end = behind
            else:
                # What is left is text.
                end = len(text) if tokens < MAX_TOKENS else end
    return builder.finish(len(text), cut=end < len(text))


def _read_whole(document: Document, text: str) -> tuple[TreeNode | None, int]:
    """Read a text into its document as long as it needs no recovery: tags are whole and closed, and one is the root.

    Nearly every file is so to its end, and reading it so takes a third of the time. Returns the element that is open,
    and where the first markup is that is left to `_Builder`, or the end of the text.
    """
    current: TreeNode | None = None
    elements = depth = deepest = end = 0
    for found in WHOLE.finditer(text):
        kind, (start, behind) = found.lastindex, found.span()
        if kind == 1:
            if current is None and elements:
                break
            is_empty = text[behind - 2] == "/"
            node = TreeNode(document, current, found[1], start, behind, found.end(1), is_empty)
            elements += 1
            if current is None:
                document.top = node
            else:
                current.children.append(node)
            deepest = max(deepest, depth + 1)
            if not is_empty:
                current = node
                depth += 1
        elif kind == 2:
            if current is None or current.name != found[2]:
                break
            current.close_start, current.end, current.closed = start, behind, True
            current = current.parent
            depth -= 1
        elif kind == 3:
            document.comments.append(Comment(Span(start, behind), current))
        elif kind == 4:
            document.instructions.append(Span(start, behind))
        elif kind == 6:
            break
        end = behind
    else:
        end = len(text)
    document.elements, document.depth = elements, deepest
    return current, end


class _TooManyError(Exception):
    """There are more documents than are read."""


class _Builder:
    """Builds documents from tokens: the ones read so far, and the element that is open."""

    def __init__(self, document: Document, current: TreeNode | None = None) -> None:
        self.finished: list[Document] = []
        self.document = document
        self.current = current
        self.depth = 0
        self.open_names: dict[str, int] = {}
        """How many elements of each name are open, so that a stray end tag costs no search."""
        while current is not None:
            self.depth += 1
            self.open_names[current.name] = self.open_names.get(current.name, 0) + 1
            current = current.parent

    def take(self, token: Token, text: str) -> int:
        """Add a token that may be broken, and return its end."""
        kind, start, end, name_end = token
        if kind is TokenKind.OPEN or kind is TokenKind.EMPTY:
            self.open(start, end, name_end, text[start + 1 : name_end], is_empty=kind is TokenKind.EMPTY)
        elif kind is TokenKind.CLOSE:
            self.close(start, end, text[start + 2 : name_end])
        else:
            self.note(kind, start, end)
        return end

    def open(self, start: int, end: int, name_end: int, name: str, *, is_empty: bool) -> None:
        parent, document = self.current, self.document
        if parent is None and document.top is not None:
            # A second root: what is before it belongs to its document.
            self._next_document()
            document = self.document
        node = TreeNode(document, parent, name, start, end, name_end, is_empty)
        document.elements += 1
        if parent is None:
            document.top = node
        else:
            parent.children.append(node)
        if self.depth >= document.depth:
            document.depth = self.depth + 1
        if not is_empty:
            self.current = node
            self.depth += 1
            self.open_names[name] = self.open_names.get(name, 0) + 1

    def close(self, start: int, end: int, name: str) -> None:
        if not self.open_names.get(name):
            return
        while self.current is not None:
            closing = self.current
            self.depth -= 1
            self.open_names[closing.name] -= 1
            closing.close_start = closing.end = start
            self.current = closing.parent
            if closing.name == name:
                closing.end = end
                closing.closed = True
                return

    def note(self, kind: TokenKind, start: int, end: int) -> None:
        span = Span(start, end)
        if kind is TokenKind.COMMENT:
            self.document.comments.append(Comment(span, self.current))
        elif kind is TokenKind.INSTRUCTION:
            self.document.instructions.append(span)
        elif kind is TokenKind.DOCTYPE and self.document.doctype is None:
            self.document.doctype = span

    def finish(self, size: int, cut: bool) -> list[Document]:
        while self.current is not None:
            self.current.close_start = self.current.end = size
            self.current = self.current.parent
        if self.document.top is not None:
            self.finished.append(self.document)
        ends = [document.span.start for document in self.finished[1:]] + [size]
        for document, end in zip(self.finished, ends, strict=False):
            document.span = Span(document.span.start, end)
            document.cut = cut
        return self.finished

    def _next_document(self) -> None:
        if len(self.finished) + 1 >= MAX_DOCUMENTS:
            raise _TooManyError
        self._begin_next_document()

    def _begin_next_document(self) -> None:
        """End a document at its root's end, or before the next declaration, and begin the next one there."""
        done = self.document
        text = done.source.text
        later = (span.start for span in done.instructions if span.start >= done.root.end)
        end = max((start for start in later if _DECLARATION.match(text, start)), default=done.root.end)
        following = Document(done.source, Span(end, end))
        following.comments = [comment for comment in done.comments if comment.span.start >= end]
        following.instructions = [span for span in done.instructions if span.start >= end]
        done.comments = [comment for comment in done.comments if comment.span.start < end]
        done.instructions = [span for span in done.instructions if span.start < end]
        if done.doctype is not None and done.doctype.start >= end:
            following.doctype, done.doctype = done.doctype, None
        self.finished.append(done)
        self.document = following
