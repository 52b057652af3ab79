"""The order of the work, and that outdated work is dropped."""

import asyncio
import threading
import time

import pytest

from vnetlint.engine.lint import lint
from vnetlint.inputkey import FileKey
from vnetlint.interruption import interruptible, pause
from vnetlint.lsp.schedule import Schedule, SupersededError
from vnetlint.settings import Settings
from vnetlint.xml.source import Source


def test_the_last_change_is_linted_first_and_each_document_once() -> None:
    order: list[str] = []

    async def run() -> None:
        schedule: Schedule[str] = Schedule(lambda key: key, lambda key, _: order.append(key))
        for key in ("b", "c"):
            schedule.touch(key, urgent=False)
        for key in ("a", "x", "a"):
            schedule.touch(key)
        await asyncio.gather(*(schedule.judged(key) for key in ("a", "b", "c", "x")))
        schedule.close()

    asyncio.run(run())
    assert order == ["a", "x", "b", "c"]


def test_a_newer_text_ends_the_work_on_an_older_one() -> None:
    texts = {"a": 1}
    delivered: list[int] = []
    begun = threading.Event()
    began: list[int] = []

    async def run() -> None:
        def work(key: str) -> int:
            text = texts[key]
            began.append(text)
            begun.set()
            while text == 1:
                schedule.pause()
                time.sleep(0.001)
            return text

        schedule: Schedule[int] = Schedule(work, lambda _, text: delivered.append(text))
        schedule.touch("a")
        await asyncio.to_thread(begun.wait)
        texts["a"] = 2
        schedule.touch("a")
        await asyncio.wait_for(schedule.judged("a"), 5)
        schedule.close()

    asyncio.run(run())
    assert began == [1, 2]
    assert delivered == [2]


def test_awaited_work_goes_before_work_in_progress() -> None:
    order: list[str] = []
    begun = threading.Event()

    async def run() -> None:
        def work(key: str) -> str:
            if key == "slow" and not begun.is_set():
                begun.set()
                while True:
                    schedule.pause()
                    time.sleep(0.001)
            return key

        schedule: Schedule[str] = Schedule(work, lambda key, _: order.append(key))
        schedule.touch("slow", urgent=False)
        await asyncio.to_thread(begun.wait)
        schedule.touch("typed")
        await asyncio.wait_for(asyncio.gather(schedule.judged("typed"), schedule.judged("slow")), 5)
        schedule.close()

    asyncio.run(run())
    assert order == ["typed", "slow"]


def test_failing_work_releases_its_waiters_and_the_next_goes_on() -> None:
    delivered: list[str] = []

    async def run() -> None:
        def work(key: str) -> str:
            if key == "bad":
                raise ValueError(key)
            return key

        schedule: Schedule[str] = Schedule(work, lambda key, _: delivered.append(key))
        schedule.touch("bad")
        schedule.touch("good")
        await asyncio.wait_for(asyncio.gather(schedule.judged("bad"), schedule.judged("good")), 5)
        schedule.close()

    asyncio.run(run())
    assert delivered == ["good"]


def test_a_call_is_never_superseded() -> None:
    async def run() -> str:
        schedule: Schedule[str] = Schedule(lambda key: key, lambda _key, _found: None)

        def ask() -> str:
            for _ in range(20):
                schedule.pause()
                time.sleep(0.001)
            return "answered"

        answer = schedule.call(ask)
        schedule.touch("a")
        found = await answer
        schedule.close()
        return found

    assert asyncio.run(run()) == "answered"


def test_work_does_not_block_the_loop() -> None:
    release = threading.Event()

    async def run() -> float:
        schedule: Schedule[bool] = Schedule(lambda _: release.wait(5), lambda _key, _found: None)
        schedule.touch("a")
        await asyncio.sleep(0.01)
        start = time.monotonic()
        await asyncio.sleep(0)
        took = time.monotonic() - start
        release.set()
        await schedule.judged("a")
        schedule.close()
        return took

    assert asyncio.run(run()) < 1


def test_newer_text_or_a_cancelled_request_ends_a_question() -> None:
    ended: list[str] = []

    async def run() -> None:
        schedule: Schedule[str] = Schedule(lambda key: key, lambda *_: None)
        begun = threading.Event()

        def long() -> None:
            begun.set()
            try:
                while True:
                    pause()
                    time.sleep(0.001)
            except SupersededError:
                ended.append("ended")
                raise

        asking = asyncio.create_task(schedule.ask(long))
        await asyncio.to_thread(begun.wait)
        schedule.touch("a")
        with pytest.raises(SupersededError):
            await asyncio.wait_for(asking, 5)
        begun.clear()
        asking = asyncio.create_task(schedule.ask(long))
        await asyncio.to_thread(begun.wait)
        asking.cancel()
        assert await asyncio.wait_for(schedule.ask(lambda: "next"), 5) == "next"
        schedule.close()

    asyncio.run(run())
    assert ended == ["ended", "ended"]


def test_work_in_the_background_gives_way_to_a_question() -> None:
    async def run() -> None:
        schedule: Schedule[str] = Schedule(lambda key: key, lambda *_: None)
        begun = threading.Event()

        def long() -> None:
            begun.set()
            while True:
                pause()
                time.sleep(0.001)

        asking = asyncio.create_task(schedule.ask(long, background=True))
        await asyncio.to_thread(begun.wait)
        assert await asyncio.wait_for(schedule.ask(lambda: 1), 5) == 1
        with pytest.raises(SupersededError):
            await asking
        schedule.close()

    asyncio.run(run())


def test_an_explanation_can_be_interrupted() -> None:
    """A rule that fails is a finding; work that was interrupted is not."""
    faulty = "<x/>" * 5000
    source = Source(FileKey("a.xml"), f"<domain><name>a</name><devices>{faulty}</devices></domain>")
    calls = 0

    def after_some() -> None:
        nonlocal calls
        calls += 1
        if calls > 20:
            raise SupersededError

    with pytest.raises(SupersededError), interruptible(after_some):
        lint([source], Settings())
    assert calls == 21
    pause()


def test_work_that_the_end_interrupts_is_not_begun_again(caplog: pytest.LogCaptureFixture) -> None:
    begun = threading.Event()

    async def run() -> None:
        def work(key: str) -> str:
            begun.set()
            while True:
                pause()
                time.sleep(0.001)

        schedule: Schedule[str] = Schedule(work, lambda *_: None)
        schedule.touch("a")
        await asyncio.to_thread(begun.wait)
        schedule.close()
        await asyncio.sleep(0.05)

    asyncio.run(run())
    assert not caplog.records
