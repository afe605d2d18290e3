"""What the components have that is no framework's: the standard library and NumPy.

Every port hands it on under its own name.
"""
