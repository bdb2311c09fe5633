"""What a draft says of a customer's order, invoice or subscription, in the customer's language."""

from __future__ import annotations

from handover.contract.base import Language

TEXTS: dict[Language, dict[str, str]] = {
    "de": {
        "order.processing": "Ihre Bestellung {number} wird gerade vorbereitet. Zugesagt ist sie bis zum {promised}.",
        "order.processing_late": "Ihre Bestellung {number} ist leider noch nicht verschickt. Zugesagt war sie bis zum "
        "{promised}. Das tut mir leid.",
        "order.shipped": "Ihre Bestellung {number} wurde am {shipped} verschickt und soll bis zum {promised} bei Ihnen "
        "sein.",
        "order.shipped_late": "Ihre Bestellung {number} wurde am {shipped} verschickt. Zugesagt war sie bis zum {promised}; "
        "sie ist also verspätet. Das tut mir leid.",
        "order.delivered": "Ihre Bestellung {number} wurde am {delivered} zugestellt.",
        "order.delivered_late": "Ihre Bestellung {number} wurde am {delivered} zugestellt. Zugesagt war sie bis zum "
        "{promised}. Die Verspätung tut mir leid.",
        "order.partly_delivered": "Von Ihrer Bestellung {number} ist ein Teil angekommen, der Rest kommt noch.",
        "order.partly_delivered_late": "Von Ihrer Bestellung {number} ist erst ein Teil angekommen. Zugesagt war sie bis zum "
        "{promised}. Das tut mir leid.",
        "order.lost": "Ihre Bestellung {number} ist auf dem Weg zu Ihnen leider verloren gegangen. Das tut mir leid.",
        "order.returned": "Ihre Bestellung {number} ist als Rücksendung bei uns eingegangen.",
        "order.cancelled": "Ihre Bestellung {number} ist storniert und wird nicht geliefert.",
        "order.tracking": "Sie ist mit {carrier} unterwegs, die Sendungsnummer lautet {code}.",
        "order.link": "Hier können Sie sie verfolgen: {url}",
        "order.return_open": "Zurücksenden können Sie sie bis zum {day}.",
        "order.return_over": "Die Frist für eine Rücksendung endete am {day}.",
        "parcel.shipped": "Paket {place} ({names}) ist seit dem {day} mit {carrier} unterwegs, Sendungsnummer {code}.",
        "parcel.delivered": "Paket {place} ({names}) wurde am {day} von {carrier} zugestellt.",
        "parcel.lost": "Paket {place} ({names}), am {day} mit {carrier} verschickt, ist leider verloren gegangen.",
        "invoice.paid": "Ihre Rechnung {number} vom {issued} über {amount} ist bezahlt.",
        "invoice.open": "Ihre Rechnung {number} vom {issued} über {amount} ist noch offen und am {due} fällig.",
        "invoice.overdue": "Ihre Rechnung {number} vom {issued} über {amount} ist noch offen; sie war am {due} fällig.",
        "invoice.failed": "Die Zahlung Ihrer Rechnung {number} vom {issued} über {amount} ist leider fehlgeschlagen.",
        "subscription.active": "Ihr Abo {plan} ({number}) läuft für {amount} im Monat und ist bis zum {paid_until} bezahlt.",
        "subscription.ends": "Ihr Abo {plan} ({number}) ist gekündigt und endet am {ends}.",
        "subscription.paused": "Vom {from} bis zum {until} pausiert es.",
        "subscription.changes": "Ab dem {day} gilt der Tarif {plan}.",
    },
    "en": {
        "order.processing": "Your order {number} is being prepared. It is promised by {promised}.",
        "order.processing_late": "I am sorry: your order {number} has not been sent yet. It was promised by {promised}.",
        "order.shipped": "Your order {number} was sent on {shipped} and should be with you by {promised}.",
        "order.shipped_late": "Your order {number} was sent on {shipped}. It was promised by {promised}, so it is late. I am "
        "sorry about that.",
        "order.delivered": "Your order {number} was delivered on {delivered}.",
        "order.delivered_late": "Your order {number} was delivered on {delivered}. It was promised by {promised}. I am sorry "
        "about the delay.",
        "order.partly_delivered": "Part of your order {number} has arrived, the rest is still to come.",
        "order.partly_delivered_late": "Only part of your order {number} has arrived so far. It was promised by {promised}. I "
        "am sorry about that.",
        "order.lost": "I am sorry: your order {number} was lost on its way to you.",
        "order.returned": "Your order {number} has come back to us as a return.",
        "order.cancelled": "Your order {number} is cancelled and will not be delivered.",
        "order.tracking": "It is on its way with {carrier}; the tracking number is {code}.",
        "order.link": "You can follow it here: {url}",
        "order.return_open": "You can send it back until {day}.",
        "order.return_over": "The time to send it back ended on {day}.",
        "parcel.shipped": "Parcel {place} ({names}) has been on its way with {carrier} since {day}, tracking number {code}.",
        "parcel.delivered": "Parcel {place} ({names}) was delivered by {carrier} on {day}.",
        "parcel.lost": "Unfortunately parcel {place} ({names}), sent with {carrier} on {day}, was lost.",
        "invoice.paid": "Your invoice {number} of {issued} for {amount} is paid.",
        "invoice.open": "Your invoice {number} of {issued} for {amount} is still open and due on {due}.",
        "invoice.overdue": "Your invoice {number} of {issued} for {amount} is still open; it was due on {due}.",
        "invoice.failed": "Unfortunately the payment of your invoice {number} of {issued} for {amount} has failed.",
        "subscription.active": "Your subscription {plan} ({number}) runs at {amount} a month and is paid until {paid_until}.",
        "subscription.ends": "Your subscription {plan} ({number}) is cancelled and ends on {ends}.",
        "subscription.paused": "It is paused from {from} until {until}.",
        "subscription.changes": "From {day} on, the plan {plan} applies.",
    },
}
