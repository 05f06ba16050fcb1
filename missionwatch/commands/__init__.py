"""One module a verb, each with `run(args, settings) -> exit code`."""
