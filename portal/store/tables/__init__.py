"""Every table of the portal, by noun. Importing this room fills ``metadata``."""

from portal.store.tables.account import access_code, account, post, recovery_code, session, signin_attempt
from portal.store.tables.announcement import (
    announcement,
    announcement_opened,
    announcement_read,
    maintenance,
    reminder,
)
from portal.store.tables.application import (
    application,
    application_check,
    application_counter,
    application_event,
)
from portal.store.tables.audit import audit
from portal.store.tables.base import metadata
from portal.store.tables.code import code, code_table
from portal.store.tables.complaint import (
    complaint,
    complaint_event,
    complaint_note,
    complaint_reading,
    complaint_transcript,
)
from portal.store.tables.correction import correction
from portal.store.tables.draft import draft, late_form
from portal.store.tables.installation import installation, worker_beat
from portal.store.tables.measure import measure
from portal.store.tables.notice_care import notice_care
from portal.store.tables.outbox import outbox
from portal.store.tables.paid_service import (
    paid_ledger,
    paid_notice_event,
    paid_service,
    paid_service_version,
)
from portal.store.tables.people import session_cut, unit_invitation
from portal.store.tables.rarity import (
    rarity_node,
    rarity_placing,
    rarity_run,
    rarity_threshold,
    seeker_choice,
)
from portal.store.tables.registration_job import (
    registration_job,
    registration_origin,
    registration_piece,
    registration_refusal,
)
from portal.store.tables.relay import (
    block,
    block_tombstone,
    hand_over,
    message,
    outcome_event,
    profile_view,
    quota_use,
    send,
    thread,
)
from portal.store.tables.retention import (
    retention_notice,
    retention_run,
    seeker_erasure,
    thread_text_end,
)
from portal.store.tables.safe_message import lawfulness, message_mark, message_report
from portal.store.tables.saved_search import saved_search
from portal.store.tables.seal import audit_drop, audit_seal, audit_seal_mark
from portal.store.tables.seeker import (
    consent,
    held_text,
    profile,
    profile_choice,
    profile_text,
    seeker,
    seeker_change,
    seeker_identity,
    terms_version,
)
from portal.store.tables.unit import (
    branch,
    contractor,
    contractor_period,
    department,
    letterhead,
    membership,
    unit,
    unit_record,
)
from portal.store.tables.words import profile_words
from portal.store.tables.writing import selection, template

__all__ = [
    "access_code",
    "account",
    "announcement",
    "announcement_opened",
    "announcement_read",
    "application",
    "application_check",
    "application_counter",
    "application_event",
    "audit",
    "audit_drop",
    "audit_seal",
    "audit_seal_mark",
    "block",
    "block_tombstone",
    "branch",
    "code",
    "code_table",
    "complaint",
    "complaint_event",
    "complaint_note",
    "complaint_reading",
    "complaint_transcript",
    "consent",
    "contractor",
    "contractor_period",
    "correction",
    "department",
    "draft",
    "hand_over",
    "held_text",
    "installation",
    "late_form",
    "lawfulness",
    "letterhead",
    "maintenance",
    "measure",
    "membership",
    "message",
    "message_mark",
    "message_report",
    "metadata",
    "notice_care",
    "outbox",
    "outcome_event",
    "paid_ledger",
    "paid_notice_event",
    "paid_service",
    "paid_service_version",
    "post",
    "profile",
    "profile_choice",
    "profile_text",
    "profile_view",
    "profile_words",
    "quota_use",
    "rarity_node",
    "rarity_placing",
    "rarity_run",
    "rarity_threshold",
    "recovery_code",
    "registration_job",
    "registration_origin",
    "registration_piece",
    "registration_refusal",
    "reminder",
    "retention_notice",
    "retention_run",
    "saved_search",
    "seeker",
    "seeker_change",
    "seeker_choice",
    "seeker_erasure",
    "seeker_identity",
    "selection",
    "send",
    "session",
    "session_cut",
    "signin_attempt",
    "template",
    "terms_version",
    "thread",
    "thread_text_end",
    "unit",
    "unit_invitation",
    "unit_record",
    "worker_beat",
]
