"""Has pyright look at the Python that README, the documentation and the docstrings of the REST client show.

``python tests/typing/doc_blocks.py``.

What a block uses without having made it (``session``, ``client`` ...) is given its type here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.pages import (  # noqa: E402
    PAGES,
    block_with,
    docstring_example,
    free_names,
    name_of,
    python_blocks,
    readme_blocks,
)
from tests.rest.test_endpoints import METHODS  # noqa: E402

#: a stub of the names that blocks use without having made them
GIVEN = """
from jambonz_sync import AudioStream, Endpoint, JambonzClient, Session

session: Session
client: JambonzClient
stream: AudioStream
endpoint: Endpoint
"""
#: sids, and other names that text is given by
IDS = re.compile(r"\w+_(sid|id|callid)")


def main() -> int:
    """Write each block to a file of its own, and return the exit code of pyright."""
    blocks = {"readme": readme_blocks()} | {name_of(page): [*python_blocks(page.read_text() + "\n")] for page in PAGES}
    blocks["rest"] = [example for method in METHODS.values() if (example := docstring_example(method))]
    ids: set[str] = set()
    with tempfile.TemporaryDirectory() as folder:
        for page, sources in blocks.items():
            for number, source in enumerate(sources):
                names = free_names(source)
                ids |= {name for name in names if IDS.fullmatch(name)}
                given = f"from given import {', '.join(sorted(names))}\n" if names else ""
                Path(folder, f"{page.replace('/', '_')}_{number}.py").write_text(given + source)
        Path(folder, "given.pyi").write_text(GIVEN + "".join(f"{name}: str\n" for name in sorted(ids)))
        Path(folder, "pizza.py").write_text(block_with("tutorial/bot", "KITCHEN =").source)
        paths = [str(ROOT), str(ROOT / "examples")]
        options = {"extraPaths": paths, "pythonVersion": "3.11", "reportMissingModuleSource": "none"}
        Path(folder, "pyrightconfig.json").write_text(json.dumps(options))
        return subprocess.run(["pyright", "--project", folder, "--pythonpath", sys.executable], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
