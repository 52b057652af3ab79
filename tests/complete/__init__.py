"""Completion without the protocol of editors."""
