"""`autumn-mock operations`: what is emulated, from the registry."""

import json as json_module

import click


@click.command()
@click.option("--json", is_flag=True, help="As JSON.")
def operations(json: bool) -> None:
    """List the published operations: full, partial (what is missing), or not yet."""
    from autumn_mock.operations.registry import load_operations, standing

    load_operations()
    listed = standing()
    if json:
        click.echo(json_module.dumps({"list": listed}, indent=2))
        return
    width = max(len(each["operation"]) for each in listed)
    for each in listed:
        missing = f"  (missing: {each['missing']})" if "missing" in each else ""
        click.echo(f"{each['operation']:<{width}}  {each['status']}{missing}")
