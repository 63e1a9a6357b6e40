"""`python -m bot`."""

from bot import memory

with memory.loading():
    from bot.cli import main

if __name__ == "__main__":
    main()
