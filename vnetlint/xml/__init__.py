"""Lossless XML: bytes to text, text to tokens, tokens to a tree with spans, and edits of spans."""
