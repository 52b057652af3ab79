"""URIs of documents and paths of files. Only a `file:` URI means a file that may be read."""

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname


def path_of(uri: str) -> str | None:
    """Return the absolute path that a URI means, or None if it is not a local file."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme.lower() != "file" or not parts.path:
        return None
    # A file's URI has no query and no fragment. If there are any, the editor did not escape `?` or `#`.
    rest = (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    if os.name == "nt":
        host = f"//{parts.netloc}" if parts.netloc not in ("", "localhost") else ""
        return os.path.abspath(url2pathname(host + parts.path + rest))
    if parts.netloc not in ("", "localhost"):
        return None
    data = unquote_to_bytes(parts.path + rest)
    return None if b"\0" in data else os.path.abspath(os.fsdecode(data))


def uri_of(path: str) -> str:
    """Return the `file:` URI of a path."""
    return Path(os.path.abspath(path)).as_uri()
