"""Voucher codes on orders, pools of codes, and wrong codes that are tried."""
