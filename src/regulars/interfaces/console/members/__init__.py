"""Members: list, page, enrolment, orders, points."""
