"""London drawn by ourselves: its boroughs as light outlines, as SVG and as GeoJSON, without any tiles."""
