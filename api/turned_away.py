"""The few words of Engine.IO that make an open page load anew: its session is over, and the sign-in page is next."""

import asyncio
import json

from starlette.types import Receive, Send

_PATIENCE = 5  # seconds
_OPEN = '0' + json.dumps({'sid': '-', 'upgrades': [], 'pingInterval': 25000, 'pingTimeout': 20000, 'maxPayload': 1000})
_REFUSAL = '44' + json.dumps({'message': 'Implicit handshake failed'})  # the sentence at which NiceGUI's script reloads


async def turn_away(receive: Receive, send: Send) -> None:
    """Answer a socket of nobody without letting it in: a bare refusal would leave the page waiting for ever."""
    await receive()
    await send({'type': 'websocket.accept'})
    await send({'type': 'websocket.send', 'text': _OPEN})
    try:
        async with asyncio.timeout(_PATIENCE):
            message = await receive()
    except TimeoutError:
        message = {'type': 'websocket.receive'}
    if message['type'] == 'websocket.receive':
        await send({'type': 'websocket.send', 'text': _REFUSAL})
        await send({'type': 'websocket.close', 'code': 1008})
