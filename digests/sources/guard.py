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
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # before the IPv4 address in the last 64 bits (RFC 5214, 6.1)
_SPECIAL = tuple(
    ip_network(each)
    for each in (
        "192.88.99.0/24",  # relays of 6to4
        "64:ff9b:1::/48",  # NAT64 of one's own network (RFC 8215)
        "100::/64",  # discarded
        "2001::/23",  # protocols of the IETF; Teredo is unpacked before
        "2001:db8::/32",
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segments of a network's own (RFC 9602)
    )
)
"""Of IANA's registries of special addresses, what Python's `is_global` calls public, or did in an older release."""
_WEB_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1024
"""Ports below this, apart from the web's own, belong to services that are no web servers: mail, shells, databases."""
_OTHER_PORTS = frozenset(
    {1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6679, 6697, 10080, *range(6665, 6670)}
    | {1433, 1521, 2375, 2376, 2379, 3306, 3389, 5432, 5900, 6379, 11211, 27017}
)
"""Bad ports of the Fetch standard (2.9) above that, and those of well-known databases and remote controls."""


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
        if port in _OTHER_PORTS or (port not in _WEB_PORTS and port < _FIRST_FREE_PORT):
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
    """The IPv4 address that an IPv6 address carries.

    Mapped, compatible, 6to4, Teredo, NAT64, ISATAP (RFC 4291, 3056, 4380, 6052, 5214).
    """
    if isinstance(address, IPv4Address):
        return address
    carried = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    low = int(address) & 0xFFFFFFFFFFFFFFFF
    in_low = address in _NAT64 or (address in _COMPATIBLE and low > 1) or low >> 32 in _ISATAP
    if carried is None and in_low:
        carried = IPv4Address(int(address) & 0xFFFFFFFF)
    return carried or address


def _public(address: Address) -> bool:
    local = isinstance(address, IPv6Address) and address.is_site_local
    special = any(address in network for network in _SPECIAL)
    return address.is_global and not (address.is_multicast or address.is_reserved or local or special)
