"""A slow line gets little at once; a fast one is never held back; one that does not answer neither."""

from __future__ import annotations

from ror_tui.frames.pace import FIRST, LEAST, PACKET, SILENCE, Pace

RATE, TRIP = 8000.0, 0.1


def held_key(pace: Pace, seconds: float, frame: int, *, every: float = 1 / 30) -> tuple[int, float]:
    """Send a frame for each repeat of a key over a slow line; give how many went, and when the last is drawn."""
    now, sent, drawn = 0.0, 0, 0.0
    answers: list[float] = []
    while now < seconds:
        while answers and answers[0] <= now:
            pace.answered(answers.pop(0))
        if pace.free(now):
            pace.sent(frame, now)
            drawn = max(drawn, now + TRIP / 2) + (frame + PACKET) / RATE
            answers.append(drawn + TRIP / 2)
            sent += 1
        now += every
    return sent, drawn


def test_a_slow_line_lags_less_than_a_second_behind_a_key_held_down() -> None:
    pace = Pace()
    pace.sent(400, -1)
    pace.answered(-1 + TRIP + 0.06)
    sent, drawn = held_key(pace, 5.0, 2300)
    assert sent >= 5
    assert drawn < 6.0
    assert pace.window == LEAST


def test_a_fast_line_is_never_held_back() -> None:
    pace = Pace()
    for frame in range(100):
        assert pace.free(frame / 60)
        pace.sent(1500, frame / 60)
        pace.answered(frame / 60 + 0.002)
    assert pace.window >= FIRST


def test_a_terminal_that_answers_nothing_is_asked_no_more() -> None:
    pace = Pace()
    for frame in range(10):
        assert pace.free(frame / 10)
        pace.sent(9000, frame / 10)
    assert pace.free(10 / 10 + SILENCE)
    assert not pace.asks(9000)
    pace.sent(90_000, 5.0, asked=False)
    assert pace.free(5.0)


def test_an_answer_that_is_lost_stops_nothing() -> None:
    pace = Pace()
    pace.sent(100, 0)
    pace.answered(0.1)
    pace.sent(90_000, 1)
    assert not pace.free(1.5)
    assert 0 < pace.patience(1.5) <= SILENCE
    assert pace.free(1 + SILENCE)
    assert pace.asks(400)
    assert not pace.asks(1)
