"""What is written by a program and kept in the repository: references that follow the code. `./run generate`."""
