"""Issues and recommendations over HTTP, and as pages."""
