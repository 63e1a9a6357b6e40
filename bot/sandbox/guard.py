"""Only the own machine may talk to the sandbox: no foreign host names, no requests forged by web pages."""

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

LOOPBACK_HOSTS = {"127.0.0.1", "::1", "localhost"}


def is_loopback(host: str) -> bool:
    """Whether a Host header names the own machine."""
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK_HOSTS
    except ValueError:
        return False


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign Host headers (DNS rebinding) and, on the control routes, posts that a form could make.

    A page of another origin cannot post JSON without asking first, and the sandbox never allows it.
    """
    if not is_loopback(request.host):
        raise web.HTTPForbidden(text="the sandbox answers to loopback names only")
    controls = request.path.startswith("/sandbox/")
    if controls and request.method != "GET" and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send application/json")
    origin = request.headers.get("Origin")
    if controls and origin and origin != f"http://{request.host}":
        raise web.HTTPForbidden(text="the sandbox talks to its own page only")
    return await handler(request)
