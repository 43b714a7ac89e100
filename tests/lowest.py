"""Write the oldest versions of other libraries that the package takes to a file, for pip: see ``lowest`` in tox.ini."""

from __future__ import annotations

import configparser
import re
import sys
from pathlib import Path

#: extras that only development needs
DEVELOPMENT = ("test", "docs", "types")


def lowest() -> list[str]:
    """Return ``name==version`` for each library that setup.cfg names, in order."""
    config = configparser.ConfigParser()
    config.read(Path(__file__).parent.parent / "setup.cfg")
    extras = [text for extra, text in config["options.extras_require"].items() if extra not in DEVELOPMENT]
    text = "\n".join([config["options"]["install_requires"], *extras])
    return sorted({f"{name}=={version}" for name, version in re.findall(r"([\w-]+)>=([\w.]+)", text)})


if __name__ == "__main__":
    Path(sys.argv[1]).write_text("\n".join(lowest()))
