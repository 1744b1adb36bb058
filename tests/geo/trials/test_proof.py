"""The proof, in short: the bars that the full run is held to, on fewer worlds."""

from geo.trials.proof import Trials, prove
from geo.trials.rivals import METHODS

FEW = Trials(null_pilots=30, null_londons=1, planted_pilots=15, planted_londons=1, changes=1)


def test_the_bars_hold_on_fewer_worlds() -> None:
    """Nothing flagged where nothing differs, hardly a wrong sign, power; group factors silent under eight walks."""
    told: list[int] = []
    proof = prove(FEW, told=told.append)
    ours = {(r.kind, r.factor): r for r in proof.records if r.method == "within-walk contrasts"}
    planted = ours["planted London", "feeling"]

    assert ours["null pilot", "feeling"].worlds_flagged <= 1
    assert ours["null London", "feeling"].worlds_flagged == 0
    assert planted.wrong <= 0.02 * planted.flagged + 1
    assert planted.worse_flagged >= 0.3 * planted.worse
    assert planted.discs_found <= planted.discs_testable <= planted.discs == 60
    assert ours["null pilot", "lighting"].testable == ours["planted pilot", "lighting"].flagged == 0
    assert told == list(range(1, FEW.total + 1))


def test_every_method_stands_beside_ours() -> None:
    """Four kinds of worlds, two factors, every method; and no world of a kind leaves its lines out."""
    proof = prove(Trials(null_pilots=1, null_londons=0, planted_pilots=1, planted_londons=0, changes=0))

    assert [r.method for r in proof.records] == list(METHODS) * 4
    assert {(r.kind, r.worlds) for r in proof.records} == {("null pilot", 1), ("planted pilot", 1)}
    assert proof.changes.worlds == proof.changes.claimed == 0


def test_the_same_seed_proves_the_same() -> None:
    """And another seed tries other worlds."""
    few = Trials(null_pilots=0, null_londons=0, planted_pilots=3, planted_londons=0, changes=0)
    first, again, other = prove(few).records, prove(few).records, prove(few, first_seed=5).records

    assert first == again
    assert first != other
