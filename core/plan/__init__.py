"""The municipal plan: model, code lists, tables."""
