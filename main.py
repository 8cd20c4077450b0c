"""The portal's entry point: `python main.py` serves it, `python main.py --help` lists what else it can do."""

import asyncio
import gc
import logging

import typer
from nicegui import app, background_tasks, ui

from api import files, health, rate, sign_in
from api.command_line import app as commands
from api.guard import install_guard
from api.v1 import create_api
from components import socket_guard, theme
from pages import is_page
from pages.shell import shell
from services import database, demo, jobs, migrations, setup
from services.forms import store
from services.settings import settings

stop = asyncio.Event()


@commands.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """Serve the portal unless a command says otherwise."""
    if context.invoked_subcommand is None:
        serve()


@commands.command('serve')
def serve() -> None:
    """Serve the portal; an empty one asks in the browser for its first administrator."""
    start(announce=setup.invite_first_admin)


@commands.command('demo')
def serve_demo(reset: bool = typer.Option(False, '--reset', help='throw the data away and begin anew')) -> None:
    """Fill an empty data folder with demo people, companies and tickets, and serve them."""
    if reset:
        demo.reset()
    start(announce=demo.prepare)


def start(*, announce: 'demo.Announcement') -> None:
    """Wire everything together and run until the process is told to stop."""
    logging.basicConfig(level=settings().log_level, format='%(asctime)s %(levelname)s %(name)s: %(message)s')
    for router in (health.router, sign_in.router, rate.router, files.router):
        app.include_router(router)
    app.mount('/api/v1', create_api())
    theme.serve_static(app)
    install_guard(app, is_page)
    socket_guard.install()

    async def open_portal() -> None:
        await migrations.migrate(settings().database)
        await database.open_database(settings().database)
        await store.publish_catalogue()
        print(await announce(), flush=True)  # noqa: T201 - for the person at the terminal
        background_tasks.create(jobs.run(stop), name='jobs')
        gc.collect()
        gc.freeze()  # what is loaded now stays; without it pauses of the collector reach 175 ms
        gc.set_threshold(50_000, 20, 100)

    async def close_portal() -> None:
        stop.set()
        await database.close_database()

    app.on_startup(open_portal)
    app.on_shutdown(close_portal)
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
        reconnect_timeout=30,
        binding_refresh_interval=None,
        http='h11',
        access_log=False,
        timeout_graceful_shutdown=5,
        server_header=False,
    )


if __name__ == '__main__':
    commands()
