"""The portal's entry point: `python main.py` serves it, `python main.py --help` lists what else it can do."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import typer
from fastapi import FastAPI
from nicegui import app, background_tasks, ui
from pydantic import ValidationError
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Lifespan

from api import brand, exports, files, guard, mails, precompressed, probes, rate, sign_in
from api.command_line import alone, examples
from api.command_line import app as commands
from api.v1 import create_api
from components import quick_elements, socket_guard, theme
from pages import is_page
from pages.shell import shell
from services import adjustments, database, demo, i18n, jobs, logs, metrics, migrations, setup, stopping, tracing
from services.forms import store
from services.search import upkeep
from services.settings import refused, settings

Greeting = Callable[[], Awaitable[list[str]]]

LAST_ANSWERS = 5  # seconds for requests that are being answered when the process is told to stop
LAST_WORK = 3.0  # seconds for what a job has begun


@commands.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """Serve the portal unless a command says otherwise."""
    try:
        settings()
    except ValidationError as error:
        typer.echo('\n'.join(refused(error)), err=True)
        raise typer.Exit(1) from error
    if context.invoked_subcommand is None:
        serve()


@commands.command('serve', epilog=examples('serve', 'serve   (PORTAL_PORT=8081 and the like: in the environment)'))
def serve() -> None:
    """Serve the portal; an empty one asks in the browser for its first administrator."""
    run(setup.greeting)


@commands.command('demo', epilog=examples('demo', 'demo --reset'))
def serve_demo(reset: bool = typer.Option(False, '--reset', help='throw the data away and begin anew')) -> None:
    """Fill an empty data folder with demo people, companies and tickets, and serve them."""
    if reset:
        demo.reset()
    run(demo.prepare)


def run(greeting: Greeting) -> None:
    """Wire everything together and serve until the process is told to stop. `greeting` gives lines for the terminal."""
    logs.install()
    i18n.load()
    metrics.begin()
    begin_tracing()
    typer.echo('\n'.join(alone(prepare(greeting))))
    for area in (probes, sign_in, rate, files, mails, exports, brand):
        app.include_router(area.router)
    app.mount('/api/v1', create_api())
    theme.serve_static(app)
    app.router.lifespan_context = at_work(app.router.lifespan_context)
    quick_elements.install()
    precompressed.install(app)
    guard.install(app, is_page)
    socket_guard.install()
    stopping.end_quietly()
    ui.run(
        shell,
        host=settings().host,
        port=settings().port,
        title='SmartPlayer',
        favicon=theme.FAVICON,
        language='ru',
        dark=None,
        tailwind=False,
        reload=False,
        show=False,
        show_welcome_message=False,
        reconnect_timeout=30,  # a cut of some seconds neither reloads the page nor loses what was typed
        binding_refresh_interval=None,
        gzip_middleware_factory=partial(GZipMiddleware, compresslevel=5),  # 9 takes three times as long for 4 % less
        http='h11',
        access_log=False,  # the addresses of sockets and uploads are keys to a page
        log_config=None,  # the web server's lines go the way of ours
        server_header=False,
        timeout_graceful_shutdown=LAST_ANSWERS,
    )


def begin_tracing() -> None:
    """Tell traces if the environment names somebody who reads them; what it asks in vain ends the start."""
    try:
        tracing.begin()
    except tracing.CannotTrace as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


async def prepare(greeting: Greeting) -> list[str]:
    """Bring schema and forms up to date before anybody is let in; gives the lines for the terminal."""
    await migrations.migrate(settings().database)
    await database.open_database(settings().database)
    try:
        await store.publish_catalogue()
        lines = await greeting()
        await upkeep.fill()
        return lines
    finally:
        await database.close_database()


def at_work(inside: Lifespan[FastAPI]) -> Lifespan[FastAPI]:
    """The time during which the portal serves: the database is open, the jobs run. They end before it closes."""

    @asynccontextmanager
    async def whole(application: FastAPI) -> AsyncIterator[None]:
        await database.open_database(settings().database)
        try:
            await adjustments.refresh()
            async with inside(application):
                stop = stopping.watch_signals()
                working = background_tasks.create(jobs.run(stop), name='jobs')
                gc.collect()
                gc.freeze()  # what is loaded now stays; without this the collector's pauses reach 175 ms
                gc.set_threshold(50_000, 20, 100)
                yield
                stop.set()
                await asyncio.wait([working], timeout=LAST_WORK)  # a mail server that never answers keeps nobody here
                working.cancel()
        finally:
            await database.close_database()
            await tracing.end()

    return whole


if __name__ == '__main__':
    commands()
