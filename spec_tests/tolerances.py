"""The tolerances of the specification, one for each kind of quantity.

docs/RIVALS.md shows, clause by clause, the rounding noise of right implementations and
the nearest wrong one; tests hold the margins that `touchstone.tolerances` names.
"""

from touchstone.tolerances import Tolerance

PROBABILITY = Tolerance(float32=2e-6, tf32=2e-6, bfloat16=2e-6)  # no matrix products
RECURRENT = Tolerance(float32=5e-6, tf32=2.5e-3, bfloat16=2e-2)
ATTENTION = Tolerance(float32=1e-5, tf32=1e-2, bfloat16=8e-2)
TRANSFORMER = Tolerance(float32=5e-6, tf32=2.5e-3, bfloat16=3e-2)  # probabilities
LOSS = Tolerance(float32=1e-6, tf32=2e-3, bfloat16=1e-2)  # of a few training steps
POSITION = Tolerance(float32=4e-7, tf32=4e-7, bfloat16=4e-7)  # times 1 + position
