"""Questions for the design review at a place, under the four lenses: participation, design, occupation, evaluation.

They are made of what was found there, and ask; they never prescribe.
"""

from dataclasses import dataclass

from audits.reports.contents import Contents, Place
from audits.reports.words.figures import several

AT_MOST = 3  # of one lens
LOW = 0.5  # of the scores at 0 and 1: then the review is asked about the factor
DESIGN = {
    "lighting": "Where do faces become unreadable here, and is it a missing light, a tree, a wall or glare?",
    "sightlines": "Which corner, hoarding, planting or parked vehicle ends the view, and can it move?",
    "ways_out": "If somebody wants to turn back here, where does she go within a minute, and what stands in her way?",
    "access": "Where do steps, kerbs, surfaces or clutter send a wheelchair, a buggy or a cane off the main line?",
    "wayfinding": "What would tell a stranger at a glance which way leads to people, transport and light?",
    "upkeep": "Which body looks after each part of this place, and who is told when something breaks?",
    "sensory": "What is the source of the noise, glare, smell or crush, and does a calmer way round exist?",
    "belonging": "Whose place does this look like after dark, and what in its design says so?",
}
OCCUPATION = {
    "overlooking": "Which fronts face this place and are dark at night, and what would it take to light or open one?",
    "night_transport": "What service runs here at the hour of the walk, on a weekday and at the weekend?",
    "hub_waiting": "Where does somebody wait for her bus or train, who sees her there, and how does she leave?",
    "company": "Who is here after dark, who stays away, and what would bring a mix of people at that hour?",
    "help": "Who could be asked for help here after dark, how far away, and until when?",
    "treatment": "What happens between people here after dark, and who is in a position to step in?",
}


@dataclass(frozen=True)
class Lens:
    """One of the four lenses with its questions."""

    name: str
    questions: tuple[str, ...]


def questions(contents: Contents, place: Place) -> tuple[Lens, ...]:
    """The questions at one place; at a place that works they ask what makes it so."""
    low = low_factors(contents, place)
    design = [DESIGN[factor] for factor in low if factor in DESIGN]
    occupation = [OCCUPATION[factor] for factor in low if factor in OCCUPATION]
    if place.works_well:
        design = ["What makes this place work after dark, and would the scheme keep it?"]
        occupation = ["Who is here after dark that is not at the hotspots, and what brings them?"]
    return (
        Lens("Participation", (_participation(place),)),
        Lens("Design", tuple(design[:AT_MOST]) or ("What in the layout is different here from the rest of the walk?",)),
        Lens("Occupation", (*occupation[: AT_MOST - 1], _signatories(contents, place))),
        Lens("Evaluation", _evaluation(contents, place)),
    )


def low_factors(contents: Contents, place: Place) -> list[str]:
    """The factors found worse here, or scored low half of the time, the lowest first."""
    cells = set(place.cells)
    low: dict[str, float] = {}
    for finding in contents.findings:
        if (finding.q_cell, finding.r_cell) not in cells:
            continue
        share = finding.share_low or 0.0
        if finding.kind == "hotspot" or share >= LOW:
            low[finding.factor] = max(share, low.get(finding.factor, 0.0))
    return sorted(low, key=lambda factor: (-low[factor], factor))


def _participation(place: Place) -> str:
    first = place.findings[0]
    return (
        f"{first.n_people or 'Few'} women answered here, on {first.n_walks or 'few'} walks. Who uses this place after "
        "dark and was not among them, and how will they be asked before a design is fixed?"
    )


def _signatories(contents: Contents, place: Place) -> str:
    near = sum(found.place == place.label for found in contents.signatories)
    if not near:
        return "No signatory of the charter is within 400 m: which venues here would be asked to sign?"
    return (
        f"{several(near, 'place of a signatory', 'places of signatories')} of the charter within 400 m: what could "
        "each offer this place after dark, such as staff outside, an open door or a lit front?"
    )


def _evaluation(contents: Contents, place: Place) -> tuple[str, ...]:
    if place.works_well:
        return ("Walk here again whenever the hotspots are walked again: what works is what change is measured by.",)
    versions = sorted({programme.instrument_version for programme in contents.programmes})
    by = " or ".join(map(str, versions)) or "1"
    return (
        f"Walk the same stops again in the same light, by version {by} of the questions. What would count as better, "
        "and by when?",
        "Which place that looks as bad and stays untouched will this one be compared with?",
    )
