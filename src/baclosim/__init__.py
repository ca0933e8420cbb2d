"""baclosim: an in-silico clinic for baclofen."""
