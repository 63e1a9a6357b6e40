"""Which addresses a source may be fetched from: public ones, and those that the operator allows by name.

The check stands where the connection is made, on the very address it goes to. A name that resolves differently the
second time, a redirect, or an IPv4 address dressed up as IPv6 can therefore not lead inside.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

from digests.errors import InputError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = ip_network("64:ff9b::/96")
_COMPATIBLE = ip_network("::/96")
_WEB_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1024
"""Ports below this, apart from the web's own, belong to services that are no web servers: mail, shells, databases."""


class RefusedAddressError(OSError):
    """A connection was not made because of where it would have gone."""

    def __init__(self, target: str, why: str) -> None:
        super().__init__(errno.EACCES, f"{target} is {why}; to read from your own network, name it in SOURCES_ALLOW")


class AddressGuard:
    """Lets connections pass to public addresses and to the networks in `allow`."""

    def __init__(self, allow: Iterable[Network] = ()) -> None:
        self._allow = tuple(allow)

    def check(self, host: str, port: int) -> None:
        """Raise RefusedAddressError unless a connection to this IP address (a text) and port may be made."""
        address = ip_address(host.partition("%")[0])
        inner = _inside(address)
        if any(each in network for each in (address, inner) for network in self._allow):
            return
        if not _public(inner):
            raise RefusedAddressError(host, "no public address")
        if port not in _WEB_PORTS and port < _FIRST_FREE_PORT:
            raise RefusedAddressError(f"{host} port {port}", "no port of web servers")

    def socket(self, info: tuple[Any, ...]) -> socket.socket:
        """A socket for one address, as aiohttp's connector asks for it (`socket_factory`).

        `info` is a row of `socket.getaddrinfo`. Raises RefusedAddressError.
        """
        family, kind, protocol, _, address = info
        self.check(address[0], address[1])
        return socket.socket(family, kind, protocol)


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks as an operator writes them: "10.1.0.0/16, 192.168.3.7". Raises InputError that names the wrong one."""
    found: list[Network] = []
    for part in text.replace(",", " ").split():
        try:
            found.append(ip_network(part, strict=False))
        except ValueError:
            raise InputError(part, "no network; expected an address or a network such as 10.1.0.0/16") from None
    return tuple(found)


def _inside(address: Address) -> Address:
    """The IPv4 address that an IPv6 address carries: mapped, compatible, 6to4, Teredo, NAT64 (RFC 4291, 3056, 6052)."""
    if isinstance(address, IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    if carried is None and (address in _NAT64 or (address in _COMPATIBLE and int(address) > 1)):
        carried = IPv4Address(int(address) & 0xFFFFFFFF)
    return carried or address


def _public(address: Address) -> bool:
    local = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or local)
