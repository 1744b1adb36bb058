"""What can go wrong between us and a database, in words that a person can act on."""


class DatabaseError(Exception):
    """The root of everything that a database may refuse."""


class BadDatabaseUrl(DatabaseError):
    """The address of the database cannot be read."""


class DatabaseUnavailable(DatabaseError):
    """Locked, frozen, full of clients, damaged or gone: nothing was changed, and trying again later may work."""


class DatabaseFull(DatabaseError):
    """No room is left on the disk that holds the database."""


class DatabaseReadOnly(DatabaseError):
    """The database, or the disk below it, takes no writes."""


class ConstraintViolated(DatabaseError):
    """A rule of the schema refused the rows.

    `name` is the constraint's name where the database tells it: always on PostgreSQL, for CHECK on SQLite.
    `columns` are its columns as "table.column" where the database tells those: for UNIQUE and NOT NULL on SQLite,
    for UNIQUE, NOT NULL and FOREIGN KEY on PostgreSQL. `kind` is told on both.
    """

    def __init__(self, message: str, *, kind: str, name: str = "", columns: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.kind = kind  # "unique", "foreign key", "check", "not null"
        self.name = name
        self.columns = columns

    def concerns(self, *columns: str) -> bool:
        """Whether it is about exactly these "table.column"s, whichever database said so."""
        return set(self.columns) == set(columns)


class MisusedTransaction(DatabaseError):
    """The root of what a programmer, not the world, did wrong around a transaction."""


class NestedTransaction(MisusedTransaction):
    """A transaction was begun inside a transaction or a snapshot."""


class NoTransaction(MisusedTransaction):
    """A write was tried outside transaction()."""


WRITES_BELONG = "Nothing may be written outside transaction(). Put the write inside one."


class WrongTask(MisusedTransaction):
    """A transaction was used from a task other than the one that began it."""


class TransactionFailed(MisusedTransaction):
    """A statement of this transaction failed before, so nothing more of it can be kept."""


class NoOpenDatabase(MisusedTransaction):
    """A query was asked before open_database()."""
