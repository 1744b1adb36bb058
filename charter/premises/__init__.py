"""An organisation's premises: added, changed, moved and closed one by one, or many at once by a spreadsheet."""
