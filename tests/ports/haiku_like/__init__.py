"""GRUs as Haiku computes them."""
