"""Which files of the store the database refers to."""

from migrations.database import fetch_tuples

# Every column that holds a key of the photo store.
COLUMNS = (
    ("photo", "rendition_1600"),
    ("photo", "rendition_320"),
    ("edition_file", "sha256"),
    ("evidence_file", "file"),
    ("evidence_file", "small"),
    ("done_photo", "file"),
    ("done_photo", "small"),
)
KEYS = " union ".join(f"select {column} from {table} where {column} is not null" for table, column in COLUMNS)  # noqa: S608


async def files_needed() -> list[str]:
    """The keys of all files that some row refers to, sorted."""
    return sorted(key for (key,) in await fetch_tuples(KEYS))
