"""The list of texts, and in the demo the phone on which they arrive."""
