"""The operators' pages: one folder per workbench. A view reads by queries, writes by one flow, and shows a page."""
