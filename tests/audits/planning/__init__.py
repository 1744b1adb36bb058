"""What leads plan and follow."""
