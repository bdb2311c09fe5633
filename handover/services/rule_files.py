"""Files in which an operator writes rules, in YAML: taken as they are meant, or refused with the place and the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from handover.domain.errors import InvalidInput

T = TypeVar("T")


def read_rules(path: Path, checked: Callable[[object], T]) -> T:
    """`checked`: pydantic's word on what the file says. Raises `InvalidInput`."""
    try:
        return checked(yaml.safe_load(path.read_bytes()))
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(str(part) for part in wrong["loc"]) or "the file"
        raise InvalidInput(f"{path.name}: {where}: {wrong['msg']}") from None
    except (OSError, yaml.YAMLError) as error:
        raise InvalidInput(f"{path.name}: {error}") from None
