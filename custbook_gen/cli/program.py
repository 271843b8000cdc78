"""The program: the group of all commands, how it is run, and its exit codes."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final, cast

import click

from custbook_gen import __version__
from custbook_gen.cli.language import tell, ui_lang

CONTEXT = {"auto_envvar_prefix": "CUSTBOOK", "help_option_names": ["-h", "--help"], "max_content_width": 100}
COMMANDS: Final[Mapping[str, str]] = {
    "demo": "commands:demo",
    "init": "commands:init",
    "generate": "generating:generate",
    "check": "commands:check",
    "sync": "commands:sync",
    "import": "commands:import_",
    "guide": "reports:guide",
    "summary": "reports:summary",
    "schema": "schema_command:schema",
    "history": "lookback:history",
    "show": "lookback:show",
    "find": "lookback:find",
    "undo": "lookback:undo",
    "backup": "archives:backup",
    "restore": "archives:restore",
    "move": "archives:move",
}
"""Every command: its module, and what it is called there.  ``help.NAME`` tells what it does."""


class LazyGroup(click.Group):
    """Commands that are imported when they are called, so that ``--help`` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = COMMANDS[cmd_name].partition(":")
        return cast(click.Command, getattr(import_module(f"custbook_gen.cli.{module}"), name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words begin with; of a name that is none, those like it are told."""
        if args and args[0][:1] != "-" and self.get_command(ctx, args[0]) is None:
            from difflib import get_close_matches

            near = get_close_matches(args[0], self.list_commands(ctx))
            ctx.fail(
                tell("error.command-unknown" if near else "error.no-command", name=args[0], near=tuple(near))
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help, from the catalogue alone."""
        names = self.list_commands(ctx)
        limit = formatter.width - 6 - max(map(len, names))
        with formatter.section(tell("help.commands")):
            formatter.write_dl(
                [
                    (name, click.Command(name, help=tell(f"help.{name}")).get_short_help_str(limit))
                    for name in names
                ]
            )


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    from custbook_gen.errors import CustbookError

    if ui_lang() == "zh":
        from custbook_gen.cli.click_words import speak_chinese

        speak_chinese()
    try:
        sys.exit(cli.main(arguments, prog_name="custbook", standalone_mode=False) or 0)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo(tell("say.interrupted"), err=True)
        sys.exit(130)
    except BrokenPipeError:
        raise
    except (CustbookError, OSError) as error:
        from custbook_gen.cli.failures import tell_failure

        sys.exit(tell_failure(error))


@click.group(cls=LazyGroup, context_settings=CONTEXT, help=tell("help.main"), no_args_is_help=True)
@click.version_option(__version__, message="custbook %(version)s", help=tell("option.version"))
def cli() -> None:
    """The group of all commands; its help comes from the catalogue."""
