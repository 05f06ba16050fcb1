"""What readers get: feeds, pages and the server for both. Reads the archive, writes no record."""
