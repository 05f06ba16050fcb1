"""What is kept and what is decided: captures, statements, versions, changes, runs. Imports nothing of ours."""
