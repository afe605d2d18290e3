"""The oracles: every component in NumPy, written from its equations, in float64.

They give the clauses their expected values, the rivals their ground, and they are an
implementation: `pytest spec_tests --implementation=spec_tests.oracles`.
"""
