"""The audit form for phones: an app that is served once and then opens without network."""

from api.pages.walking import shell

HANDLERS = [*shell.HANDLERS]
