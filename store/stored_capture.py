"""A capture as it was when it was fetched, rebuilt from its rows and its kept bytes."""

from sqlalchemy import Connection, select

from store.blobs import BlobShelf
from store.headers import headers_of, kept_headers
from store.model import Capture
from store.tables import capture, page


def stored_capture(connection: Connection, shelf: BlobShelf, capture_id: int) -> Capture:
    """The capture with this number. Raises KeyError if there is none, DamagedBlobError if its bytes are not whole."""
    columns = select(
        *(page.c.site, page.c.kind, page.c.url.label("page")),
        *(capture.c.url, capture.c.fetched, capture.c.status, capture.c.headers, capture.c.blob_id),
    )
    row = connection.execute(
        columns.join(page, page.c.id == capture.c.page_id).where(capture.c.id == capture_id)
    ).one_or_none()
    if row is None:
        raise KeyError(f"there is no capture {capture_id}")
    return Capture(
        site=row.site,
        kind=row.kind,
        page=row.page,
        url=row.page if row.url is None else row.url,
        fetched=row.fetched,
        status=row.status,
        headers=headers_of(row.headers, kept_headers(connection)),
        body=shelf.get(row.blob_id),
    )
