"""What each role may do: one place that says it, read by the pages, by the services and by the tests.

A permission is named `scope:resource:action`. Rights hang on the membership or post somebody acts in now, never on the
person, so they end with it. What a seeker, a unit or an office may see of *which* row is decided inside the queries;
this only says which kinds of act belong to a role.
"""

from enum import StrEnum

from portal.domain.actor import Actor, ActorKind


class Permission(StrEnum):
    """One kind of act on one kind of thing."""

    # whoever is signed in
    OWN_ACCOUNT_CHANGE = "own:account:change"

    # 求職者
    SEEKER_HOME_READ = "seeker:home:read"
    SEEKER_PROFILE_READ = "seeker:profile:read"
    SEEKER_INBOX_READ = "seeker:inbox:read"
    SEEKER_MESSAGE_ANSWER = "seeker:message:answer"
    SEEKER_MESSAGE_REPORT = "seeker:message:report"
    SEEKER_DIRECTORY_READ = "seeker:directory:read"
    SEEKER_BLOCK_CHANGE = "seeker:block:change"
    SEEKER_CONSENT_CHANGE = "seeker:consent:change"
    SEEKER_NOTICE_CHANGE = "seeker:notice:change"
    SEEKER_LOG_READ = "seeker:log:read"
    SEEKER_DATA_TAKE = "seeker:data:take"
    SEEKER_CORRECTION_ASK = "seeker:correction:ask"
    SEEKER_ANNOUNCEMENT_READ = "seeker:announcement:read"
    SEEKER_USE_STOP = "seeker:use:stop"
    SEEKER_COMPLAINT_MAKE = "seeker:complaint:make"

    # a person of a unit (利用申請の単位)
    UNIT_ACTING_CHOOSE = "unit:acting:choose"
    UNIT_HOME_READ = "unit:home:read"
    UNIT_ANNOUNCEMENT_READ = "unit:announcement:read"
    UNIT_SEEKER_SEARCH = "unit:seeker:search"
    UNIT_PROFILE_READ = "unit:profile:read"
    UNIT_MESSAGE_SEND = "unit:message:send"
    UNIT_SELECTION_CHANGE = "unit:selection:change"
    UNIT_TEMPLATE_USE = "unit:template:use"
    UNIT_SEND_READ = "unit:send:read"
    UNIT_THREAD_READ = "unit:thread:read"
    UNIT_THREAD_READ_ALL = "unit:thread:read_all"
    UNIT_THREAD_HAND_OVER = "unit:thread:hand_over"
    UNIT_OUTCOME_RECORD = "unit:outcome:record"
    UNIT_QUOTA_READ = "unit:quota:read"
    UNIT_QUOTA_RESERVE = "unit:quota:reserve"
    UNIT_QUOTA_PLACE = "unit:quota:place"
    UNIT_RECORD_READ = "unit:record:read"
    UNIT_MEMBER_READ = "unit:member:read"
    UNIT_MEMBER_CHANGE = "unit:member:change"
    UNIT_PLACE_CHANGE = "unit:place:change"
    UNIT_SESSION_CUT = "unit:session:cut"
    UNIT_APPLICATION_READ = "unit:application:read"
    UNIT_APPLICATION_MAKE = "unit:application:make"
    UNIT_PAID_READ = "unit:paid_service:read"
    UNIT_PAID_CHANGE = "unit:paid_service:change"
    UNIT_PAID_RECORD = "unit:paid_service:record"
    UNIT_COMPLAINT_HANDLE = "unit:complaint:handle"

    # a post at a ハローワーク
    OFFICE_HOME_READ = "office:home:read"
    OFFICE_ANNOUNCEMENT_READ = "office:announcement:read"
    OFFICE_SEEKER_READ = "office:seeker:read"
    OFFICE_SEEKER_REGISTER = "office:seeker:register"
    OFFICE_SEEKER_CHANGE = "office:seeker:change"
    OFFICE_CODE_ISSUE = "office:code:issue"
    OFFICE_TEXT_REVIEW = "office:text:review"
    OFFICE_SIGN_IN_REISSUE = "office:sign_in:reissue"
    OFFICE_LOG_READ = "office:log:read"
    OFFICE_REPORT_READ = "office:report:read"
    OFFICE_COMPLAINT_HANDLE = "office:complaint:handle"
    OFFICE_CORRECTION_ANSWER = "office:correction:answer"

    # a post at a 都道府県労働局
    BUREAU_HOME_READ = "bureau:home:read"
    BUREAU_ANNOUNCEMENT_READ = "bureau:announcement:read"
    BUREAU_ANNOUNCEMENT_WRITE = "bureau:announcement:write"
    BUREAU_UNIT_READ = "bureau:unit:read"
    BUREAU_APPLICATION_READ = "bureau:application:read"
    BUREAU_APPLICATION_DECIDE = "bureau:application:decide"
    BUREAU_MEASURE_CHANGE = "bureau:measure:change"
    BUREAU_MEMBER_READ = "bureau:member:read"
    BUREAU_REPORT_READ = "bureau:report:read"
    BUREAU_PAID_READ = "bureau:paid_notice:read"
    BUREAU_PAID_CHECK = "bureau:paid_notice:check"
    BUREAU_COMPLAINT_HANDLE = "bureau:complaint:handle"


_SEEKER = frozenset(p for p in Permission if p.startswith("seeker:"))

_UNIT_MEMBER = frozenset(
    {
        Permission.UNIT_ACTING_CHOOSE,
        Permission.UNIT_HOME_READ,
        Permission.UNIT_ANNOUNCEMENT_READ,
        Permission.UNIT_SEEKER_SEARCH,
        Permission.UNIT_PROFILE_READ,
        Permission.UNIT_MESSAGE_SEND,
        Permission.UNIT_SELECTION_CHANGE,
        Permission.UNIT_TEMPLATE_USE,
        Permission.UNIT_SEND_READ,
        Permission.UNIT_THREAD_READ,
        Permission.UNIT_OUTCOME_RECORD,
        Permission.UNIT_QUOTA_READ,
        Permission.UNIT_RECORD_READ,
        Permission.UNIT_APPLICATION_READ,
        Permission.UNIT_PAID_READ,
        Permission.UNIT_PAID_RECORD,
    }
)

# Officer and contact see all threads of the unit, a member only those of their department or contractor (ruling R13).
# Both manage its people; which of them is which only the bureau's entry says (seed 004 P-Q11, M-Q8).
_UNIT_MANAGER = _UNIT_MEMBER | {
    Permission.UNIT_THREAD_READ_ALL,
    Permission.UNIT_THREAD_HAND_OVER,
    Permission.UNIT_QUOTA_RESERVE,
    Permission.UNIT_QUOTA_PLACE,
    Permission.UNIT_MEMBER_READ,
    Permission.UNIT_MEMBER_CHANGE,
    Permission.UNIT_PLACE_CHANGE,
    Permission.UNIT_SESSION_CUT,
    Permission.UNIT_APPLICATION_MAKE,
    Permission.UNIT_PAID_CHANGE,
}

# A complaint is for the officer alone, never for whoever may be concerned (ruling 64).
_UNIT_OFFICER = _UNIT_MANAGER | {Permission.UNIT_COMPLAINT_HANDLE}

_OFFICE = frozenset(p for p in Permission if p.startswith("office:"))
_BUREAU = frozenset(p for p in Permission if p.startswith("bureau:"))

# Every kind that signs in by a browser is listed; a pair that is missing has no right at all.
_BY_ROLE: dict[tuple[ActorKind, str | None], frozenset[Permission]] = {
    (ActorKind.SEEKER, None): _SEEKER,
    (ActorKind.MEMBER, None): frozenset({Permission.UNIT_ACTING_CHOOSE}),  # signed in, no unit chosen yet
    (ActorKind.MEMBER, "member"): _UNIT_MEMBER,
    (ActorKind.MEMBER, "contact"): _UNIT_MANAGER,  # 連絡責任者
    (ActorKind.MEMBER, "officer"): _UNIT_OFFICER,  # 個人情報管理・苦情処理責任者
    (ActorKind.OFFICE, "office_clerk"): _OFFICE,
    (ActorKind.OFFICE, "office_desk"): frozenset(
        {
            Permission.OFFICE_HOME_READ,
            Permission.OFFICE_ANNOUNCEMENT_READ,
            Permission.OFFICE_COMPLAINT_HANDLE,
            Permission.OFFICE_REPORT_READ,
        }
    ),  # 苦情申出等受付担当者
    (ActorKind.BUREAU, "bureau_clerk"): _BUREAU,
}


def permissions_of(kind: ActorKind, role: str | None) -> frozenset[Permission]:
    """Everything a role includes; empty for a role that is not known. Nobody has a right by default."""
    granted = _BY_ROLE.get((kind, role))
    return frozenset() if granted is None else granted | {Permission.OWN_ACCOUNT_CHANGE}


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the role somebody acts in now includes an act. Says nothing about which row."""
    return permission in permissions_of(actor.kind, actor.role)
