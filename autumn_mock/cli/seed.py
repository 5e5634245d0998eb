"""`autumn-mock seed`: a seed with made-up customers."""

import json
import sys
from typing import Any

import click


@click.command()
@click.option("--customers", default=100, show_default=True, type=click.IntRange(min=0), help="How many.")
@click.option("--seed", default=1, show_default=True, help="The same number gives the same customers.")
@click.option(
    "--catalog", default="starter", show_default=True, metavar="FILE",
    help="Where features and plans come from: a fixture file, or the name of one that comes along.",
)  # fmt: skip
@click.option("--out", type=click.File("w", encoding="utf-8"), default="-", help="File to write to.")
def seed(customers: int, seed: int, catalog: str, out: Any) -> None:
    """Print a seed with many made-up customers, for `autumn-mock serve --seed`.

    \b
    autumn-mock seed --customers 1000 --seed 7 > world.json
    autumn-mock serve --seed world.json
    """
    from autumn_mock.fakes import people
    from autumn_mock.seeding.reading import SeedError, read

    try:
        content = read(catalog).content
    except SeedError as error:
        click.echo(f"autumn-mock: {error}", err=True)
        sys.exit(1)
    command = f"autumn-mock seed --customers {customers} --seed {seed} --catalog {catalog}"
    world = {
        "description": f"{customers} made-up customers ({command})",
        "features": content.get("features", []),
        "plans": content.get("plans", []),
        "customers": people(content, customers, seed),
    }
    json.dump(world, out, indent=2, ensure_ascii=False)
    out.write("\n")
