"""What actions ask the desk: orders, accounts, requests and credit. The desk decides everything; nothing is kept here."""

from __future__ import annotations

from typing import TypeVar

import httpx

from handover.contract.base import Wire
from handover.contract.selfservice import AccountAsked, AccountFound, ServiceAnswered, ServiceRequested
from handover.contract.turns import CreditClaimed, CreditDecided, OrdersAsked, OrdersFound

Answer = TypeVar("Answer", bound=Wire)
TIMEOUT = 2.0
"""Seconds for one call; less than a turn's limit, so that the failure is told as one."""


class DeskUnavailable(Exception):
    """The desk gave no usable answer; the text says why, for the log only."""


class DeskClient:
    def __init__(self, url: str, secret: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"X-Kulanz-Secret": secret},
            timeout=TIMEOUT,
            trust_env=False,  # loopback: no proxy of the environment
            transport=transport,
        )

    async def orders(self, asked: OrdersAsked) -> OrdersFound:
        """Raises `DeskUnavailable`."""
        return await self._ask("/internal/orders", asked, OrdersFound)

    async def claim(self, claimed: CreditClaimed) -> CreditDecided:
        """Safe to repeat: the desk books a claim once. Raises `DeskUnavailable`."""
        return await self._ask("/internal/credit-claims", claimed, CreditDecided)

    async def account(self, asked: AccountAsked) -> AccountFound:
        """Raises `DeskUnavailable`."""
        return await self._ask("/internal/account", asked, AccountFound)

    async def request(self, asked: ServiceRequested) -> ServiceAnswered:
        """Safe to repeat: the desk carries a request out once. Raises `DeskUnavailable`."""
        return await self._ask("/internal/requests", asked, ServiceAnswered)

    async def close(self) -> None:
        await self._client.aclose()

    async def _ask(self, path: str, question: Wire, answer: type[Answer]) -> Answer:
        headers = {"Content-Type": "application/json"}
        try:
            response = await self._client.post(path, content=question.model_dump_json(), headers=headers)
            response.raise_for_status()
            return answer.model_validate_json(response.content)
        except (httpx.HTTPError, ValueError) as error:
            raise DeskUnavailable(f"{path}: {type(error).__name__}") from error
