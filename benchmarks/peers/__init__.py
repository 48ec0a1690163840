"""The work of `cpas` as somebody would write it with another library, idiomatically and without tricks."""
