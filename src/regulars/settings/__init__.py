"""Django's settings: `base` for running, `test` for the tests."""
