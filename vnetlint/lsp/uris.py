"""URIs of documents and paths of files; only `file:` names one that may be read."""

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname


def path_of(uri: str) -> str | None:
    """Give the absolute path that a URI names, or None where it names no local file."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme.lower() != "file" or not parts.path:
        return None
    # Behind `?` and `#` stands what an editor forgot to escape: a file's URI has neither.
    rest = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    if os.name == "nt":
        host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
        return os.path.abspath(url2pathname(host + parts.path + rest))
    if parts.netloc not in ("", "localhost"):
        return None
    data = unquote_to_bytes(parts.path + rest)
    return None if b"\0" in data else os.path.abspath(os.fsdecode(data))


def uri_of(path: str) -> str:
    """Give the URI of a file."""
    return Path(os.path.abspath(path)).as_uri()
