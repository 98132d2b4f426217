"""The search for circles is put off for a while, and goes on as before whatever happens."""

from __future__ import annotations

import gc

import pytest

from extract.garbage import search_put_off


def test_the_search_goes_on_afterwards() -> None:
    with search_put_off():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_search_goes_on_after_an_error() -> None:
    with pytest.raises(ValueError, match="damaged"), search_put_off():
        raise ValueError("damaged")
    assert gc.isenabled()


def test_who_switched_it_off_finds_it_off() -> None:
    gc.disable()
    try:
        with search_put_off():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
