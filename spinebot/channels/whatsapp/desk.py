"""Work off inbox and outbox: answer each person in order, then send in order."""
from __future__ import annotations

import asyncio
import logging
import time
import uuid
from typing import Any, Optional, Union

from spinebot.channels.whatsapp import inbox, outbox, people, queues
from spinebot.channels.whatsapp.answer import Answerer
from spinebot.channels.whatsapp.codes import TOKEN_CODES, Outcome, Verdict
from spinebot.channels.whatsapp.database import Database
from spinebot.channels.whatsapp.events import Delivery
from spinebot.channels.whatsapp.intake import Intake
from spinebot.channels.whatsapp.lanes import Lanes, forget_result
from spinebot.channels.whatsapp.said import Said
from spinebot.channels.whatsapp.transport import Transport
from spinebot.channels.whatsapp.turnstile import Turnstile

TURNS_AT_ONCE, TURNS_WAITING, TURN_WAITS_AFTER = 3, 64, 1.0
SENDS_AT_ONCE = 32
ELSEWHERE = 0.5  # seconds until a person that another process works for is tried again
SWEEP_SECONDS = 5.0
FORGET_SECONDS = 3600.0
STOP_PATIENCE = 5.0
ROUNDS_FOR_WEBHOOKS = 50  # of 10 ms, at most, so that a stream of them stops nothing

logger = logging.getLogger(__name__)


class Desk:
    """The core of a channel.

    Args:
        channel: its name.
        database: inbox and outbox.
        transport: the way out.
        answerer: runs turns.
        unit: seconds of one unit of waiting.
    """

    def __init__(self, channel: str, database: Database, transport: Transport,
                 answerer: Answerer, unit: float) -> None:
        self._channel, self._database, self._transport = channel, database, transport
        self._said = Said(database, answerer, transport)
        self._intake = Intake(channel, database, unit)
        self._unit = unit
        self._owner = uuid.uuid4().hex
        self._answers, self._deliveries = Lanes(self._answer), Lanes(self._deliver)
        self._turns = Turnstile(TURNS_AT_ONCE, TURNS_WAITING, TURN_WAITS_AFTER)
        self._sends = asyncio.Semaphore(SENDS_AT_ONCE)
        self._sweeper: Optional[asyncio.Task[None]] = None
        self._last_code: Optional[int] = None
        self._refused = False  # the provider refuses our token

    async def start(self) -> None:
        """Take up what an earlier process left; a new token revives what the old one stopped."""
        await self._transport.open()
        await self._database.run(outbox.revive, self._channel, TOKEN_CODES, time.time())
        await self._wake_all()
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    async def stop(self) -> None:
        """End what runs, start nothing more; what is open stays stored."""
        if self._sweeper:
            self._sweeper.cancel()
        await self._answers.stop(STOP_PATIENCE)
        await self._deliveries.stop(STOP_PATIENCE)
        await self._transport.close()
        await self._database.close()

    async def accept(self, delivery: Delivery) -> None:
        """Store a delivery for good, then see to it; raises if it could not be stored."""
        for code in (*delivery.errors, *(status.code for status in delivery.statuses)):
            self._heard_of(code)
        if not (delivery.messages or delivery.statuses or delivery.changes):
            return
        taken = await self._intake.store(delivery)
        for conversation in taken.to_answer:
            self._answers.wake(conversation)
        for conversation in taken.to_send:
            self._deliveries.wake(conversation)

    async def health(self) -> dict[str, Any]:
        """Depth of the queues, failures, and whether somebody should look."""
        depth = await self._database.run(queues.depth, self._channel, time.time())
        bad = self._refused or depth.dead_urgent > 0
        return {"status": "degraded" if bad else "ok", "token_refused": self._refused,
                "last_code": self._last_code, **depth.as_dict()}

    async def _answer(self, conversation: str) -> Optional[float]:
        answered: Optional[inbox.Answered] = None
        while True:
            async with self._turns.turn():
                if not await self._mine(conversation):
                    return ELSEWHERE
                message = await self._database.run(_close_and_next, self._channel, conversation,
                                                   answered, time.time())
                if answered:
                    self._deliveries.wake(conversation)
                if message is None:
                    break
                await self._webhooks_first()
                if not (message.interrupted or message.over_limit):
                    seen = asyncio.ensure_future(self._transport.seen(message.message_id))
                    seen.add_done_callback(forget_result)
                answered = inbox.Answered(message, await self._said.to(message),
                                          self._transport.plain)
        await self._let_go(conversation, self._deliveries)
        return None

    async def _webhooks_first(self) -> None:
        """Let deliveries that are being stored finish before a turn takes the processor."""
        for _ in range(ROUNDS_FOR_WEBHOOKS):
            if not self._intake.busy:
                return
            await asyncio.sleep(0.01)

    async def _deliver(self, conversation: str) -> Optional[float]:
        tried: Optional[outbox.Tried] = None
        while True:
            async with self._sends:
                if not await self._mine(conversation):
                    return ELSEWHERE
                due = await self._database.run(_record_and_next, conversation, tried, self._unit,
                                               time.time())
                if due is None:
                    break
                if isinstance(due, outbox.Later):
                    return max(0.0, due.at - time.time())
                tried = outbox.Tried(due, await self._try(due))
        await self._let_go(conversation, self._answers)
        return None

    async def _try(self, due: outbox.Due) -> Outcome:
        try:
            outcome = await self._transport.send(due)
        except Exception as error:
            logger.error("a WhatsApp send failed: %s", type(error).__name__)
            outcome = Outcome(Verdict.UNCERTAIN)
        self._heard_of(outcome.code)
        if outcome.verdict is Verdict.SENT:
            self._refused = False
        elif outcome.verdict is Verdict.DEAD:
            logger.error("a WhatsApp message was given up: code %s%s", outcome.code,
                         ", URGENT" if due.message.urgent else "")
        return outcome

    def _heard_of(self, code: Optional[int]) -> None:
        if code is None:
            return
        self._last_code = code
        if code in TOKEN_CODES and not self._refused:
            self._refused = True
            logger.critical("WhatsApp refuses the access token (code %s): no answer reaches "
                            "anybody until it is replaced", code)

    async def _mine(self, conversation: str) -> bool:
        return not self._database.shared or await self._database.run(
            people.claim, conversation, self._owner, time.time())

    async def _let_go(self, conversation: str, other: Lanes) -> None:
        if self._database.shared and not other.busy(conversation):
            await self._database.run(people.release, conversation, self._owner)

    async def _wake_all(self) -> None:
        for conversation in await self._database.run(queues.open_conversations, self._channel):
            self._answers.wake(conversation)
            self._deliveries.wake(conversation)

    async def _sweep(self) -> None:
        """Drop what is old, and take over from processes that died."""
        forgotten = 0.0
        while True:
            try:
                if time.monotonic() - forgotten > FORGET_SECONDS or not forgotten:
                    forgotten = time.monotonic()
                    await self._database.run(_forget, time.time())
                if self._database.shared:
                    await self._wake_all()
            except Exception as error:
                logger.error("WhatsApp's database failed: %s", type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)


def _close_and_next(connection: Any, channel: str, conversation: str,
                    answered: Optional[inbox.Answered], now: float) -> Optional[inbox.Waiting]:
    if answered:
        inbox.finish(connection, channel, answered, now)
    return inbox.next_message(connection, conversation)


def _record_and_next(connection: Any, conversation: str, tried: Optional[outbox.Tried],
                     unit: float, now: float) -> Union[outbox.Due, outbox.Later, None]:
    if tried:
        outbox.record(connection, tried, unit, now)
    return outbox.next_due(connection, conversation, unit, now)


def _forget(connection: Any, now: float) -> None:
    inbox.forget(connection, now)
    outbox.forget(connection, now, inbox.KEPT_SECONDS)
