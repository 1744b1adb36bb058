"""What a signatory may show of its signature: a certificate to print, and a badge for its web site."""
