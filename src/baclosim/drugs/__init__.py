"""What is known of the drugs themselves, baclofen and its relatives."""
