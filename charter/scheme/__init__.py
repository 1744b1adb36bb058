"""The scheme's desk: what its administrators judge, correct, write, publish and take home."""
