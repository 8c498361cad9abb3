"""よくあるご質問 (seed 004) of organisations, asked of the portal from the first paper to the counter.

P: 民間職業紹介事業者等, M: 地方自治体等. Each test is one question, and says the published answer first.
"""

from datetime import date, datetime

import pytest

from portal.calendar.clock import FixedClock
from portal.domain.application import Step
from portal.domain.application_decision import Way
from portal.domain.reach import UnitClass
from portal.domain.refusal import Forbidden, Invalid, LimitReached, NotFound, Refusal, SendingClosed
from portal.services import application, place, session_cut, unit_people
from portal.services.application_approval import apply_due
from portal.store.database import Database
from tests import applications
from tests.application_forms import MUNICIPAL, PRIVATE, Fields
from tests.build import build_seeker
from tests.services.organisations_world import COMPANY, Organisations, company, town
from tests.services.signing_world import SignInWorld

NEXT_OFFICER: Fields = {
    **PRIVATE[Step.PEOPLE],
    "officer_name": "架空 後任",
    "officer_phone": "00-0000-0009",
}
CONTRACTOR: Fields = dict(MUNICIPAL[Step.CONTRACTORS]) | {
    "contractors-0-since": "2026-06-15",
    "contractors-0-until": "2026-06-30",
}


NEXT_CONTRACTOR: Fields = {
    "contractors-0-name": "架空次期社",
    "contractors-0-licence_number": "24-ユ-300010",
    "contractors-0-since": "2027-04-01",
    "contractors-0-until": "令和10年3月31日",
}


@pytest.fixture
def world(database: Database, clock: FixedClock) -> Organisations:
    return Organisations(database, clock)


@pytest.mark.parametrize("steps", [pytest.param(company(), id="P"), pytest.param(town(), id="M")])
def test_P_Q2_M_Q2_what_is_filled_in_here_is_a_paper_and_only_the_bureau_s_entry_makes_it_valid(
    world: Organisations, steps: dict[Step, Fields]
) -> None:
    """各種手続きは、労働局に必要な書類を提出していただく必要があります。"""
    key, number = applications.printed(world.database, world.clock, steps)
    assert number.startswith("R08-24-")
    assert world.units() == 0

    with world.database.read() as session:
        view = application.own(session, world.clock, applications.PUBLIC, key)
    assert view.line.state == "ready"
    assert view.line.received_on is None

    ref = world.brings(steps)
    assert world.units() == 0
    officer = world.officer(world.approves(ref))
    assert world.units() == 1
    assert world.sends(officer).sent == 1


def test_P_Q3_branches_under_one_number_need_one_application_and_are_one_unit(world: Organisations) -> None:
    """同一番号(枝番は異なる)で取得している場合は、複数申請いただく必要はありません。"""
    first = world.admits(company())
    officer = world.officer(first)

    second = world.brings(company(number=f"{COMPANY}-02", name="架空第2支店"))
    assert world.would(second) is Way.JOINS
    assert [(unit.ref, unit.why) for unit in world.case(second).units] == [
        (first.unit_ref, ("number", "corporation"))
    ]
    # A second one needs a reason, and then shares unit and counter (ruling R2, ours).
    with pytest.raises(Invalid) as refused:
        world.approves(second)
    assert "join_reason" in refused.value.errors
    admitted = world.approves(second, join_reason="窓口で事情を確かめました。")
    of_branch = world.joins(admitted.invitations[0].invitation.code)

    assert (admitted.unit_ref, world.units()) == (first.unit_ref, 1)
    world.sends(officer)
    world.sends(of_branch)
    assert world.used(officer) == world.used(of_branch) == 2


def test_P_Q4_a_contractor_of_a_town_applies_anew_for_its_own_business(world: Organisations) -> None:
    """申請区分は異なり、新規申請の扱いとなるため、改めて利用申請していただく必要があります。"""
    head = world.officer(world.admits(town(contractor=COMPANY)))
    for_town = world.member(head, "架空受託社")
    only_private = build_seeker(world.database, range_municipal=False)
    with pytest.raises(Refusal):
        world.sends(for_town, only_private)

    ref = world.brings(company())
    assert world.would(ref) is Way.NEW
    by_itself = world.officer(world.approves(ref))

    assert for_town.unit_id != by_itself.unit_id
    assert [world.unit_class(who) for who in (for_town, by_itself)] == [
        UnitClass.MUNICIPAL,
        UnitClass.PRIVATE,
    ]
    assert world.sends(by_itself, only_private).sent == 1


@pytest.mark.parametrize("steps", [pytest.param(company(), id="P"), pytest.param(town(), id="M")])
@pytest.mark.parametrize("hour", ["00:00", "03:30", "12:00", "23:59"])
def test_P_Q5_M_Q4_a_message_goes_at_every_hour(
    world: Organisations, steps: dict[Step, Fields], hour: str
) -> None:
    """いつでも送付することは可能です。"""
    officer = world.officer(world.admits(steps))
    moment = datetime.fromisoformat(f"2026-06-20T{hour}+09:00")
    world.clock.set(moment)
    assert world.sends(officer).sent_at == moment


def test_P_Q6_branches_and_departments_together_send_a_thousand_a_day(world: Organisations) -> None:
    """1事業所(複数部署の合計)で1,000件となります。"""
    officer = world.officer(world.admits(company()))
    of_department = world.member(officer, "営業課")
    world.has_sent(officer, 998)
    world.sends(of_department)
    assert world.sends(officer).quota.left == 0
    for who in (officer, of_department):
        with pytest.raises(LimitReached):
            world.sends(who)
    assert world.used(officer) == 1000


def test_P_Q7_one_licence_with_branches_01_and_02_joint_applicant_for_two_towns_has_three_counters(
    world: Organisations,
) -> None:
    """申請区分が異なっていることから、それぞれ1日1,000件となります。"""
    own = world.officer(world.admits(company()))
    heads = [
        world.officer(world.admits(town(contractor=COMPANY))),
        world.officer(world.admits(town("24202", contractor=COMPANY, corporation_number="9990000000003"))),
    ]
    for_towns = [world.member(head, "架空受託社") for head in heads]
    assert world.units() == 3

    seeker = build_seeker(world.database)
    world.has_sent(own, 1000)
    with pytest.raises(LimitReached):
        world.sends(own, seeker)
    for who in for_towns:
        assert world.sends(who, seeker).quota.left == 999
    world.has_sent(for_towns[0], 1000)
    with pytest.raises(LimitReached):
        world.sends(heads[0])
    assert world.sends(heads[1]).quota.left == 998
    assert [world.used(who) for who in (own, *for_towns)] == [1000, 1000, 2]


@pytest.mark.parametrize("steps", [pytest.param(company(), id="P"), pytest.param(town(), id="M")])
def test_P_Q10_M_Q7_with_a_virus_one_act_signs_everybody_of_the_unit_out_and_nothing_else_follows_from_it(
    world: Organisations, steps: dict[Step, Fields]
) -> None:
    """セキュリティーポリシーに基づき、必要な対応をしてください。"""
    officer = world.officer(world.admits(steps))
    member = world.member(officer, "営業課" if steps[Step.APPLICANT]["unit_class"] == "private" else "商工課")
    people = SignInWorld(world.database, world.clock)
    signed_in = [people.sign_in(name).token for name in world.names]

    cut = world.act(session_cut.cut_unit, officer)

    assert (cut.sessions, cut.people) == (2, 2)
    assert [people.visit(token) for token in signed_in] == [None, None]
    # No measure, no report, no ending: the own policy decides what else is done.
    assert world.sends(member).sent == 1


@pytest.mark.parametrize("steps", [pytest.param(company(), id="P"), pytest.param(town(), id="M")])
def test_P_Q11_M_Q8_a_new_officer_is_applied_for_and_the_old_one_stays_until_the_bureau_has_recorded_it(
    world: Organisations, steps: dict[Step, Fields]
) -> None:
    """利用申請の変更をしていただく必要があります。"""
    officer = world.officer(world.admits(steps))
    seeker = build_seeker(world.database)
    world.sends(officer, seeker)
    change = world.changes(officer, "people", NEXT_OFFICER, day="2026-06-20")
    world.sends(officer)
    assert "見本 責任" in world.told(officer)

    approved = world.approves(change)
    assert (approved.effective_on, approved.applied) == (date(2026, 6, 20), False)
    world.sends(officer)
    assert "架空 後任" not in world.told(officer)

    world.clock.set(datetime.fromisoformat("2026-06-20T00:05+09:00"))
    assert world.act(apply_due, world.clerk) == 1
    # Whoever was written to before reads the new officer with the next message.
    world.sends(officer, seeker)
    assert "架空 後任" in world.told(officer)
    assert "00-0000-0009" in world.told(officer)


def test_P_Q11_an_officer_who_left_without_a_successor_stops_sending_until_one_is_recorded(
    world: Organisations,
) -> None:
    """連絡責任者又は個人情報管理・苦情処理責任者が異動等により変更になったときは、利用申請の変更が必要です。"""
    approved = world.admits(company())
    officer = world.officer(approved)
    (code,) = [one.invitation.code for one in approved.invitations if one.role == "contact"]
    contact = world.joins(code)
    with world.database.read() as session:
        (ref,) = [
            one.ref
            for one in unit_people.people(session, world.clock, contact).persons
            if one.role == "officer"
        ]
    world.act(unit_people.end, contact, ref)
    with pytest.raises(SendingClosed) as closed:
        world.sends(contact)
    assert closed.value.reason == "officer_left"

    world.approves(world.changes(contact, "people", NEXT_OFFICER))
    assert world.sends(contact).sent == 1
    with pytest.raises(Refusal):
        world.sends(officer)


def test_M_Q2_a_body_without_a_licence_of_its_own_applies_by_its_code(world: Organisations) -> None:
    """各種手続きは、労働局に必要な書類を提出していただく必要があります。"""
    officer = world.officer(world.admits(town(basis="none")))
    assert world.unit_class(officer) is UnitClass.MUNICIPAL
    assert world.sends(officer).sent == 1


def test_M_Q3_a_contractor_comes_with_a_change_at_the_bureau_of_the_application_and_goes_with_its_contract(
    world: Organisations,
) -> None:
    """連名申請者として、利用申請を行った労働局において、利用申請の変更手続きをお願いします。"""
    officer = world.officer(world.admits(town()))
    change = world.changes(officer, "contractors", CONTRACTOR)
    elsewhere = applications.build_bureau_clerk(world.database, applications.OTHER_BUREAU)
    with pytest.raises(NotFound):
        applications.case(world.database, world.clock, elsewhere, change)
    world.approves(change)

    for_town = world.member(officer, "架空受託社")
    assert world.sends(for_town).sent == 1
    assert "架空受託社" in world.told(for_town)
    assert "24-ユ-300009" in world.told(for_town)

    world.clock.set(datetime.fromisoformat("2026-07-01T00:00+09:00"))
    with pytest.raises(Refusal):
        world.sends(for_town)
    assert world.sends(officer).sent == 1


def test_M_Q3_over_31_March_the_next_contractor_takes_over_by_an_act_of_the_town_and_not_by_itself(
    world: Organisations,
) -> None:
    """連名申請者として… 利用申請の変更手続き: the next contract is applied for before the old one ends."""
    officer = world.officer(world.admits(town(contractor="24-ユ-300009")))
    old = world.member(officer, "架空受託社")
    seeker = build_seeker(world.database, valid_until=date(2027, 6, 30))
    world.clock.set(datetime.fromisoformat("2027-03-15T10:00+09:00"))
    world.approves(world.changes(officer, "contractors", NEXT_CONTRACTOR, day="2027-03-15"))
    world.clock.set(datetime.fromisoformat("2027-03-31T23:59+09:00"))
    world.renewed(officer)
    world.sends(old, seeker)
    with world.database.read() as session:
        assert place.left_behind(session, world.clock, officer) == ()

    world.clock.set(datetime.fromisoformat("2027-04-01T00:00+09:00"))
    with pytest.raises(Refusal):
        world.sends(old, seeker)
    new = world.member(officer, "架空次期社")
    with pytest.raises(Forbidden, match="thread_elsewhere"):
        world.sends(new, seeker)
    with world.database.read() as session:
        (ended,) = place.left_behind(session, world.clock, officer)
        targets = place.leaving(session, world.clock, officer, ended.ref).targets
    assert (ended.name, ended.last_day, ended.threads) == ("架空受託社", date(2027, 3, 31), 1)
    (to,) = [target.ref for target in targets if target.name == "架空次期社"]

    assert world.act(place.hand_over_all, officer, ended.ref, to) == 1
    assert world.sends(new, seeker).sent == 1
    assert "架空次期社" in world.told(new)
    assert world.used(new) == world.used(officer) == 1


@pytest.mark.parametrize("number", ["", "24-ユ-300009-", "見本"])
def test_M_Q3_a_contractor_without_a_licence_or_notification_is_not_taken(
    world: Organisations, number: str
) -> None:
    """職業紹介の許可・届出のある職業紹介事業者に委託して…"""
    officer = world.officer(world.admits(town()))
    with pytest.raises(Invalid) as refused:
        world.changes(officer, "contractors", {**CONTRACTOR, "contractors-0-licence_number": number})
    assert "contractors-0-licence_number" in refused.value.errors


def test_M_Q5_a_town_is_one_unit_whose_departments_share_a_thousand_under_one_officer(
    world: Organisations,
) -> None:
    """同じ自治体内で複数部署が別々に申請することはないようにしてください。… 自治体内総数で1日上限1,000件"""
    first = world.admits(town())
    officer = world.officer(first)
    second = world.brings(town(name="架空市 福祉課"))
    assert world.would(second) is Way.JOINS
    assert first.unit_ref in [unit.ref for unit in world.case(second).units]
    assert world.units() == 1

    departments = [world.member(officer, name) for name in ("商工課", "福祉課")]
    world.has_sent(officer, 999)
    world.sends(departments[0])
    with pytest.raises(LimitReached):
        world.sends(departments[1])

    # Without an officer there is no application to approve.
    with pytest.raises(Invalid):
        applications.filled_in(
            world.database, world.clock, {**town("24203"), Step.PEOPLE: {"contact_name": "見本 連絡"}}
        )


def test_M_Q5_two_applications_of_one_town_at_once_become_one_unit(world: Organisations) -> None:
    """原則は自治体単位での申請となります。"""
    one, other = world.brings(town()), world.brings(town(name="架空市 福祉課"))
    assert world.would(one) is world.would(other) is Way.NEW
    world.approves(one)
    with pytest.raises(Invalid):
        world.approves(other)
    assert world.units() == 1
