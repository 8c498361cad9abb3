"""What a labour bureau reads of reports about messages: kinds and what seekers wrote there, never who."""

from portal.services import message_report, public_id
from portal.services.inbox import thread
from tests.leak.rounds import round_of
from tests.leak.world import World


@round_of("bureau.message_reports")
def _reports(world: World) -> None:
    who, unit = world.person("heron"), world.units["agency"]
    ref = public_id.shown(unit.public_id)
    with world.database.read() as session:
        entries = thread(session, world.clock, who.actor, ref).entries
    hint = next(entry.hint for entry in entries if entry.hint is not None)
    if hint.reported_at is None:
        with world.database.write() as session:
            note = "架空の通報です。"
            message_report.report(session, world.clock, who.actor, ref, hint.ref, "other", note)
    client = world.browser("bureau")
    client.page("/bureau/reports")
    client.page("/bureau/reports?before=no-such-report")
