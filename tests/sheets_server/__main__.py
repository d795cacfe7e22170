"""``python -m tests.sheets_server``: the server by hand, for any client."""

import argparse
import json
import threading
from pathlib import Path

from .server import SheetsServer


def main() -> None:
    """Serves until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.sheets_server", description=__doc__)
    parser.add_argument("--port", type=int, default=8765, help="0 takes a free one")
    parser.add_argument("--no-quota", action="store_true", help="without Google's 60 reads and 60 writes a minute")
    parser.add_argument("--key", type=Path, metavar="FILE", help="write a service account's key file for this server")
    parser.add_argument(
        "--load", type=Path, metavar="XLSX", action="append", default=[], help="begin with a workbook's tabs"
    )
    options = parser.parse_args()
    with SheetsServer(port=options.port, quota=not options.no_quota) as server:
        print(f"Sheets server at {server.url} (any bearer token is taken)", flush=True)
        if options.key:
            options.key.write_text(json.dumps(server.service_account(), indent=2), encoding="utf-8")
            print(f"service account key: {options.key}", flush=True)
        for path in options.load:
            print(f"{path.name}: {server.load_xlsx(path)}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("\n".join(server.findings) or "no findings")


if __name__ == "__main__":
    main()
