"""The evidence: cited facts and tables, found by id or by words, never without their source."""
