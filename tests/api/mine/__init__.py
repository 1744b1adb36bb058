"""What those who act for an organisation may do, over HTTP."""
