"""`make bench`: every benchmark, one after the other; with ``--write`` the tables go into ``docs/performance.md``."""

import subprocess
import sys

BENCHMARKS = ("matching", "webhook", "broadcast", "console")


def main() -> None:
    """Run them all and stop at the first that fails."""
    for name in BENCHMARKS:
        print(f"\n## {name}\n", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *sys.argv[1:]], check=True)


if __name__ == "__main__":
    main()
