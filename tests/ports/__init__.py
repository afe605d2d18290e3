"""Ports in NumPy that keep to the conventions of other frameworks."""
