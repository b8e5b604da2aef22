"""Evidence about how land is looked after."""
