"""An organisation's own desk for programs; whoever acts for none, or for another, is told that there is nothing."""
