"""The one table of places."""

from piccolo.columns import Boolean, Text, Timestamptz

from geo.geometry import Geometry
from migrations.database import Row


class Place(Row, tablename="place"):
    """A place as its publisher describes it; importing the same file again leaves it untouched."""

    kind = Text(default=None, help_text="borough, outline, ward, town_centre, hub or venue (geo.places.entries.Kind).")
    key = Text(default=None, help_text="The source's own id: GSS code, ATCO code, layer reference; unique in its kind.")
    name = Text(default=None, help_text="As the publisher writes it.")
    folded = Text(default=None, help_text="The name as it is searched: lower case, without accents.")
    borough = Text(default=None, null=True, help_text="GSS code of the authority it is in; null outside London.")
    borough_stated = Boolean(default=None, help_text="Whether the source states the borough; else it was computed.")
    category = Text(default=None, null=True, help_text="Town centre class, NaPTAN stop type, or sort of venue.")
    address = Text(default=None, null=True, help_text="In one line, as far as the source gives it.")
    postcode = Text(default=None, null=True, help_text="In capitals with its space, where the source gives it.")
    source = Text(default=None, help_text="Whose file it came from, such as NaPTAN 910.")
    fingerprint = Text(default=None, help_text="SHA-256 of all that the source says of it, to see what has changed.")
    imported_at = Timestamptz(default=None, help_text="When what the source says was last new or changed.")
    shape = Geometry("Point|Polygon|MultiPolygon", default=None, help_text="WGS 84, longitude first.")
