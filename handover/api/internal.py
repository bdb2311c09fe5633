"""What actions ask the desk for. Whoever lacks the secret learns not even that these addresses exist."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Header

from handover.api.dependencies import TheDesk, TheSettings
from handover.contract.selfservice import AccountAsked, AccountFound, ServiceAnswered, ServiceRequested
from handover.contract.turns import CreditClaimed, CreditDecided, OrdersAsked, OrdersFound
from handover.domain.errors import NotFound


def knows_the_secret(settings: TheSettings, x_kulanz_secret: Annotated[str, Header()] = "") -> None:
    secret = settings.channel_secret.get_secret_value()
    if not secret or not hmac.compare_digest(x_kulanz_secret.encode(), secret.encode()):
        raise NotFound("Not found.")


router = APIRouter(prefix="/internal", dependencies=[Depends(knows_the_secret)])


@router.post("/orders")
def orders(body: OrdersAsked, desk: TheDesk) -> OrdersFound:
    return desk.shop.orders_for(body)


@router.post("/account")
def account(body: AccountAsked, desk: TheDesk) -> AccountFound:
    return desk.account.find(body)


@router.post("/requests")
def request(body: ServiceRequested, desk: TheDesk) -> ServiceAnswered:
    return desk.selfservice.ask(body)


@router.post("/credit-claims")
def credit_claim(body: CreditClaimed, desk: TheDesk) -> CreditDecided:
    return desk.credits.claim(body)
