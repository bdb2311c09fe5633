"""What `kulanz` starts: editors' commands go straight to knowledge.cli, without the seconds the desk's imports take."""

from __future__ import annotations

import sys


def main() -> None:
    if sys.argv[1:2] == ["knowledge"]:
        from knowledge.cli import app

        app(args=sys.argv[2:], prog_name="kulanz knowledge")
    else:
        from handover.cli import main as everything

        everything()


if __name__ == "__main__":
    main()
