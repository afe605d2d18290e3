"""`python -m touchstone` is the command `touchstone`."""

import sys

from touchstone.command import main

if __name__ == "__main__":
    sys.exit(main())
