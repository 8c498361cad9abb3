"""What a labour bureau can ask for: its pages show nothing of any job seeker."""

from tests.leak.rounds import round_of, took
from tests.leak.world import World


@round_of("bureau.home")
def _home(world: World) -> None:
    world.browser("bureau").page("/bureau/")


@round_of("bureau.units")
def _units(world: World) -> None:
    client = world.browser("bureau")
    for query in (
        "",
        "?text=架空&order=end",
        "?state=suspended",
        "?state=no_officer",
        "?ending_until=R9.3.31",
    ):
        client.page(f"/bureau/units{query}")
    client.page("/bureau/units?ending_until=いつか", 422)
    client.page("/bureau/units?after=no-such-unit", 404)


@round_of("bureau.units_file")
def _units_file(world: World) -> None:
    for query in ("", "?as=csv", "?as=csv&state=in_use"):
        took(world.browser("bureau").get(f"/bureau/units/file{query}"), 200)
    took(world.browser("bureau").get("/bureau/units/file?state=no-such-state"), 303)


@round_of("bureau.unit")
def _unit(world: World) -> None:
    client = world.browser("bureau")
    for unit in world.units:
        client.page(f"/bureau/units/{world.ref(unit)}")
    client.page("/bureau/units/no-such-unit", 404)


@round_of("bureau.contractors")
def _contractors(world: World) -> None:
    world.browser("bureau").page("/bureau/contractors")


@round_of("bureau.contractors_file")
def _contractors_file(world: World) -> None:
    for query in ("", "?as=csv"):
        took(world.browser("bureau").get(f"/bureau/contractors/file{query}"), 200)
