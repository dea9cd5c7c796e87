"""The list of what is known to differ: it may only get shorter."""

from pathlib import Path

import pytest

from drypoint.conformance import ratchet
from drypoint.conformance.ratchet import Known, Ratchet
from drypoint.conformance.results import Drawn, Observed, Results, new_test

A, B = "matplotlib/tests/test_a.py::test_one", "matplotlib/tests/test_a.py::test_two[x-\\-é]"


def passing(**changes: object) -> Observed:
    return {**new_test(), "outcome": "passed", **changes}  # type: ignore[typeddict-item]


def differing(*whats: str, verdict: str = "different") -> Observed:
    drawn = [Drawn(index=i, how="save", verdict=verdict, what=w) for i, w in enumerate(whats)]
    return passing(drawn=drawn)


def run(tests: dict[str, Observed], *, complete: bool = True, kind: str = "tests") -> Results:
    meta = {"kind": kind, "complete": complete, "matplotlib": "3.11.2"}
    return Results(meta=meta, tests=tests)


def known(name: str, what: str, count: int = 1, reason: str = "because") -> Ratchet:
    return Ratchet([Known(name, what, count, reason)])


def test_what_differs_and_is_not_known_is_new() -> None:
    tests = {A: differing("pixels", "pixels", "metadata"), B: passing(outcome="failed")}
    found = ratchet.check(Ratchet(), [run(tests)])
    assert found.new == [f"{A}: pixels (2)", f"{A}: metadata (1)", f"{B}: failed"]
    assert found


def test_what_is_known_is_fine() -> None:
    assert not ratchet.check(known(A, "pixels", 2), [run({A: differing("pixels", "pixels")})])


def test_more_than_is_known_is_new() -> None:
    found = ratchet.check(known(A, "pixels"), [run({A: differing("pixels", "pixels")})])
    assert found.new == [f"{A}: pixels (2 instead of 1)"]


def test_less_than_is_known_is_reported() -> None:
    found = ratchet.check(known(A, "pixels", 2), [run({A: differing("pixels")})])
    assert found.gone == [f"{A}: pixels (1 instead of 2)"]
    found = ratchet.check(known(A, "failed"), [run({A: passing()})])
    assert found.gone == [f"{A}: failed"]


def test_unstable_draws_and_failures_of_agg_do_not_count() -> None:
    tests = {
        A: differing("pixels", verdict="unstable"),
        B: passing(outcome="failed", with_agg="failed"),
    }
    assert not ratchet.check(Ratchet(), [run(tests)])


def test_an_entry_of_a_test_that_did_not_run_stays() -> None:
    entry = known(A, "failed")
    assert not ratchet.check(entry, [run({B: passing()}, complete=False)])
    assert not ratchet.check(entry, [run({A: passing(outcome="skipped")})])
    assert not ratchet.check(entry, [run({A: passing(outcome="failed", with_agg="failed")})])
    assert not ratchet.check(entry, [run({"gallery/a.py": passing()}, kind="gallery")])


def test_an_entry_of_a_test_that_is_no_more_is_gone() -> None:
    assert ratchet.check(known(A, "failed"), [run({B: passing()})]).gone == [f"{A}: failed"]


def test_every_entry_needs_a_reason() -> None:
    found = ratchet.check(known(A, "pixels", reason=" "), [run({A: differing("pixels")})])
    assert found.unexplained == [f"{A}: pixels"]
    assert found


def test_a_complete_run_must_not_shrink() -> None:
    lists = Ratchet(expected={"3.11.2": {"tests": {"saves_identical": 3}}})
    tests = {A: passing(counts={"save png identical": 2})}
    found = ratchet.check(lists, [run(tests)])
    assert found.fewer == ["tests: saves_identical is 2, expected 3"]
    assert not ratchet.check(lists, [run(tests, complete=False)])


def test_update_makes_the_list_fit_and_keeps_reasons() -> None:
    before = Ratchet([Known(A, "pixels", 5, "why"), Known(B, "failed", 1, "gone now")])
    runs = [run({A: differing("pixels", "size"), B: passing()})]
    after = ratchet.update(before, runs)
    assert after.known == [Known(A, "pixels", 1, "why"), Known(A, "size", 1, "")]
    assert after.expected["3.11.2"]["tests"]["saves_identical"] == 0
    found = ratchet.check(after, runs)
    assert (found.new, found.gone, found.fewer) == ([], [], [])
    assert found.unexplained == [f"{A}: size"]


def test_update_expects_no_more_than_before() -> None:
    before = Ratchet(expected={"3.11.2": {"tests": {"saves_identical": 3, "draws_identical": 1}}})
    tests = {A: passing(counts={"save png identical": 2, "draw  identical": 5})}
    after = ratchet.update(before, [run(tests)]).expected["3.11.2"]["tests"]
    assert after["saves_identical"] == 2
    assert after["draws_identical"] == 1


def test_update_keeps_what_did_not_run() -> None:
    before = known(A, "failed")
    assert ratchet.update(before, [run({B: passing()}, complete=False)]) == before


def test_the_file_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "known.toml"
    lists = Ratchet(
        [Known(A, "failed", 1, 'says "no"\n\x7f'), Known(B, "pixels", 3, "é \\ ü")],
        {"3.11.2": {"tests": {"saves_identical": 12}, "gallery": {"scripts": 1}}},
    )
    ratchet.save(lists, path)
    assert ratchet.load(path) == lists


def test_a_missing_file_is_an_empty_list(tmp_path: Path) -> None:
    assert ratchet.load(tmp_path / "none.toml") == Ratchet()
    assert ratchet.load(None) == Ratchet()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[known]\n", "is not a list of known differences"),
        ('[[known]]\nid = "a"\n', "is not a list of known differences"),
        ('[[know]]\nid = "a"\n', "has unknown keys: know"),
        ('[[known]]\nid = "a"\nwhat = "size"\n' * 2, "has two entries for a, size"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "known.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ratchet.RatchetError, match=message):
        ratchet.load(path)


def test_our_own_list_gives_every_reason() -> None:
    path = Path(ratchet.__file__).with_name("known.toml")
    lists = ratchet.load(path)
    assert [entry.id for entry in lists.known if not entry.reason.strip()] == []
