"""A builder of the index that the system kills."""

import os
import signal
import sys

sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
