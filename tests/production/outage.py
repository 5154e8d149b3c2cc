"""A fault in the middle of many conversations: before it, under it, after it."""
from __future__ import annotations

import asyncio
from typing import Awaitable, Callable

from tests.production.visitors import Said, Visitor, Visitors

PAUSE_SECONDS = 2.0  # a talker reads before it goes on; six of them keep a small machine half busy
TALKERS, REPORTERS = 6, 6
CONVERSATIONS = 20  # that run when a replica is lost
WAIT_SECONDS = 90.0  # for every talker to have got a number of answers

Step = Callable[[], Awaitable[object]]


class Talk:
    """Conversations that go on by themselves until they are told to end.

    One in two has reported a red flag and answers the questions of the form; the others ask.
    """

    def __init__(self, visitors: Visitors, talkers: int = TALKERS) -> None:
        self._talkers = visitors.several(talkers)
        self._answers = [0] * talkers
        self._over = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        """Let everybody say their first words, and go on from there."""
        self._tasks = [asyncio.create_task(self._go_on(place, visitor))
                       for place, visitor in enumerate(self._talkers)]
        await self.further(1)

    async def further(self, turns: int) -> None:
        """Until everybody got so many more answers.

        Raises:
            AssertionError: that took too long.
        """
        due = [count + turns for count in self._answers]
        for _ in range(int(WAIT_SECONDS / 0.1)):
            if all(count >= wanted for count, wanted in zip(self._answers, due)):
                return
            if failed := [task for task in self._tasks if task.done()]:
                failed[0].result()
            await asyncio.sleep(0.1)
        raise AssertionError(f"the talkers wait for answers: {self._answers}, due {due}")

    async def end(self) -> None:
        """Let everybody finish what they are saying."""
        self._over.set()
        await asyncio.gather(*self._tasks)

    async def _go_on(self, place: int, visitor: Visitor) -> None:
        turn = 0
        while not self._over.is_set():
            if place % 2 == 0 and turn == 0:
                await visitor.report(place)
            elif place % 2 == 0 and turn % 3 == 1:
                await visitor.say("yes")
            else:
                await visitor.ask(place + turn)
            turn += 1
            self._answers[place] += 1
            try:
                await asyncio.wait_for(self._over.wait(), PAUSE_SECONDS)
            except asyncio.TimeoutError:
                continue


async def reports_by_newcomers(visitors: Visitors, count: int = REPORTERS) -> list[Said]:
    """People who come while the fault is on, report, and answer the first question."""
    newcomers = visitors.several(count)
    reports = await asyncio.gather(*(visitor.report(place)
                                     for place, visitor in enumerate(newcomers)))
    await asyncio.gather(*(visitor.say("yes") for visitor in newcomers))
    return list(reports)


async def everybody_speaks(people: list[Visitor], turn: int) -> None:
    """All at once: some report at first and answer then, some report later, the others ask."""
    async def speak(place: int, visitor: Visitor) -> None:
        if place % 4 == 0 and turn:
            await visitor.say("yes")
        elif place % 4 == 0 or place % 4 == 2 and turn:
            await visitor.report(place)
        else:
            await visitor.ask(place + turn)

    await asyncio.gather(*(speak(place, visitor) for place, visitor in enumerate(people)))


def answers_so_far(visitors: Visitors) -> int:
    return sum(said.answered is not None for said in visitors.said)


async def answered(visitors: Visitors, messages: int) -> None:
    """Until so many messages are answered."""
    while answers_so_far(visitors) < messages:
        await asyncio.sleep(0.005)


async def outage(visitors: Visitors, strike: Step, mend: Step,
                 recovered: Callable[[], Awaitable[float]],
                 least_seconds: float = 0.0) -> tuple[list[Said], float]:
    """Let people talk while a part is away; what they said, and the seconds to recover.

    Args:
        visitors: nobody yet.
        strike: takes the part away.
        mend: brings it back.
        recovered: waits until its return is noticed; returns the seconds that took.
        least_seconds: how long it stays away at least.
    """
    async with visitors:
        talk = Talk(visitors)
        await talk.begin()
        await strike()
        away = asyncio.create_task(asyncio.sleep(least_seconds))
        await reports_by_newcomers(visitors)
        await talk.further(2)
        await away
        await mend()
        seconds = await recovered()
        await talk.further(1)
        await talk.end()
        return visitors.said, seconds
