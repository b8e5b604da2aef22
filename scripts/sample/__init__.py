"""Builds the sample village: real lots of a land registry map, everything else invented."""
