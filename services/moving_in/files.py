"""Reads the files that other systems write: CSV with repeated columns, and Jira's XML; one row at a time."""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO
from xml.etree.ElementTree import Element, ParseError, iterparse

from services.moving_in.plain_text import from_html, from_wiki
from services.moving_in.record import Row, Said
from services.moving_in.words import COMMENTS, INTERNAL, KEYS, PUBLIC


class Unreadable(Exception):
    """The file as a whole is not what it should be; the message says why."""


def is_jira(path: Path) -> bool:
    """Whether a file looks like an export of Jira rather than anybody's table."""
    if path.suffix.lower() == '.xml':
        return True
    with _opened(path) as lines:
        return any(name.strip().casefold() in KEYS for name in next(csv.reader(lines), []))


def rows(path: Path) -> Iterator[Row]:
    """Every request of the file. Raises Unreadable, also half-way."""
    try:
        yield from _xml_rows(path) if path.suffix.lower() == '.xml' else _csv_rows(path)
    except (OSError, UnicodeDecodeError, csv.Error, ParseError, ValueError) as error:
        raise Unreadable(f'{path} cannot be read: {error}') from error


def _opened(path: Path) -> TextIO:
    return path.open(encoding='utf-8-sig', newline='')


def _csv_rows(path: Path) -> Iterator[Row]:
    csv.field_size_limit(sys.maxsize)  # a comment of Jira's may be longer than the module expects
    with _opened(path) as lines:
        first = lines.readline()
        lines.seek(0)
        table = csv.reader(lines, delimiter=';' if first.count(';') > first.count(',') else ',')
        header = [name.strip() for name in next(table, [])]
        if len(header) < 2:
            raise ValueError('it has no line with the names of its columns')
        for line in table:
            if any(line):
                yield _csv_row(header, line)


def _csv_row(header: list[str], line: list[str]) -> Row:
    row = Row({})
    for name, value in zip(header, line, strict=False):
        if not value.strip():
            continue
        if name.casefold() in COMMENTS:
            row.said.append(_comment(value))
        else:
            row.values.setdefault(name, []).append(from_wiki(value.strip()))
    return row


def _comment(value: str) -> Said:
    """Jira writes `date;author;text`, some versions with a fourth part that says who may read it."""
    at, _, rest = value.partition(';')
    author, _, body = rest.partition(';')
    head, _, mark = body.rpartition(';')
    said = mark.strip().casefold()
    if head and said in INTERNAL | PUBLIC:
        return Said(author.strip(), at.strip(), from_wiki(head.strip()), said in INTERNAL)
    return Said(author.strip(), at.strip(), from_wiki(body.strip()))


_COLUMN = {
    'key': 'Issue key',
    'summary': 'Summary',
    'type': 'Issue Type',
    'priority': 'Priority',
    'status': 'Status',
    'created': 'Created',
    'updated': 'Updated',
    'resolved': 'Resolved',
}
_WRITTEN = {'description': 'Description', 'environment': 'Environment'}


def _xml_rows(path: Path) -> Iterator[Row]:
    # Entities from outside are never fetched here, and expat breaks off those that grow.
    for _, item in iterparse(path, events=('end',)):  # noqa: S314
        if item.tag == 'item':
            yield _xml_row(item)
            item.clear()


def _xml_row(item: Element) -> Row:
    row = Row({})
    for part in item:
        if part.tag == 'comments':
            row.said.extend(_xml_comment(comment) for comment in part)
        elif part.tag == 'customfields':
            for custom in part:
                _add_custom(row, custom)
        elif part.tag == 'attachments':
            row.values['Attachment'] = [file.get('name', '') for file in part]
        else:
            _add_part(row, part, (part.text or '').strip())
    return row


def _add_part(row: Row, part: Element, text: str) -> None:
    if part.tag in _COLUMN and text:
        row.values.setdefault(_COLUMN[part.tag], []).append(text)
    elif part.tag in _WRITTEN and text:
        row.values[_WRITTEN[part.tag]] = [from_html(text)]
    elif part.tag in ('reporter', 'assignee') and _id(part) not in ('', '-1'):  # -1 is nobody
        row.values[part.tag.title()] = [text]
        row.values[f'{part.tag.title()} Id'] = [_id(part)]


def _id(part: Element) -> str:
    return part.get('accountid') or part.get('username') or (part.text or '').strip()


def _xml_comment(comment: Element) -> Said:
    return Said(
        comment.get('author', ''), comment.get('created', ''), from_html(comment.text or ''), _xml_internal(comment)
    )


def _xml_internal(comment: Element) -> bool | None:
    """Jira's versions differ in how they say it; a comment for one group or role alone is internal in any case."""
    said = {name: value.casefold() for name, value in comment.attrib.items()}
    if any(said.get(name) for name in ('level', 'grouplevel', 'rolelevel', 'group', 'role')):
        return True
    if 'internal' in said:
        return said['internal'] == 'true'
    for name in ('jsdPublic', 'public'):
        if name in said:
            return said[name] == 'false'
    return said['visibility'] in INTERNAL if 'visibility' in said else None


def _add_custom(row: Row, custom: Element) -> None:
    name = (custom.findtext('customfieldname') or '').strip()
    values = [''.join(value.itertext()).strip() for value in custom.iterfind('customfieldvalues/*')]
    if name and any(values):
        row.values[f'Custom field ({name})'] = [from_html(value) for value in values if value]
