"""The executable specification: clauses, the oracles they are worked by, their rivals.

Nothing here imports a deep-learning framework, and nothing here imports the reference.
"""

from touchstone.specification import Specification

SPECIFICATION = Specification(
    package="spec_tests",
    title="The components of sequence models",
    version="0.2.0",
    source='Géron, Hands-On Machine Learning, 2nd ed., chapter 16, "the chapter"',
)
