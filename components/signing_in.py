"""Where a page goes whose person is signed in no longer, and where signing in leads back to."""

from urllib.parse import quote

from nicegui import Client, context


def sign_in_again(client: Client | None = None, *, back: str | None = None) -> None:
    """Send the page (None: the one that is acting) to the sign-in, which leads back to where it is, or to `back`.

    However many parts of a page notice that the session has ended, each says the same address: the last word wins in
    a browser. What was typed and not sent is a draft and waits there.
    """
    client = client or context.client
    back = back or str(client.sub_pages_router.current_path or '/')
    client.open('/login' if back == '/' else f'/login?next={quote(back, safe="/")}')
