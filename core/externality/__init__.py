"""Harm that unmanaged land does to its surroundings."""
