"""GRUs as Flax Linen computes them; the weights that were given are kept."""
