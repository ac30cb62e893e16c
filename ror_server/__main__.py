"""`python -m ror_server`."""

import sys

from ror_server.cli import main

sys.exit(main())
