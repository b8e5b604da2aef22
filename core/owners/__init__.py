"""Who owns the land: one person or several, reachable or not, and what lawfully comes next."""
