"""The files that demo customers attach: a photo of a screen with an error, and a player's log."""

import io

from PIL import Image, ImageDraw, ImageFont

_LOG = """\
2026-11-16 09:58:02.114 INFO  player     SmartPlayer 4.13.0 starts on SM-QM55R (Tizen 4.0)
2026-11-16 09:58:03.870 INFO  network    ethernet, 10.20.4.31
2026-11-16 09:58:04.022 INFO  server     connecting to wss://player.romashka.example/socket
2026-11-16 09:58:04.561 ERROR server     closed: code 1006, no reason
2026-11-16 09:58:04.562 DEBUG tls        certificate chain: 2 of 3, issuer unknown
2026-11-16 09:58:09.565 INFO  server     connecting again (1)
2026-11-16 09:58:10.033 ERROR server     closed: code 1006, no reason
2026-11-16 10:00:11.480 WARN  screen     nothing to show: playlist is empty
"""


def make_file(kind: str) -> tuple[str, bytes]:
    """The name and the content of a 'log' or a 'screen'."""
    if kind == 'log':
        return 'player.log', _LOG.encode()
    return 'photo-screen.png', _screen()


def _screen() -> bytes:
    image = Image.new('RGB', (1280, 720), '#0d1117')
    draw = ImageDraw.Draw(image)
    draw.rectangle((60, 60, 1220, 660), fill='#161b22', outline='#30363d', width=3)
    draw.polygon(((560, 210), (560, 330), (660, 270)), fill='#6e7bff')
    draw.text((640, 410), 'Connection error', font=ImageFont.load_default(54), fill='#f0f3f6', anchor='mm')
    draw.text((640, 490), 'code 1006', font=ImageFont.load_default(38), fill='#ff7b72', anchor='mm')
    draw.text(
        (640, 580), 'SmartPlayer 4.13.0  ·  SM-QM55R', font=ImageFont.load_default(26), fill='#8b949e', anchor='mm'
    )
    content = io.BytesIO()
    image.save(content, 'PNG', optimize=True)
    return content.getvalue()
