"""Train the chapter's models on the real corpora, and generate text with them.

python -m reference train NAME --data DIR --output DIR
python -m reference generate --weights DIR --prompt TEXT
"""

import sys

from reference.training.command import main

if __name__ == "__main__":
    sys.exit(main())
