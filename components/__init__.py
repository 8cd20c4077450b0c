"""What pages are made of. The kit, one line each (`tests/gallery.py` shows all of it in all its states):

reader     `reader()` who looks: `.language .time_zone .name .role .is_staff .theme .actor`; `set_reader`
text       `t('key', blank=…)`, `plural('key', n)`, `moment(at)`, `day(at)`, `number(n)`, `file_size(n)`,
           `duration(td)`, `words('kit.frame')` (a table of texts for a script); `Text('…', 'h2', 'soft small')`,
           `Moment(at)` (a <time> that keeps itself current)
box        `Box('stack gap-3')`, `Box('row between')`, `Box('card', 'section')`, `Box('page narrow')`, `Box('split')`,
           `Skeleton(lines=4)`
icon       `Icon('bug', 'small')`; `icon_href('bug')` for a script of ours; `sprite` says how to add one
button     `Button(t('…'), self.save, look='primary', icon='send')` (busy while it awaits), `Link('…', '/tickets')`,
           `LinkButton(…)`, `Menu('Ещё', icon='ellipsis', icon_only=True)` with Buttons and Links in it
field      `TextField`, `TextArea`, `ChoiceField` (list or `look='radio'`), `ChecksField`, `CheckField`:
           `.value`, `set_value`, `set_error`, `focus`, `on_submit`
badge      `StatusBadge(ticket.status, large=True)` with `.show(status)`, `Badge('внутри', tone='note', icon='lock')`,
           `Count(3, '3 новых')`, `Avatar(name)`
feedback   `toast('Готово', undo=self.back, seconds=10)`, `Notice('…', kind='warning', title='…')`,
           `EmptyState('…', '…', icon='inbox', action=('Новая заявка', '/'))`
dialog     `with Dialog('…') as dialog: …` then `await dialog`; `await confirm('Удалить файл?', yes='Удалить')`
frame      `with Frame(entries, path=…) as frame: …`; `with frame.search(): …`
theme      `serve_static(app)` once at start, `apply()` per page, `change(reader)` on an open page after another choice

Rules: an element costs 0.2 ms and 4.6 KB, so many things are one component with data. Styles stand in `static/css`:
each area has a file of its own there, which is loaded by itself and uses the custom properties of `tokens.css`, never a
colour of its own. Nothing of Quasar may open above a `Dialog`: the browser keeps that in front of all.
"""
