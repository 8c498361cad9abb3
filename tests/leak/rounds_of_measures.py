"""What a labour bureau does against a unit, and what the unit reads of it: nothing of any job seeker."""

from typing import Any

from tests.leak.rounds import round_of, took
from tests.leak.world import World
from tests.web.page_client import page_of

WORDS = {"reason": "breach", "tells_reason": "y", "told": "見本の説明です。", "note": "内部の控えの見本"}
# Units whose people do nothing else in these rounds; "suspended" and "small" are under a measure from the start.
FREE, UNDER_MEASURES = "over", ("suspended", "small")


def _address(world: World, unit: str, act: str = "") -> str:
    return f"/bureau/units/{world.ref(unit)}/measures{act}"


def _wrong(world: World, act: str, typed: dict[str, str]) -> None:
    """Refused fields, another unit's form, a unit that does not exist."""
    client, address = world.browser("bureau"), _address(world, FREE, act)
    took(client.submit(address, typed), 422)
    client.page(f"/bureau/units/no-such-unit/measures{act}", 404)


def _confirmed(client: Any, address: str, typed: dict[str, str]) -> None:
    looked = page_of(client.submit(address, typed)).form_with("confirmed")
    took(client.submit(address, press="edit", form=looked), 200)
    took(client.submit(address, press="confirmed", form=looked), 303)
    took(client.submit(address, {"seen": "99"}, press="confirmed", form=looked), 422)


@round_of("bureau.measures")
def _measures(world: World) -> None:
    for unit in (FREE, *UNDER_MEASURES):
        world.browser("bureau").page(_address(world, unit))
    world.browser("bureau").page("/bureau/units/no-such-unit/measures", 404)


@round_of("bureau.suspend")
def _suspend(world: World) -> None:
    client, address = world.browser("bureau"), _address(world, FREE, "/suspend")
    _wrong(world, "/suspend", {"suspended_from": "2020-01-01", "suspended_until": "いつか"})
    _confirmed(client, address, {"suspended_until": "2026-12-31", **WORDS})
    client.page(address)
    client.page(_address(world, FREE))
    for where in ("", "/search", "/quota"):
        world.browser("over").get(f"/provider{where}")


@round_of("bureau.limit")
def _limit(world: World) -> None:
    client, address = world.browser("bureau"), _address(world, FREE, "/limit")
    _wrong(world, "/limit", {"limit": "1000"})
    _confirmed(client, address, {"limit": "5", "limit_until": "2026-12-31", **WORDS})
    client.page(address)
    world.browser("over").get("/provider/quota")


@round_of("bureau.lift")
def _lift(world: World) -> None:
    client, address = world.browser("bureau"), _address(world, FREE, "/lift")
    client.page(_address(world, "agency", "/lift"))
    _wrong(world, "/lift", {"note": "長" * 501})
    took(client.submit(address, {"note": "見本"}), 303)
    client.page(_address(world, FREE))


@round_of("bureau.lift_limit")
def _lift_limit(world: World) -> None:
    client, address = world.browser("bureau"), _address(world, FREE, "/limit/lift")
    client.page(_address(world, "agency", "/limit/lift"))
    _wrong(world, "/limit/lift", {"note": "長" * 501})
    took(client.submit(address, {"note": "見本"}), 303)
