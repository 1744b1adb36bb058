"""The scheme's figures for the strategy's outcomes framework: who signed, who stayed, and how the pledges are kept."""
