"""Who uses the portal: companies, people, and how they sign in."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.enums import LinkKind, Role, Theme, TokenScope


class Company(Model):
    """A customer's firm; its people may share tickets with one another, `share_by_default` all new ones."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=200, unique=True)
    domains = fields.JSONField[list[str]](default=list)
    active = fields.BooleanField(default=True)
    share_by_default = fields.BooleanField(default=False, db_default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = 'company'


class User(Model):
    """A person with an account. `email` is stored in its canonical form (services.people.canonical_email).

    `folded` is name and address as one searches and orders them (services.names.folded_person). An account with
    `erased_at` is a shell that holds the place of somebody who is not known any more.
    """

    id = fields.IntField(primary_key=True)
    email = fields.CharField(max_length=254, unique=True)
    name = fields.CharField(max_length=200)
    folded = fields.CharField(max_length=500, default='', db_default='')
    role = fields.CharEnumField(Role, max_length=16, description='')
    company_id: int | None
    company: fields.ForeignKeyNullableRelation[Company] = fields.ForeignKeyField(
        'models.Company', related_name='people', null=True, on_delete=fields.RESTRICT
    )
    password_hash = fields.CharField(max_length=255, null=True)
    active = fields.BooleanField(default=True)
    language = fields.CharField(max_length=8, default='ru')
    time_zone = fields.CharField(max_length=64, default='Europe/Moscow')
    theme = fields.CharEnumField(Theme, max_length=8, description='', default=Theme.SYSTEM)
    mail_off = fields.JSONField[list[str]](default=list)
    created_at = fields.DatetimeField()
    signed_in_at = fields.DatetimeField(null=True)
    last_seen_at = fields.DatetimeField(null=True)
    erased_at = fields.DatetimeField(null=True)

    class Meta:
        table = 'user_account'
        indexes = (Index(fields=('company_id',)), Index(fields=('folded', 'id')))

    @property
    def is_staff(self) -> bool:
        return self.role in (Role.AGENT, Role.ADMIN)


class Session(Model):
    """One signed-in browser; only a hash of its cookie is kept. It counts until `ended_at` or `expires_at`."""

    id = fields.IntField(primary_key=True)
    token_hash = fields.CharField(max_length=64, unique=True)
    user_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='sessions', on_delete=fields.CASCADE
    )
    created_at = fields.DatetimeField()
    active_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    address = fields.CharField(max_length=64, default='')
    browser = fields.CharField(max_length=300, default='')

    class Meta:
        table = 'session'
        indexes = (Index(fields=('user_id', 'ended_at')), Index(fields=('expires_at',)))


class OneTimeLink(Model):
    """An invitation or a password reset; its token is derived from `nonce` by the portal's secret and not stored."""

    id = fields.IntField(primary_key=True)
    kind = fields.CharEnumField(LinkKind, max_length=24, description='')
    nonce = fields.CharField(max_length=64, unique=True)
    user_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='links', on_delete=fields.CASCADE
    )
    created_by_id: int | None
    created_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='links_made', null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True)

    class Meta:
        table = 'one_time_link'
        indexes = (Index(fields=('user_id', 'kind')),)


class ApiToken(Model):
    """A person's key to the REST API; shown once, only its hash is kept."""

    id = fields.IntField(primary_key=True)
    user_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='tokens', on_delete=fields.CASCADE
    )
    name = fields.CharField(max_length=100)
    token_hash = fields.CharField(max_length=64, unique=True)
    scope = fields.CharEnumField(
        TokenScope, max_length=16, description='', default=TokenScope.WRITE, db_default=TokenScope.WRITE.value
    )
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(null=True)
    used_at = fields.DatetimeField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = 'api_token'
        indexes = (Index(fields=('user_id',)),)


class Attempt(Model):
    """One counted try (a failed sign-in, a filed ticket), so that limits hold across restarts and processes."""

    id = fields.IntField(primary_key=True)
    bucket = fields.CharField(max_length=200)
    at = fields.DatetimeField()

    class Meta:
        table = 'attempt'
        indexes = (Index(fields=('bucket', 'at')), Index(fields=('at',)))


class AuditEntry(Model):
    """What was done to accounts and rights: sign-ins, invitations, roles, tokens; written once, never edited."""

    id = fields.IntField(primary_key=True)
    at = fields.DatetimeField()
    actor_id: int | None
    actor: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        'models.User', related_name='audited', null=True, on_delete=fields.SET_NULL
    )
    action = fields.CharField(max_length=64)
    subject = fields.CharField(max_length=200, default='')
    details = fields.JSONField[dict[str, str | int | None]](default=dict)
    address = fields.CharField(max_length=64, default='')

    class Meta:
        table = 'audit_entry'
        indexes = (Index(fields=('at',)), Index(fields=('actor_id', 'at')), Index(fields=('subject',)))
