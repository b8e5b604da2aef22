"""Proposing and recording management classes."""
