"""What is timed, a module for each component: sizes, and functions that return a Workload.

SIZES are those of its steps; a function takes an implementation and sizes by keyword.
"""
