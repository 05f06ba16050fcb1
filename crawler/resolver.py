"""Names to addresses, refusing the ones that are not on the public internet.

A site's name that suddenly resolves to 127.0.0.1 or 10.0.0.1 (DNS rebinding, a split-horizon resolver) must not make
the crawler read from the operator's own network. A replica on loopback is asked for by its address; a name is allowed
to be local only if it is `localhost`.
"""

import asyncio
import socket
from ipaddress import ip_address

from scrapy.exceptions import CannotResolveHostError


class PrivateAddressError(CannotResolveHostError):
    """A name of the site resolves to addresses of which none is public."""


async def addresses_of(name: str, port: int) -> list[str]:
    """The addresses of a host, in the order to try them.

    Raises CannotResolveHostError, PrivateAddressError where the name leads to no public address.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotResolveHostError(f"{name}: {getattr(error, 'strerror', None) or error}") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if name == "localhost" or _is_address(name):
        # An address that stands in place of a name is the operator's own word, and the guard allows just that one.
        return addresses
    public = [address for address in addresses if ip_address(address.partition("%")[0]).is_global]
    if not public:
        raise PrivateAddressError(f"{name} resolves to {', '.join(addresses)}, which is not a public address.")
    return public


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
