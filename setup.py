"""Copies the documentation, the examples and the templates of projects into the package. All else is in setup.cfg.

They stand at the top of the repository, where people look for them. A wheel has no place beside the package, so there
they are in ``jambonz_sync/_files``; an editable installation reads them where they are (``reference/files.py``).
"""

from pathlib import Path
from shutil import copyfile

from setuptools import setup
from setuptools.command.build_py import build_py

#: folder -> patterns of the files in it that are part of the package
FILES = {"docs": ["**/*.rst"], "examples": ["*.py", "*.md"], "templates": ["**/*"]}


class BuildWithFiles(build_py):
    """Build the package, with the files that stand beside it."""

    def run(self) -> None:
        """Build, and copy the files, unless they can be read where they are."""
        super().run()
        if self.editable_mode:
            return
        for source, target in self._files():
            self.mkpath(str(target.parent))
            copyfile(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """List all files of the built package."""
        copies = [] if self.editable_mode else [str(target) for _, target in self._files()]
        return [*super().get_outputs(include_bytecode), *copies]

    def _files(self) -> list[tuple[Path, Path]]:
        root = Path(__file__).parent
        copies = Path(self.build_lib, "jambonz_sync", "_files")
        return [
            (path, copies / path.relative_to(root))
            for folder, patterns in FILES.items()
            for pattern in patterns
            for path in sorted((root / folder).glob(pattern))
            if path.is_file() and "__pycache__" not in path.parts and "_build" not in path.parts
        ]


setup(cmdclass={"build_py": BuildWithFiles})
