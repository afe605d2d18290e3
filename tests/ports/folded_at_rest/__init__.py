"""GRUs as Flax Linen computes and keeps them."""
