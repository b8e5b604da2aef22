"""Processing provider: thin algorithms that read, call the core and write."""
