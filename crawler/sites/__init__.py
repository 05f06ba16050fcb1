"""The profiles that come with the program, one TOML file a site."""
