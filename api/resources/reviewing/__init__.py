"""The review desk for programs: what a lead may ask and do beside her decision about a walk."""
