"""``python -m generator``: the command, for machines where only the package is on the path."""

from generator.cli import main

if __name__ == "__main__":
    main()
