"""Run the sandbox alone: `python -m bot.sandbox --port 8081`."""

import asyncio
import signal

import click

from bot.sandbox.server import Sandbox


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8081,
    show_default=True,
    help="Port on loopback; 0 takes a free one.",
)
def main(port: int) -> None:
    """A Telegram to try bots against, with a chat page for the browser."""
    asyncio.run(serve(port))


async def serve(port: int) -> None:
    """Listen until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Sandbox(port) as sandbox:
        click.echo(f"Chat page: {sandbox.url}")
        click.echo(f"Bot API:   {sandbox.base_url}<token>/<method>")
        await stop.wait()


if __name__ == "__main__":
    main()
