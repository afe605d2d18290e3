"""The clock: how long the components take, beside what the machine could do."""
