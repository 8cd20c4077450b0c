"""What is left of a token's rate, said in the headers of every answer that one got with it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.ratelimit import Left


class RateHeaders:
    """Puts on what `identity` has found out for the request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope['type'] != 'http':
            await self.app(scope, receive, send)
            return
        state = scope.setdefault('state', {})

        async def dressed(message: Message) -> None:
            left: Left | None = state.get('rate')
            if message['type'] == 'http.response.start' and left is not None:
                headers = MutableHeaders(raw=message.setdefault('headers', []))
                headers['RateLimit-Limit'] = str(left.limit)
                headers['RateLimit-Remaining'] = str(left.remaining)
                headers['RateLimit-Reset'] = str(left.reset)
                message['headers'] = headers.raw
            await send(message)

        await self.app(scope, receive, dressed)
