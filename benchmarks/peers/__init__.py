"""The work of a build's models, by what a user would pick instead.

Each module is a process of its own: `python -m peers.<name> <folder>`. It reads what
`compare.py` took from the warehouse, rows before the test cutoff, and writes its lists
and the moments between which it worked.
"""
