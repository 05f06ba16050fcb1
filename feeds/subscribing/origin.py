"""Where a request comes from, as far as that limits how much one may ask for."""

from ipaddress import IPv6Address, ip_address

from starlette.requests import Request


def origin_of(request: Request) -> str:
    """Who asks, as far as that limits how often: an address, or the network of one.

    A proxy on this machine tells whom it speaks for, last of all in what it was told itself.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
        if address.is_loopback and (told := request.headers.get("x-forwarded-for", "")):
            address = ip_address(told.rpartition(",")[2].strip())
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)
