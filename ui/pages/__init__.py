"""The pages of the three steps."""
