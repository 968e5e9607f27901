"""Small campaigns to begin with: made-up chains of four domains, five people, and some grades."""
