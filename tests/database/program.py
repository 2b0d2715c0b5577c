"""Another program that uses the embedded server: says its URL, waits for a line, lets go, says whether that stopped it.

Run as `python program.py HOME`.
"""

import sys
from pathlib import Path

from regulars.database.embedded import EmbeddedPostgres

server = EmbeddedPostgres(Path(sys.argv[1]))
sys.stdout.write(f"{server.start()}\n")
sys.stdout.flush()
sys.stdin.readline()
sys.stdout.write(f"stopped={server.stop()}\n")
