"""What municipalities bring: the sources by name, how they are recognised and turned into our fields."""
