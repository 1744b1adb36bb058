"""What is sealed opens only in its own place, with its own key, unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrations.sealing import CannotUnseal, Seal, hash_token, new_token

KEY = bytes(range(32))
SEAL = Seal(KEY)
PLACE = {"table": "stop", "column": "sealed", "row": "7"}


@given(st.binary(max_size=500))
def test_what_is_sealed_opens_as_it_was(content: bytes) -> None:
    assert SEAL.open(SEAL.seal(content, **PLACE), **PLACE) == content


@given(st.text())
def test_text_opens_as_text(text: str) -> None:
    assert SEAL.open_text(SEAL.seal(text, **PLACE), **PLACE) == text


@given(st.lists(st.text(max_size=4), min_size=6, max_size=6))
def test_it_opens_in_no_other_place(names: list[str]) -> None:
    here = dict(zip(("table", "column", "row"), names[:3], strict=True))
    there = dict(zip(("table", "column", "row"), names[3:], strict=True))
    if here == there:
        return

    with pytest.raises(CannotUnseal):
        SEAL.open(SEAL.seal(b"followed", **here), **there)


def test_where_one_name_ends_and_the_next_begins_matters() -> None:
    sealed = SEAL.seal(b"followed", table="ab", column="c", row="1")

    with pytest.raises(CannotUnseal, match=r"sealed in a\.bc"):
        SEAL.open(sealed, table="a", column="bc", row="1")


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    sealed = bytearray(SEAL.seal(b"followed from the station", **PLACE))
    sealed[place % len(sealed)] ^= change

    with pytest.raises(CannotUnseal):
        SEAL.open(bytes(sealed), **PLACE)


@given(st.binary(max_size=28))
def test_what_is_too_short_was_never_sealed(content: bytes) -> None:
    with pytest.raises(CannotUnseal):
        SEAL.open(content, **PLACE)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CannotUnseal, match="Restore the secret file"):
        Seal(bytes(32)).open(SEAL.seal(b"followed", **PLACE), **PLACE)


def test_the_same_words_are_never_sealed_alike() -> None:
    assert len({SEAL.seal(b"followed", **PLACE) for _ in range(100)}) == 100


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        Seal(b"short")


def test_a_seal_does_not_print_its_key() -> None:
    assert repr(SEAL) == "Seal(...)"


def test_a_mac_depends_on_content_purpose_and_key() -> None:
    mac = SEAL.mac(b"walk", purpose="content")

    assert len(mac) == 32
    assert mac == Seal(KEY).mac(b"walk", purpose="content")
    others = SEAL.mac(b"talk", purpose="content"), SEAL.mac(b"walk", purpose="ip"), Seal(b"x" * 32).mac(b"", purpose="")
    assert mac not in others


def test_tokens_are_long_and_kept_hashed() -> None:
    """SHA-256 of "abc" is FIPS 180-4's own example."""
    tokens = {new_token() for _ in range(100)}

    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 43
    assert hash_token("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
