"""What console and portal share: look, page components, charts, content policy."""
