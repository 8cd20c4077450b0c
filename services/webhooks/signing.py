"""How a receiver knows that a message is ours: a secret for each address, and the headers of Standard Webhooks."""

import base64
import hmac
import secrets
from datetime import datetime
from hashlib import sha256

from standardwebhooks import Webhook as Signer

from models import Webhook
from services.settings import settings

_PREFIX = 'whsec_'


def fresh_nonce() -> str:
    return secrets.token_hex(24)


def secret_of(nonce: str) -> str:
    """The secret that belongs to a nonce; both the database and the portal's own secret are needed to know it."""
    key = hmac.new(settings().secret_key.encode(), b'webhook', sha256).digest()
    return _PREFIX + base64.b64encode(hmac.new(key, nonce.encode(), sha256).digest()).decode('ascii')


def headers(webhook: Webhook, message_id: str, body: str, *, now: datetime) -> dict[str, str]:
    """The headers of one sending: signed by the secret, and for a while by the one before it too."""
    nonces = [webhook.nonce]
    if webhook.old_nonce and webhook.old_until is not None and now < webhook.old_until:
        nonces.append(webhook.old_nonce)
    return {
        'webhook-id': message_id,
        'webhook-timestamp': str(int(now.timestamp())),
        'webhook-signature': ' '.join(Signer(secret_of(nonce)).sign(message_id, now, body) for nonce in nonces),
    }
