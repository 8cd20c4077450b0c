"""Where an admin sees the portal's logo on light and on dark, and puts another one in its place."""

from collections.abc import Awaitable, Callable

from components.icon import icon_href
from components.live import Told
from components.text import file_size, t, words
from services import brand


class LogoField(Told, component='logo_field.js'):
    """What stands in it by `with` is beside the button; `on_stored` is called when a new logo is in force."""

    def __init__(self, on_stored: Callable[[], Awaitable[None]]) -> None:
        super().__init__()
        too_large = t('settings.refusal.logo_too_large', most=file_size(brand.LARGEST))
        self._props['words'] = words('settings.logo') | {'too_large': too_large}
        self._props['address'] = f'{brand.ROUTE}/logo'
        self._props['error-icon'] = icon_href('circle-alert')
        self.hear('stored', on_stored)
        self.show()

    def show(self) -> None:
        """Show the logo that is in force now."""
        logo = brand.logo()
        self.tell(logo=logo.address if logo else '', plate=logo.plate if logo else '')
