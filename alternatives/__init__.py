"""Worked ports of the components to other frameworks, each conforming to the spec."""
