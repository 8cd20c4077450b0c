"""How an e-mail address is written in the portal: one spelling for one mailbox."""

import re
import unicodedata

from services.errors import Invalid, Problem

LONGEST = 254

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r'[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?')


def canonical_email(text: str) -> str:
    """The address as it is stored and compared: small letters, no spaces around, the domain in its ASCII form.

    Raises Invalid for what is no plain address: two @, quoted names, letters of other scripts before the @.
    """
    local, _, domain = unicodedata.normalize('NFC', text.strip()).lower().partition('@')
    try:
        domain = domain.removesuffix('.').encode('idna').decode('ascii')
    except UnicodeError:
        domain = ''
    address = f'{local}@{domain}'
    known_host = '.' in domain or domain == 'localhost'
    if (
        len(address) > LONGEST
        or len(local) > 64
        or not _LOCAL.fullmatch(local)
        or not known_host
        or not all(_LABEL.fullmatch(label) for label in domain.split('.'))
    ):
        raise Invalid({'email': Problem('person.email_invalid')})
    return address
