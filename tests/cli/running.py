"""Commands as they are typed. None ever prints the key of the account."""

from __future__ import annotations

import json
from typing import Any

from click.testing import CliRunner, Result

from jambonz_sync.cli import main
from tests.rest.fake_api import KEY


def run(*args: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(main, args, input=stdin)
    assert KEY not in result.output
    return result


def parsed(*args: str) -> Any:
    result = run(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)
