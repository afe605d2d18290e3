"""Right implementations that differ from the oracles in what a contract leaves open."""
