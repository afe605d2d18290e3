"""The executable specification: clauses, the oracles they are worked by, their rivals.

Nothing here imports a deep-learning framework, and nothing here imports the reference.
"""
