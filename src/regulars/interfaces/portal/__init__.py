"""The members' pages, made for the phone. A page reads by queries and insight, writes by one flow, and shows itself."""
