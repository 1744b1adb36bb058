"""What can be wrong with a place or a shape, said to the person who sent it. No message repeats a coordinate."""


class GeoError(Exception):
    """Anything that this slice refuses; its sentence is for the person who asked."""


class UnacceptableShape(GeoError, ValueError):
    """A place or a shape that was read but cannot be used; the parent of every refusal in this file."""


class MalformedGeometry(UnacceptableShape):
    """The GeoJSON is not a geometry: a member is missing, or coordinates are not lists of numbers."""


class WrongKindOfGeometry(UnacceptableShape):
    """A geometry of a kind that does not belong here, such as a point where an area is asked for."""


class EmptyGeometry(UnacceptableShape):
    """A geometry that holds no place at all, or a line without length, or an area without extent."""


class CoordinatesNotFinite(UnacceptableShape):
    """A coordinate is not a number, or infinite."""


class CoordinatesOffTheGlobe(UnacceptableShape):
    """A longitude outside -180 to 180 or a latitude outside -90 to 90."""


class NotLongitudeLatitude(UnacceptableShape):
    """The coordinates look like metres, or the geometry names a reference system that is not WGS 84."""


class OutsideTheNationalGrid(UnacceptableShape):
    """An area that is not in Great Britain; often latitude was written before longitude."""


class RingNotClosed(UnacceptableShape):
    """A polygon's ring does not end where it begins, or has fewer than four positions."""


class SelfCrossing(UnacceptableShape):
    """A polygon whose boundary crosses or touches itself, or whose parts overlap."""


class TooManyVertices(UnacceptableShape):
    """A geometry with more vertices than any street or area needs."""


class WidthNeeded(UnacceptableShape):
    """A line was given as an audit area without saying how wide it is."""


class WidthNotWanted(UnacceptableShape):
    """A width was given with a polygon, which already says how wide it is."""


class WidthOutOfRange(UnacceptableShape):
    """A width that is not a positive number of metres, or wider than any street."""


class UnknownCell(UnacceptableShape):
    """A text that is not the id of a cell of our grids."""


class TooSpreadOut(UnacceptableShape):
    """A place so far from the origin of the National Grid that no cell of ours can hold it."""


class NotGpx(UnacceptableShape):
    """A file that is not GPX, is damaged, or is larger than any route."""


class NoRouteInGpx(UnacceptableShape):
    """GPX without a track or route of at least two positions: waypoints alone, or nothing."""


class TracksApart(UnacceptableShape):
    """GPX of several tracks that do not follow one another, so that nobody could walk them as one route."""
