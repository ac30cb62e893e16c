"""Server-sent events, however their bytes are cut, and from servers that are not ours."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_tui.api_client.sse import LONGEST_EVENT, EventTooLongError, Message, Parser


def read(*chunks: bytes) -> list[Message]:
    parser = Parser()
    return [message for chunk in chunks for message in parser.feed(chunk)]


def test_an_event_has_a_type_its_data_and_an_id() -> None:
    assert read(b"event: publication\nid: 17-ab\ndata: {}\n\n") == [Message("publication", "{}", "17-ab")]


def test_comments_unknown_fields_and_empty_events_are_left_out() -> None:
    assert read(b":\n\n: beat\n\nretry: 3\nfoo: bar\nevent: x\n\ndata\ndata\n\n") == [Message("message", "\n", None)]


def test_the_id_lasts_until_another_one_comes_even_without_data() -> None:
    assert read(b"id: 1\n\ndata: a\n\nid: 2\ndata: b\n\ndata: c\n\n") == [
        Message("message", "a", "1"),
        Message("message", "b", "2"),
        Message("message", "c", "2"),
    ]


def test_an_id_with_a_null_character_is_not_one() -> None:
    assert read(b"id: a\0b\ndata: x\n\n") == [Message("message", "x", None)]


def test_an_event_without_its_blank_line_is_not_one_yet() -> None:
    assert read(b"data: a\n\ndata: b\n") == [Message("message", "a", None)]


def test_only_one_space_after_the_colon_is_not_data() -> None:
    assert read(b"data:  a\ndata:b \n\n") == [Message("message", " a\nb ", None)]


def test_a_byte_order_mark_is_left_out_at_the_start_only() -> None:
    assert read("\ufeffdata: a\n\n\ufeffdata: b\ndata: c\n\n".encode()) == [
        Message("message", "a", None),
        Message("message", "c", None),
    ]


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert read(b"data: \xff\xfe\n\n") == [Message("message", "\N{REPLACEMENT CHARACTER}" * 2, None)]


@pytest.mark.parametrize("endless", [b"x", b"data: x\n", b": comment\n"])
def test_an_event_without_end_does_not_fill_the_memory(endless: bytes) -> None:
    chunks = [endless * 1000] * (LONGEST_EVENT // len(endless) // 100)
    with pytest.raises(EventTooLongError):
        read(*chunks)


LINES = st.sampled_from(
    [
        "data: été – Œuvre",
        "data",
        "data:",
        "event: publication",
        "id: 12-ab",
        "id",
        ": œ",
        "",
        "",
        "",
        "retry: 1",
        "\ufeff",
        "data: 🏥 é",
    ]
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@given(st.lists(st.tuples(LINES, ENDS), max_size=30), st.lists(st.integers(0, 400), max_size=40))
def test_any_cutting_of_the_bytes_gives_the_same_events(lines: list[tuple[str, str]], cuts: list[int]) -> None:
    whole = "".join(line + end for line, end in lines).encode()
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    pieces = [whole[start:end] for start, end in pairwise(places)]
    byte_by_byte = [whole[place : place + 1] for place in range(len(whole))]
    assert read(*pieces) == read(whole) == read(*byte_by_byte)
    assert read(whole) == read("".join(line + "\n" for line, _ in lines).encode())
