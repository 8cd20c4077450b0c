"""What a browser is called by people, from what it says of itself."""

from components.text import t

# The first that is found counts: most browsers also call themselves Chrome and Safari.
_BROWSERS = {
    'Edg/': 'Edge',
    'YaBrowser/': 'Yandex',
    'OPR/': 'Opera',
    'Firefox/': 'Firefox',
    'Chrome/': 'Chrome',
    'Safari/': 'Safari',
}
_SYSTEMS = {
    'Android': 'Android',
    'iPhone': 'iPhone',
    'iPad': 'iPad',
    'Windows': 'Windows',
    'Mac OS': 'macOS',
    'Linux': 'Linux',
}


def browser_name(agent: str) -> str:
    """'Firefox, Windows'; the beginning of what it says when that is nothing known."""
    known = [next((name for sign, name in signs.items() if sign in agent), '') for signs in (_BROWSERS, _SYSTEMS)]
    return ', '.join(filter(None, known)) or agent[:40] or t('profile.unknown_browser')
