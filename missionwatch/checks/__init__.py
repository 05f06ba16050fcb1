"""What `missionwatch check` looks at, a noun a module. Each check is a function from facts to findings; it alters
nothing, and raises nothing for what an operator may have done wrong."""
