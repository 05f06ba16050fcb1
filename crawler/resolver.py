"""Names to addresses, refusing the ones that are not on the public internet.

A site's name that suddenly resolves to 127.0.0.1 or 10.0.0.1 (DNS rebinding, a split-horizon resolver) must not make
the crawler read from the operator's own network. A replica on loopback is asked for by its address; a name is allowed
to be local only if it is `localhost`.
"""

from collections.abc import Sequence
from ipaddress import ip_address

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError


class PrivateAddressError(DNSLookupError):
    """A name of the site resolves to an address that is not public."""


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, with every answer checked before a connection is opened."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        return super().getHostByName(name, timeout).addCallback(_public, name)


def _public(address: str, name: str) -> str:
    # An address that stands in place of a name is the operator's own word, and the guard allows just that one.
    if name not in (address, "localhost") and not ip_address(address).is_global:
        raise PrivateAddressError(f"{name} resolves to {address}, which is not a public address.")
    return address
