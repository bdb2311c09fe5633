"""What the labels of the public development sets are in our intents. Several of ours make up most of theirs."""

from __future__ import annotations

OURS = {
    "track_order": "order_status parcel_late parcel_lost missed_delivery delivery_time",
    "delivery_problem": "parcel_late parcel_lost parcel_damaged partial_delivery wrong_item missed_delivery",
    "complaint": "complaint dissatisfied insult goodwill parcel_late",
    "account_login": "login_problem password_reset two_factor change_email change_contact_data delete_account my_contact_data",
    "refund_status": "refund_status refund_duration",
    "return_item": "return_how return_period return_costs return_label exchange",
    "payment_methods": "payment_methods paypal amazon_pay apple_google_pay sepa_debit pay_by_invoice instalments "
    "failed_payment change_payment_method",
    "invoice_question": "invoice_explain invoice_download company_invoice double_charge dunning invoice_due",
    "cancel_subscription": "cancel_subscription notice_period",
    "change_subscription": "upgrade_plan downgrade_plan pause_subscription resume_subscription share_or_transfer "
    "plans_overview my_subscription",
    "request_human": "talk_to_human",
    "contact_details": "contact_ways opening_hours store_location",
    "shipping_costs": "shipping_costs shipping_abroad express_shipping delivery_time",
    "cancel_order": "cancel_order",
    "outage_status": "outage_status report_outage device_offline",
    "product_question": "compatibility device_setup battery camera_privacy warranty plans_overview student_discount "
    "voucher_redeem trial_period delivery_place nlu_fallback",
    "greet": "greet",
    "goodbye": "goodbye",
    "thanks": "thanks",
    "affirm": "affirm",
    "deny": "deny",
}
THEIRS = {label: frozenset(intents.split()) for label, intents in OURS.items()}
OUT_OF_SCOPE = frozenset({"out_of_scope", "small_talk", "noise", "other_language"})
"""Understood as none of the shop's business."""


def as_theirs(intent: str, label: str, also: str) -> str:
    """Their label for an intent of ours: the right one (or what also counts as right), if it is among its labels."""
    if intent in THEIRS[label] or intent in THEIRS.get(also, ()):
        return label
    return next((name for name, intents in THEIRS.items() if intent in intents), intent)
