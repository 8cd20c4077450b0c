"""The portal's settings: one typed object, read from PORTAL_ variables of the environment.

What admins change in the portal while it runs goes before the environment; services.adjustments brings it here, so that
whoever asks `settings()` gets what is in effect without a query.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import timedelta
from email.utils import parseaddr
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_UNITS = {'s': 'seconds', 'm': 'minutes', 'h': 'hours', 'd': 'days'}
_DURATION = re.compile(r'(\d+(?:\.\d+)?)\s*([smhd])')


def parse_duration(value: Any) -> Any:
    """`'14d'`, `'3m'`, `'20s'`, `'1h'` as a timedelta; whole timedeltas pass. Raises ValueError for anything else."""
    if not isinstance(value, str):
        return value
    match = _DURATION.fullmatch(value.strip().lower())
    if match is None:
        raise ValueError('a duration is a number and a unit: 20s, 3m, 12h or 14d')
    return timedelta(**{_UNITS[match[2]]: float(match[1])})


Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class Settings(BaseSettings):
    """Everything that an operator may set; the README's table says what each is for."""

    model_config = SettingsConfigDict(env_prefix='PORTAL_', extra='ignore', hide_input_in_errors=True)

    data_dir: Path = Path('data')
    database_url: str = ''
    host: str = '0.0.0.0'  # noqa: S104 - a portal is there to be reached; a proxy stands before it
    port: int = Field(default=8080, ge=1, le=65535)
    base_url: str = ''
    secret: str = ''
    smtp_url: str = ''
    mail_from: str = 'SmartPlayer <support@localhost>'
    name: str = Field(default='SmartPlayer', min_length=1, max_length=40)
    accent: str = Field(default='#404dd8', pattern=r'^#[0-9a-f]{6}$')
    key: str = Field(default='SPSUP', pattern=r'^[A-Z][A-Z0-9]{0,9}$')
    language: str = Field(default='ru', pattern=r'^(ru|en)$')
    time_zone: str = 'Europe/Moscow'
    auto_close_after: Duration = timedelta(days=14)
    remind_before: Duration = timedelta(days=3)
    rating_delay: Duration = timedelta(minutes=3)
    rating_open_for: Duration = timedelta(days=30)
    reopen_within: Duration = timedelta(days=30)
    undo_window: Duration = timedelta(seconds=10)
    comment_edit_window: Duration = timedelta(minutes=15)
    session_idle_customer: Duration = timedelta(hours=12)
    session_idle_staff: Duration = timedelta(hours=8)
    session_lifetime: Duration = timedelta(days=7)
    invitation_lifetime: Duration = timedelta(days=7)
    reset_lifetime: Duration = timedelta(minutes=30)
    file_limit: int = Field(default=25 * 1024 * 1024, gt=0)
    files_per_message: int = Field(default=10, gt=0)
    storage_per_person: int = Field(default=500 * 1024 * 1024, gt=0)
    tickets_per_hour: int = Field(default=10, gt=0)
    comments_per_hour: int = Field(default=30, gt=0)
    api_calls_per_minute: int = Field(default=120, gt=0)
    webhook_private: bool = False
    trusted_proxies: str = ''
    node: str = Field(default='', pattern=r'^[A-Za-z0-9_-]{0,16}$')
    metrics_from: str = '127.0.0.0/8,::1'
    metrics_token: str = ''
    log_level: str = 'INFO'
    log_format: str = Field(default='text', pattern=r'^(text|json)$')

    @field_validator('auto_close_after', 'rating_delay', 'rating_open_for', 'reopen_within', 'session_lifetime')
    @classmethod
    def _positive(cls, value: timedelta) -> timedelta:
        if value <= timedelta(0):
            raise ValueError('a duration has to be longer than nothing')
        return value

    @field_validator('base_url')
    @classmethod
    def _whole_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ('http', 'https') or not parts.netloc or parts.query or parts.fragment):
            raise ValueError('the base URL is a whole address such as https://support.example.com')
        return value.rstrip('/')

    @field_validator('smtp_url')
    @classmethod
    def _mail_server(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ('smtp', 'smtps') or not parts.hostname or parts.port == 0):
            raise ValueError('the mail server is smtp://user:password@host:port or smtps://…')
        return value

    @field_validator('mail_from')
    @classmethod
    def _sender(cls, value: str) -> str:
        _, address = parseaddr(value)
        local, _, domain = address.partition('@')
        if not local or not domain or not address.isascii() or ' ' in address:
            raise ValueError('mail is sent from an address such as SmartPlayer <support@example.com>')
        return value

    @property
    def url(self) -> str:
        """The address that people and e-mails use, without a slash at the end."""
        return self.base_url or f'http://localhost:{self.port}'

    @property
    def https(self) -> bool:
        return self.url.startswith('https://')

    @property
    def database(self) -> str:
        """The database's URL; SQLite below the data folder unless PORTAL_DATABASE_URL says otherwise."""
        return self.database_url or sqlite_url(self.data_dir)

    @cached_property
    def secret_key(self) -> str:
        """The signing secret; made once and kept in the data folder when PORTAL_SECRET is absent."""
        if self.secret:
            return self.secret
        path = self.data_dir / 'secret'
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f'.{secrets.token_hex(4)}')
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48), encoding='ascii')
            try:
                path.hardlink_to(fresh)  # of two processes that start at once, one secret wins
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text(encoding='ascii').strip()


class Telemetry(BaseSettings):
    """To whom traces go: the variables of OpenTelemetry at which we look ourselves; its library reads more."""

    model_config = SettingsConfigDict(env_prefix='OTEL_', extra='ignore', hide_input_in_errors=True)

    exporter_otlp_endpoint: str = ''
    exporter_otlp_traces_endpoint: str = ''
    exporter_otlp_protocol: str = ''
    exporter_otlp_traces_protocol: str = ''
    traces_exporter: str = 'otlp'
    sdk_disabled: bool = False

    @property
    def endpoint(self) -> str:
        """Where traces are sent; empty when nobody wants any."""
        if self.sdk_disabled or self.traces_exporter == 'none':
            return ''
        return self.exporter_otlp_traces_endpoint or self.exporter_otlp_endpoint

    @property
    def protocol(self) -> str:
        return self.exporter_otlp_traces_protocol or self.exporter_otlp_protocol or 'http/protobuf'


def sqlite_url(data_dir: Path) -> str:
    """The database that a portal keeps in its data folder until it is told of another."""
    return f'sqlite://{(data_dir / "portal.sqlite3").absolute()}'


_adjusted: dict[str, Any] = {}


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings in effect in this process. Tests that change the environment call `settings.cache_clear()`."""
    return Settings(**_adjusted)


def environment() -> Settings:
    """The settings as the environment alone has them: what an adjusted one goes back to."""
    return Settings()


def refused(error: ValidationError, prefix: str = 'PORTAL_') -> list[str]:
    """Why the environment makes no sense: a line for each variable, without its value, which may be a secret."""
    return [
        f'{prefix}{str(part["loc"][0]).upper()}: {part["msg"].removeprefix("Value error, ")}' for part in error.errors()
    ]


def put_in_force(adjusted: Mapping[str, Any]) -> bool:
    """Let these values, by the names of fields, go before the environment's, and no others; whether that is news.

    Raises ValueError, and leaves all as it is, when the settings refuse them.
    """
    if adjusted == _adjusted:
        return False
    Settings(**adjusted)
    _adjusted.clear()
    _adjusted.update(adjusted)
    settings.cache_clear()
    return True
