"""Look for passwords, keys and tokens in the tracked files, as the plugins site does with detect-secrets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.settings import default_settings

REPO = Path(__file__).resolve().parent.parent
SUFFIXES = {".py", ".txt", ".md", ".json", ".yml", ".yaml", ".toml", ".sql", ".cfg", ".ini"}


def main() -> int:
    """Print each suspect line and return 1 when there is one."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=REPO, check=True, capture_output=True, text=True
    )
    secrets = SecretsCollection(root=str(REPO))
    with default_settings():
        for name in listing.stdout.split("\0"):
            if Path(name).suffix in SUFFIXES and (REPO / name).is_file():
                secrets.scan_file(name)
    found = [f"{name}:{secret.line_number}: {secret.type}" for name, secret in secrets]
    for line in sorted(found):
        print(line)
    if found:
        print(f"{len(found)} suspect lines. A false alarm is marked with '# pragma: allowlist secret' on its line.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
