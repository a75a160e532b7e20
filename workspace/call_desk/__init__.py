"""The call desk's screens: the queue, one call, calls made by hand."""
