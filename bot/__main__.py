"""`python -m bot`."""

from bot import interpreter

with interpreter.loading():
    from bot.cli import main

if __name__ == "__main__":
    main()
