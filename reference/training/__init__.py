"""The training command, and everything that only it needs.

command, options, messages: the command line. recipes, recorded, *_tasks: what is
trained. run, task, checkpoint, results: how. The rest: one tool a file.
"""
