"""Where the program begins, by name or as `python -m baclosim`.

Processes that a run starts beside itself import this file once more: nothing is loaded until `main` is called.
"""

from __future__ import annotations


def main() -> None:
    """Run the program with the arguments of the process."""
    from .cli.app import main as run

    run()


if __name__ == "__main__":
    main()
