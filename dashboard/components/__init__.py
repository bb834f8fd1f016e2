"""What pages are built of: cards, filters, tables, states."""
