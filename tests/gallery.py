"""Shows every component in all its states, and every plain page: `python -m tests.gallery [PORT]`, `/` and `/plain`.

`?theme=dark` and `?language=en` choose how it is seen.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from nicegui import app, ui

from components import theme
from components.badge import Avatar, Badge, Count, StatusBadge
from components.box import Box, Skeleton
from components.button import Button, Link, LinkButton, Menu
from components.dialog import Dialog, confirm
from components.feedback import EmptyState, Notice, toast
from components.field import CheckField, ChecksField, ChoiceField, Option, TextArea, TextField
from components.frame import Frame, NavEntry
from components.icon import Icon
from components.reader import Reader, set_reader
from components.sprite import ICONS
from components.text import Moment, Text, t
from models import Role, Status, Theme
from services import brand
from services.assets import asset
from services.i18n import translate
from services.settings import settings

NOW = datetime.now(UTC)
NAVIGATION = [
    NavEntry('/', 'Помощь', 'life-buoy'),
    NavEntry('/tickets', 'Мои заявки', 'inbox', 3),
    NavEntry('/board', 'Очередь', 'list-todo', 128),
    NavEntry('/admin', 'Управление', 'settings'),
]
PLAIN = {
    'login': {},
    'login-wrong': {
        'error': 'Почта или пароль не подходят.',
        'values': {'email': 'anna@example.ru'},
        'next': '/tickets/SPSUP-7',
    },
    'forgot': {},
    'forgot_sent': {'email': 'anna.konstantinopolskaya@example.ru', 'valid_for': '1 час'},
    'set_password': {'kind': 'reset', 'action': '#', 'email': 'anna@example.ru'},
    'set_password-invitation': {
        'kind': 'invitation',
        'action': '#',
        'email': 'anna@example.ru',
        'company': 'Торговый дом «Северные огни»',
        'values': {'name': 'Анна'},
        'errors': {'password': 'Этот пароль слишком распространён, придумайте другой.'},
    },
    'first_admin': {},
    'change_password': {'email': 'anna@example.ru', 'errors': {'old_password': 'Нынешний пароль не подходит.'}},
    'rate': {
        'id': 'SPSUP-1503',
        'subject': 'Ролики на Samsung Tizen обрываются через сутки',
        'stars': 4,
        'action': '#',
    },
    'rate-again': {
        'id': 'SPSUP-1503',
        'subject': 'Ролики на Samsung Tizen обрываются через сутки',
        'stars': 2,
        'rated_at': '6 декабря',
        'until': '5 января 2027',
        'comment': 'Долго ждали первого ответа.',
        'action': '#',
        'errors': {'stars': 'Выберите от одной до пяти звёзд.'},
    },
    'rated': {
        'id': 'SPSUP-1503',
        'subject': 'Ролики на Samsung Tizen обрываются через сутки',
        'stars': 5,
        'until': '5 января 2027',
        'change_href': '#',
        'portal_href': '/tickets/SPSUP-1503',
    },
    'message': {'kind': 'not_found'},
    'message-expired': {'kind': 'expired', 'action_href': '/forgot', 'action_label': 'Запросить новую'},
    'message-error': {'kind': 'error', 'reference': '7f3a-91c2'},
    'message-forbidden': {'kind': 'forbidden'},
    'message-too_large': {'kind': 'too_large', 'limit': '25 МБ'},
    'message-too_many': {'kind': 'too_many', 'retry': '5 минут'},
}


@ui.page('/')
def gallery(theme: str = 'system', language: str = 'ru', role: str = 'admin') -> None:
    _open(theme, language, role)
    with Frame(NAVIGATION, path='/tickets', on_theme=_choose_theme) as frame:
        with frame.search():
            TextField('Поиск', label_hidden=True, placeholder='Поиск', type='search', required=False).classes('dense')
        with Box('page gap-6'):
            Text('Всё, из чего сделан портал', 'h1')
            for part in (texts, buttons, fields, badges, notices, dialogs, empty_places, layout, icons):
                with Box('stack gap-2', 'section').props(f'data-part={part.__name__}'):
                    part()


@ui.page('/pages')
@ui.page('/pages/{_:path}')
def pages(theme: str = 'system', language: str = 'ru', role: str = 'customer') -> None:
    _open(theme, language, role)
    with Frame([NavEntry('/pages', 'Первая', 'house'), NavEntry('/pages/second', 'Вторая', 'inbox')], path='/pages'):
        ui.sub_pages({'/pages': _first_page, '/pages/second': _second_page})


def _first_page() -> None:
    ui.page_title('Первая страница')
    with Box('page'):
        Text('Первая страница', 'h1')
        Link('К заявке', '/pages/second?from=first')


async def _second_page() -> None:
    await asyncio.sleep(0.5)
    ui.page_title('Вторая страница')
    with Box('page'):
        Text('Вторая страница', 'h1')
        count = Text('Нажато: 0', 'p')
        presses = []

        async def slowly() -> None:
            await asyncio.sleep(0.5)
            presses.append(1)
            count.set_text(f'Нажато: {len(presses)}')

        Button('Долгое дело', slowly)


def texts() -> None:
    Text('Буквы', 'h2')
    Text('36: Чем помочь?', 'p', 'display')
    Text('28: Ролики на Samsung Tizen обрываются через сутки после обновления', 'p').style('font: var(--text-2xl)')
    Text('22: Как спросить, чтобы быстро ответили', 'p').style('font: var(--text-xl)')
    Text('18: Специалист ответит здесь и письмом. Обычно это занимает до двух рабочих часов.', 'p', 'lead measure')
    Text('16: Съешь же ещё этих мягких французских булок, да выпей чаю. Quick brown fox, 0123456789 №.', 'p', 'measure')
    Text('14, мягкий: заявка открыта, работа над ней ещё впереди', 'p', 'small soft')
    Text('12, бледный: изменено вчера в 20:59', 'p', 'tiny faint')
    Text('НАДПИСЬ НАД ГРУППОЙ', 'p', 'eyebrow')
    with Box('row'):
        Text('Открыта', 'span', 'small soft')
        Moment(NOW - timedelta(minutes=5)).classes('small')
        Moment(NOW - timedelta(days=1)).classes('small')
        Moment(NOW - timedelta(days=40)).classes('small')
        Moment(NOW, relative=False).classes('small')


def buttons() -> None:
    Text('Кнопки и ссылки', 'h2')
    with Box('row'):
        Button('Отправить', partial(asyncio.sleep, 3), look='primary', icon='send')
        Button('Отметить, как выполненное', icon='circle-check')
        Button('Повторно открыть задачу', look='soft', icon='rotate-ccw')
        Button('Отмена', look='quiet')
        Button('Удалить', look='danger', icon='trash-2')
        Button('Нельзя').set_enabled(False)
        Button('Ещё', look='quiet', icon='ellipsis', icon_only=True)
    with Box('row'):
        Button('Плотная', look='primary').classes('dense')
        Button('Плотная', icon='list-filter').classes('dense')
        Button('Включено', icon='bell').classes('dense').set_pressed(True)
        LinkButton('Новая заявка', '/', look='primary', icon='plus').classes('dense')
        Link('Обычная ссылка', '/tickets')
        Link('Тихая ссылка', '/tickets', look='quiet')
        Link('Другой сайт', 'https://example.org', icon='external-link')
        with Menu('Статус'):
            Button('Выполняется', lambda: toast('Статус: Выполняется'), icon='circle-play')
            Button('В ожидании', icon='hourglass')
            Link('История', '/tickets', icon='history')
            Button('Удалить', icon='trash-2').classes('danger')


def fields() -> None:
    Text('Поля', 'h2')
    impact = {'critical': 'Критическое', 'high': 'Высокое', 'medium': 'Среднее', 'low': 'Низкое'}
    with Box('card stack gap-3 measure'):
        TextField('Тема', hint='Коротко, о чём речь: по теме вы потом найдёте заявку.', limit=200)
        _checked_while_typing()
        TextField('Название проекта', 'Аэропорт', suggestions=['Аэропорт Пулково', 'Аэропорт Внуково', 'Метро'])
        TextField('Тестовая среда', 'я' * 195, limit=200, hint='Версия приложения, которой вы пользуетесь.')
        TextField('Почта', 'не почта').set_error('Укажите адрес вида имя@компания.ру.')
        TextArea('Подробности об ошибке', 'Первая строка\nвторая строка', limit=20_000)
        ChoiceField('Операционная система', {'windows': 'Windows', 'linux': 'Linux', 'other': 'другая'})
        ChoiceField('Влияние', impact, 'high', look='radio', across=True)
        options = [
            Option('cloud', 'Облачный', 'Сервер держим мы.'),
            Option('local', 'Локальный (on-premise)', 'Сервер стоит у вас.'),
        ]
        broken = ChoiceField('Тип сервера', options, look='radio')
        broken.set_error('Выберите тип сервера.')
        ChecksField('Письма', {'comment': 'Ответы', 'status': 'Смена статуса'}, ['comment'], optional=True)
        CheckField('Поделиться со всей компанией', True)
        TextField('Недоступное', 'нельзя изменить', disabled=True, optional=True)


def _checked_while_typing() -> None:
    async def check() -> None:
        field.set_hint('Проверяем…')
        await asyncio.sleep(0.5)  # a slow server, whose answer comes while typing goes on
        field.set_error('' if len(field.value) > 3 else 'Слишком коротко.')
        field.set_hint(f'Сервер знает: {field.value}')

    field = TextField('Проверяется при вводе', required=False, on_change=check)
    Button('Заменить', lambda: field.set_value('Заменено'))


def badges() -> None:
    Text('Статусы, метки, люди', 'h2')
    with Box('row'):
        for status in Status:
            StatusBadge(status)
    with Box('row'):
        for status in Status:
            StatusBadge(status, large=True)
    with Box('row'):
        for tone in ('', 'accent', 'success', 'warning', 'danger'):
            Badge(tone or 'обычная', tone=tone)
        Badge('Внутренняя заметка', tone='note', icon='lock')
        Count(3, '3 новых')
        Count(128, '128 новых')
    with Box('row'):
        for name in ('Анна Петрова', 'Борис Ким', 'Чарли', 'Грета Нильссон', 'Юрий Мороз', 'Мона Ли', 'Ян Орлов'):
            Avatar(name)
        Avatar('Анна Петрова', 'large')
        Avatar('Анна Петрова', 'small')


def notices() -> None:
    Text('Сообщения', 'h2')
    Notice(
        'Заявка закроется сама 6 декабря, через 3 дня, если не ответить.', kind='warning', title='Ждём вашего ответа'
    )
    Notice('Черновик сохранён.', kind='success')
    Notice('Не получилось отправить: нет связи. Текст сохранён, попробуйте ещё раз.', kind='danger')
    Notice('Вы видите эту заявку, потому что ею поделились со всей компанией.')
    with (
        Notice('Специалист просит проверить решение.', kind='accent', title='Проблема решена?'),
        Box('row').style('margin-top: 8px'),
    ):
        Button('Да, решена', look='primary').classes('dense')
        Button('Нет, осталась').classes('dense')
    with Box('row'):
        Button('Тост', lambda: toast('Сохранено'))
        Button(
            'Тост с возвратом',
            lambda: toast('Заявка отмечена выполненной', undo=lambda: toast('Возвращено', kind='info')),
        )
        Button('Ошибка', lambda: toast('Не получилось сохранить, попробуйте ещё раз', kind='danger'))


def dialogs() -> None:
    Text('Диалоги', 'h2')

    async def reopen() -> None:
        with Dialog('Повторно открыть задачу') as dialog:
            Text('Расскажите, что осталось нерешённым: специалист увидит это первым.', 'p', 'soft')
            comment = TextArea('Комментарий', rows=4)
            with dialog.actions():
                Button(t('common.cancel'), dialog.close)
                Button('Повторно открыть задачу', lambda: dialog.close(comment.value), look='primary')
        answer = await dialog
        toast(f'Ответ: {answer}', kind='info')

    async def remove() -> None:
        sure = await confirm('Удалить файл?', 'Вернуть его будет нельзя.', yes='Удалить файл', danger=True)
        toast('Удалён' if sure else 'Оставлен', kind='info')

    with Box('row'):
        Button('Открыть диалог', reopen)
        Button('Удалить…', remove)


def empty_places() -> None:
    Text('Пусто и ожидание', 'h2')
    with Box('card'):
        EmptyState(
            'Заявок пока нет',
            'Здесь появятся ваши заявки и те, которыми с вами поделились.',
            action=('Новая заявка', '/'),
        )
    with Box('card'):
        Skeleton(4)


def layout() -> None:
    Text('Заявка: главное и боковая колонка', 'h2')
    with Box('split'):
        with Box('stack gap-3'), Box('card', 'article'):
            ui.html(
                '<p>После обновления до <code>2.14</code> ролики <strong>обрываются</strong>:</p><ol><li>Открыть</li>'
                '<li>Ждать сутки</li></ol><blockquote>Как было?</blockquote><pre><code>ERROR decoder: lost</code></pre>'
                '<p>Похоже на <a href="/tickets/SPSUP-7">SPSUP-7</a>.</p>',
                sanitize=False,
            ).classes('prose')
        with Box('stack gap-2', 'aside'):
            StatusBadge(Status.AWAITING_FEEDBACK, large=True).style('align-self: flex-start')
            Text(t('status_meaning.awaiting_feedback'), 'p', 'small soft')
            Button('Отметить, как выполненное', look='primary', icon='circle-check')
            Button('Повторно открыть задачу', icon='rotate-ccw')
    with Box('tiles'):
        for icon, title in (
            ('bug', 'Сообщить о баге'),
            ('calculator', 'Заявка на расчет стоимости доработки/интеграции'),
        ):
            with Box('card press', 'a').props('href=/requests/bug/new'):
                Icon(icon, 'large')
                Text(title, 'h3').style('margin-top: 12px')
                Text('Что-то работает не так, как описано.', 'p', 'small soft')


def icons() -> None:
    Text('Значки', 'h2')
    with Box('row gap-2'):
        for name in sorted(ICONS):
            Icon(name, label=name)


@app.get('/plain', response_class=HTMLResponse)
def plain_pages() -> str:
    return ''.join(f'<p><a href="/plain/{name}">{name}</a></p>' for name in PLAIN)


@app.get('/plain/{name}', response_class=HTMLResponse)
def plain_page(name: str, request: Request, language: str = 'ru', theme: str = '') -> str:
    environment = Environment(loader=FileSystemLoader(Path('api/templates')), autoescape=True)
    words = partial(translate, language)
    return environment.get_template(f'{name.split("-", maxsplit=1)[0]}.html').render(
        t=words,
        asset=asset,
        language=language,
        name=settings().name,
        brand=brand,
        theme=theme,
        request=request,
        **PLAIN[name],
    )


def _open(theme_name: str, language: str, role: str) -> None:
    person = Reader(1, 'Анна Константинопольская', Role(role), language, 'Europe/Moscow', Theme(theme_name))
    set_reader(person)
    ui.context.client.page.dark = person.dark
    ui.page_title('Галерея')
    theme.apply()


def _choose_theme(chosen: Theme) -> None:
    person = replace(Reader(1, 'Анна Константинопольская', Role.ADMIN), theme=chosen)
    set_reader(person)
    theme.change(person)


if __name__ == '__main__':
    theme.serve_static(app)
    ui.run(
        port=int(sys.argv[1]) if len(sys.argv) > 1 else 8099,
        tailwind=False,
        language='ru',
        dark=None,
        reload=False,
        show=False,
        favicon=theme.FAVICON,
        title='Галерея',
        reconnect_timeout=30,
    )
