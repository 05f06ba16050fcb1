"""A resource as an answer to one request, in ASGI messages."""

from starlette.types import Scope, Send

from feeds.representation import Resource


async def answer(resource: Resource, scope: Scope, send: Send, status: int = 200) -> None:
    """Sends the form the client wants, or 304 if it has that already. The server leaves the bytes away for HEAD."""
    accepted = condition = since = None
    for name, value in scope["headers"]:
        if name == b"accept-encoding":
            accepted = value if accepted is None else accepted + b"," + value
        elif name == b"if-none-match":
            condition = value if condition is None else condition + b"," + value
        elif name == b"if-modified-since":
            since = value
    chosen = resource.select("" if accepted is None else accepted.decode("latin-1"))
    request: dict[str, str] = {}
    if condition is not None:
        request["if-none-match"] = condition.decode("latin-1")
    elif since is not None:
        request["if-modified-since"] = since.decode("latin-1")
    if request and status == 200 and resource.not_modified(chosen, request):
        await send({"type": "http.response.start", "status": 304, "headers": chosen.unchanged})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": status, "headers": chosen.complete})
    await send({"type": "http.response.body", "body": chosen.data})
