"""`autumn-mock doctor`: look at a data file without changing it."""

import sys
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def doctor(file: Path) -> None:
    """Check a data file: does it open, what is in it, do its records agree."""
    from autumn_mock.store import DataFile, DataFileError
    from autumn_mock.store.checkup import examine

    if not file.exists() and not file.with_name(file.name + ".journal").exists():
        click.echo(f"autumn-mock: {file}: no such file", err=True)
        sys.exit(1)
    try:
        data_file = DataFile(file)
        try:
            found = examine(data_file.load())
        finally:
            data_file.close()
    except DataFileError as error:
        click.echo(f"autumn-mock: {error}", err=True)
        sys.exit(1)
    for world, counts in found.counts.items():
        held = ", ".join(f"{count} {table}" for table, count in counts.items())
        click.echo(f"{world}: {held}")
    if data_file.has_changed:
        click.echo("The journal holds changes that the file lacks; the next start folds them in.")
    for problem in found.problems:
        click.echo(f"problem: {problem}")
    click.echo("No problems." if not found.problems else f"{len(found.problems)} problems.")
    sys.exit(1 if found.problems else 0)
