"""The command `portal`: what the operator and the clock do. A command is imported when it is called."""

import os
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo

# Name of the command, and where it lives. One that is not there yet is left out.
COMMANDS = {
    "account": "portal.cli.account:group",
    "announcement": "portal.cli.announcement:group",
    "audit": "portal.cli.audit:group",
    "backup": "portal.cli.backup:backup",
    "demo": "portal.cli.demo:group",
    "drill": "portal.cli.backup:drill",
    "installation": "portal.cli.installation:group",
    "keys": "portal.cli.keys:group",
    "maintenance": "portal.cli.maintenance:group",
    "migrate": "portal.cli.installation:migrate",
    "notice": "portal.cli.notice:group",
    "rarity": "portal.cli.rarity:group",
    "restore": "portal.cli.backup:restore",
    "roles": "portal.cli.roles:group",
    "retention": "portal.cli.retention:group",
    "seeker": "portal.cli.seeker:group",
    "send": "portal.cli.send:group",
    "table": "portal.cli.table:group",
    "terms": "portal.cli.terms:group",
    "unit": "portal.cli.unit:group",
    "worker": "portal.cli.worker:group",
}


class Commands(click.Group):
    """Finds commands by the list above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Those that exist, by name."""
        return [
            name for name, place in sorted(COMMANDS.items()) if find_spec(place.partition(":")[0]) is not None
        ]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


def wired(**options: Any) -> Callable[[], Flask]:
    """Makes the application when a command first needs it. Named, not imported: no room knows the wiring."""
    return lambda: import_module("portal.console").application(**options)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="portal", message="%(version)s")
@click.option(
    "--as",
    "as_name",
    metavar="NAME",
    envvar="PORTAL_OPERATOR",
    help="The operator who acts, by sign-in name.",
)
@click.option(
    "--in-maintenance",
    is_flag=True,
    help="Store also while maintenance runs: for what is part of the work.",
)
@click.pass_context
def main(ctx: click.Context, as_name: str | None, *, in_maintenance: bool) -> None:
    """Operate the Hello Work job-information matching portal."""
    # Whatever a command makes is for its owner only; given back at the end for whoever called from within a process.
    ctx.call_on_close(partial(os.umask, os.umask(0o077)))
    if ctx.obj is None:
        ctx.obj = ScriptInfo(create_app=wired(), set_debug_flag=False, load_dotenv_defaults=False)
    ctx.meta["portal.operator"] = as_name
    ctx.meta["portal.in_maintenance"] = in_maintenance
