"""Methods by which a bot learns who it is and receives its updates."""

from urllib.parse import urlsplit

from bot.sandbox.errors import bad_request, conflict
from bot.sandbox.methods.registry import Call, method
from bot.sandbox.model import Json
from bot.sandbox.rules import check_secret
from bot.sandbox.updates import ALL_KINDS, Update
from bot.sandbox.world import Webhook

MAX_POLL_SECONDS = 50
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
WEBHOOK_PORTS = {443, 80, 88, 8443}


@method("getMe")
async def get_me(call: Call) -> Json:
    """The bot's own account."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }
    return call.bot.user.to_api() | abilities


@method("getUpdates")
async def get_updates(call: Call) -> list[Update]:
    """Updates from `offset` on, waiting up to `timeout` seconds (50 at most)."""
    if call.bot.webhook is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    call.bot.updates.allow(call.parameters.data("allowed_updates"))
    limit = call.parameters.integer("limit", 100)
    seconds = min(max(call.parameters.integer("timeout"), 0), MAX_POLL_SECONDS)
    return await call.bot.updates.poll(call.parameters.integer("offset"), limit if 1 <= limit <= 100 else 100, seconds)


@method("setWebhook")
async def set_webhook(call: Call) -> bool:
    """Have updates posted to an address; an empty one means polling."""
    address = call.parameters.text("url").strip()
    if call.parameters.flag("drop_pending_updates"):
        call.bot.updates.clear()
    if not address:
        call.bot.webhook = None
        return True
    _check_address(address)
    secret = check_secret(call.parameters.text("secret_token"))
    connections = call.parameters.integer("max_connections", 40)
    call.bot.updates.allow(call.parameters.data("allowed_updates"))
    call.bot.webhook = Webhook(address, secret, connections if 1 <= connections <= 100 else 40)
    call.bot.updates.interrupt()
    call.world.on_webhook(call.bot)
    return True


def _check_address(address: str) -> None:
    """Only HTTPS on Telegram's ports, except for the own machine."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise bad_request("bad webhook: invalid webhook URL specified") from error
    if not host or parts.scheme not in {"http", "https"}:
        raise bad_request("bad webhook: invalid webhook URL specified")
    if host in LOOPBACK:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in WEBHOOK_PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise bad_request("bad webhook: the sandbox reaches loopback addresses only")


@method("deleteWebhook")
async def delete_webhook(call: Call) -> bool:
    """Back to polling."""
    call.bot.webhook = None
    if call.parameters.flag("drop_pending_updates"):
        call.bot.updates.clear()
    return True


@method("getWebhookInfo")
async def get_webhook_info(call: Call) -> Json:
    """The webhook and what waits for it."""
    bot, hook = call.bot, call.bot.webhook
    info: Json = {"url": "", "has_custom_certificate": False, "pending_update_count": len(bot.updates)}
    if hook is not None:
        info |= {"url": hook.url, "max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
        if hook.last_error_at is not None:
            info |= {"last_error_date": int(hook.last_error_at.timestamp()), "last_error_message": hook.last_error}
    if bot.updates.allowed != ALL_KINDS:
        info["allowed_updates"] = sorted(bot.updates.allowed)
    return info


@method("logOut")
async def log_out(_: Call) -> bool:
    """Nothing to leave here."""
    return True


@method("close")
async def close(_: Call) -> bool:
    """Nothing to close here."""
    return True
