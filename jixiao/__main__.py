"""``python -m jixiao``: the command line."""

from jixiao.cli.main import main

if __name__ == "__main__":
    main()
