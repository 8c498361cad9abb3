"""What a labour bureau can ask for: its pages show nothing of any job seeker."""

from tests.leak.rounds import round_of
from tests.leak.world import World


@round_of("bureau.home")
def _home(world: World) -> None:
    world.browser("bureau").page("/bureau/")
