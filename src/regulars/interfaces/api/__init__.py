"""The public HTTP API. `v1/` has one file per noun; `urls.py` is what the site mounts below /api/."""
