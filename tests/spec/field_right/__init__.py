"""Right implementations that differ from the oracles in what is left open."""
