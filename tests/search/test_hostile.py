"""Whatever is typed, whatever the names: never a failure, and only true answers."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ror_server.domain.words import fold
from ror_server.search.query import Answer, Near, Query
from ror_server.search.spelling import WRONG, Vocabulary, spread, words_of
from tests.search.directory import Directory

HOSTILE = [
    '"', "''", "a AND b", "NEAR(a b)", "NOT ehpad", "ehpad OR", "*", "ehpad*", "n : ehpad", "{n l} : x", "( (",
    "^ehpad", "ehpad -paris", "\x00ehpad", "ehpad\x00", "\ud800", "👩‍⚕️", "%_%", "[/red]", "\x1b[31m",
    "; DROP TABLE docs", "a\u0301", "１２３", "ﬁ", "ſ", "İ", "١٢٣", "é" * 500, "0" * 24, "1" * 10_000, "a" * 10_000,
    "ehpad " * 2000,
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE)
async def test_a_hostile_text_is_only_a_text(directory: Directory, typed: str) -> None:
    await directory.eg('EHPAD [/red] "LES" AND NOT OR NEAR( \x1b[31m 日本 👩‍⚕️')
    found = await directory.search(typed)
    assert all(0 <= start < end <= 8 for start, end in found.marks("EHPAD 日本"))


async def test_the_words_of_the_language_of_the_index_are_found_as_words(directory: Directory) -> None:
    await directory.eg("FOYER AND NOT OR NEAR")
    for word in ("and", "not", "or", "near", "foyer AND not"):
        assert await directory.found(word) == ["FOYER AND NOT OR NEAR"]


TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(["EHPAD", "saint", "ŒUVRE", "d’aix", "-", "hôpital", "75 013", "日本", "ß", "st", "chu"]),
    max_size=8,
).map(" ".join)


@given(TEXTS)
def test_a_text_is_cut_into_the_words_that_it_folds_to(text: str) -> None:
    words = words_of(text)
    assert [word.text for word in words] == fold(text).split()
    assert all(0 <= word.start < word.end <= len(text) for word in words)


@given(TEXTS, TEXTS)
def test_marks_are_apart_in_order_and_inside_the_text(typed: str, shown: str) -> None:
    query = Query.of(typed).with_mistakes(Vocabulary(fold(shown).split()))
    runs = query.marks(shown)
    assert all(0 <= start < end <= len(shown) for start, end in runs)
    assert all(before[1] < after[0] for before, after in pairwise(runs))


@given(TEXTS, TEXTS)
def test_what_is_ranked_answers_every_word(typed: str, name: str) -> None:
    folded = spread(fold(name))
    query = Query.of(typed).with_mistakes(Vocabulary(folded.split()))
    answer = Answer(1, "id", 0, closed=False, key=fold(name), names=folded, places="", departement=None)
    ranked = query.rank(answer, Near(), frozenset())
    answered = all(any(word.quality(one) != WRONG for one in folded.split()) for word in query.words)
    assert (ranked is not None) == answered


@given(st.text("abcdefgh", min_size=4, max_size=12), st.data())
def test_one_mistake_is_forgiven(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("xyz"))
    typed = data.draw(
        st.sampled_from(
            [word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1 :]]
        )
    )
    if len(typed) >= 4 and not word.startswith(typed):
        assert word in Vocabulary([word]).near(typed, 10)
