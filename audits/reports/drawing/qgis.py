"""How QGIS draws the layers of an edition when it opens them: QML, in the colours of our own maps."""

from collections.abc import Sequence
from html import escape

from audits.reports.drawing.maps import HUB, INK, LOOKS, QUIET, WHITE

# Textures of our maps become fill styles that QGIS has; what is not known is never a tint.
BRUSHES = {"suppressed": "cross", "not_enough_evidence": "b_diagonal"}
STRONG = '"strong" and "class" = \'hotspot\''


def cells() -> str:
    """Cells by class, of the outcome; other factors are there to be chosen by the layer's rules."""
    rules = {kind: f"\"class\" = '{kind}'" for kind in LOOKS if kind != "strong"}
    rules["hotspot"] += ' and not "strong"'
    rules["strong"] = STRONG
    of_the_outcome = {kind: f"\"factor\" = 'feeling' and {condition}" for kind, condition in rules.items()}
    return _by_rule([(LOOKS[kind].words, condition, _fill(kind)) for kind, condition in of_the_outcome.items()])


def places() -> str:
    """Numbered discs, the places that work with a ring."""
    works = _marker("circle", WHITE, LOOKS["works_well"].edge, 5)
    return _by_rule(
        [
            ("hotspot", "\"class\" = 'hotspot'", _marker("circle", LOOKS["strong"].fill, WHITE, 5)),
            ("works well", "\"class\" = 'works_well'", works),
        ],
        label="label",
        colour=f"if(\"class\" = 'hotspot', '{_rgba(WHITE)}', '{_rgba(INK)}')",
    )


def stops() -> str:
    """Small dots, in what light they were scored."""
    return _by_rule(
        [
            ("after dark", "\"leg\" = 'dark'", _marker("circle", INK, WHITE, 2)),
            ("in the light", "\"leg\" = 'light'", _marker("circle", WHITE, INK, 2)),
        ]
    )


def hubs() -> str:
    """Blue squares."""
    return _by_rule([("station, bus station or pier", "true", _marker("square", HUB, WHITE, 3))])


def area() -> str:
    """An outline that hides nothing."""
    outline = {"style": "no", "outline_color": _rgba(QUIET), "outline_style": "dash", "outline_width": "0.4"}
    return _by_rule([("area", "true", _symbol("fill", "SimpleFill", outline))])


def _fill(kind: str) -> str:
    look = LOOKS[kind]
    colour = look.edge if kind in BRUSHES else look.fill
    options = {"color": _rgba(colour), "outline_color": _rgba(look.edge), "style": BRUSHES.get(kind, "solid")}
    return _symbol("fill", "SimpleFill", {**options, "outline_width": "0.1"})


def _marker(shape: str, colour: str, edge: str, size_mm: int) -> str:
    options = {"name": shape, "color": _rgba(colour), "outline_color": _rgba(edge), "size": str(size_mm)}
    return _symbol("marker", "SimpleMarker", options)


def _symbol(kind: str, layer: str, options: dict[str, str]) -> str:
    chosen = "".join(f'<Option name="{name}" type="QString" value="{value}"/>' for name, value in options.items())
    return (
        f'<symbol type="{kind}" name="{{name}}" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer}" enabled="1" locked="0" pass="0"><Option type="Map">{chosen}</Option></layer></symbol>'
    )


def _by_rule(rules: Sequence[tuple[str, str, str]], label: str = "", colour: str = "") -> str:
    """A layer drawn by rules: words of the legend, QGIS's condition, and the symbol; and by its labels."""
    tree = "".join(
        f'<rule key="rule-{place}" symbol="{place}" label="{escape(words)}" filter="{escape(condition)}"/>'
        for place, (words, condition, _) in enumerate(rules)
    )
    symbols = "".join(symbol.replace("{name}", str(place)) for place, (_, _, symbol) in enumerate(rules))
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM">'
        '<qgis version="3.22.0" styleCategories="Symbology|Labeling" labelsEnabled="'
        f'{int(bool(label))}"><renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0">'
        f'<rules key="rules">{tree}</rules><symbols>{symbols}</symbols></renderer-v2>{_labels(label, colour)}</qgis>'
    )


def _labels(column: str, colour: str) -> str:
    """A column written over each point, in the colour that an expression gives. Without `rendering` QGIS draws none."""
    if not column:
        return ""
    return (
        f'<labeling type="simple"><settings calloutType="simple"><text-style fieldName="{column}" isExpression="0" '
        'fontSize="9" fontWeight="75" fontSizeUnit="Point" textOpacity="1"/><placement placement="1" quadOffset="4"/>'
        '<rendering drawLabels="1" obstacle="0" displayAll="0"/><dd_properties><Option type="Map">'
        '<Option name="name" type="QString" value=""/><Option name="type" type="QString" value="collection"/>'
        '<Option name="properties" type="Map"><Option name="Color" type="Map">'
        '<Option name="active" type="bool" value="true"/><Option name="type" type="int" value="3"/>'
        f'<Option name="expression" type="QString" value="{escape(colour)}"/></Option></Option></Option>'
        "</dd_properties></settings></labeling>"
    )


def _rgba(colour: str) -> str:
    """A colour as QGIS writes it: red, green, blue and opacity, each up to 255.

    >>> _rgba("#43207a")
    '67,32,122,255'
    """
    return ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + ",255"
