"""The scheme desk's pages, for administrators: what waits, a signatory's file, wordings, the whole register."""

from api.pages.scheme import acting, correcting, duplicates, file, held, lists, wordings

HANDLERS = [
    *lists.HANDLERS,
    *held.HANDLERS,
    *duplicates.HANDLERS,
    *file.HANDLERS,
    *correcting.HANDLERS,
    *acting.HANDLERS,
    *wordings.HANDLERS,
]
