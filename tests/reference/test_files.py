"""The files beside the package travel with it: as they are, and in little room."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MOST = 2_000_000

pytest.importorskip("setuptools", reason="the build back end is not installed")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as it goes into a wheel."""
    target = tmp_path_factory.mktemp("build")
    command = [sys.executable, "setup.py", "-q", "build_py", "--build-lib", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=50)
    return target / "jambonz_sync"


def test_the_documentation_and_the_examples_are_in_the_wheel_as_they_are(built: Path) -> None:
    for folder, pattern in (("docs", "**/*.rst"), ("examples", "*.py")):
        originals = [path for path in (ROOT / folder).glob(pattern) if "_build" not in path.parts]
        assert originals
        for path in originals:
            assert (built / "_files" / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


def test_the_skill_and_the_notes_for_agents_are_in_the_wheel(built: Path) -> None:
    for name in ("AGENTS.md", "llms.txt", ".agents/skills/jambonz-sync/SKILL.md"):
        assert (built / name).read_bytes() == (ROOT / "jambonz_sync" / name).read_bytes()
    assert list((built / ".agents/skills/jambonz-sync/references").glob("*.md"))
    assert (built / "_files/templates/common/.env.example").exists()


def test_what_is_of_no_use_to_users_is_not_in_the_wheel(built: Path) -> None:
    kinds = {path.suffix for path in (built / "_files" / "docs").rglob("*") if path.is_file()}
    assert kinds == {".rst"}
    assert not list(built.rglob("__pycache__"))


def test_the_wheel_is_small(built: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "wheel.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in built.rglob("*"):
            archive.write(path, path.relative_to(built))
    assert (tmp_path / "wheel.zip").stat().st_size < MOST


def test_a_package_that_was_built_reads_its_own_files(built: Path) -> None:
    code = "from jambonz_sync.reference.files import folder; print(folder('docs')); print(folder('examples'))"
    run = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(built.parent)!r}); {code}"],
        check=True,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert run.stdout.split() == [str(built / "_files" / "docs"), str(built / "_files" / "examples")]
