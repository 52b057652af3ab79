"""Completion: what may be inserted at a place of a document, without the protocol of editors."""
