"""Voucher pools and their codes."""
