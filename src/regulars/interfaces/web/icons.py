"""Line icons on a 24 grid, drawn for this interface. A name maps to the inside of an SVG."""

ICONS: dict[str, str] = {
    "home": '<path d="M4 11 12 4l8 7"/><path d="M6 9.5V20h12V9.5"/><path d="M10 20v-5h4v5"/>',
    "dashboard": '<rect x="4" y="4" width="7" height="9" rx="1.5"/><rect x="13" y="4" width="7" height="5" rx="1.5"/>'
    '<rect x="13" y="11" width="7" height="9" rx="1.5"/><rect x="4" y="15" width="7" height="5" rx="1.5"/>',
    "members": '<circle cx="9" cy="8" r="3.5"/><path d="M3 20c0-3.5 2.5-6 6-6s6 2.5 6 6"/>'
    '<path d="M15.5 5a3.5 3.5 0 0 1 0 6"/>'
    '<path d="M17.5 14.5c2.2.7 3.5 2.8 3.5 5.5"/>',
    "rewards": '<rect x="4" y="9" width="16" height="4" rx="1"/><path d="M5.5 13v7h13v-7"/><path d="M12 9v11"/>'
    '<path d="M12 9C8 9 6.5 4.5 9 4c2-.4 3 2.5 3 5 0-2.5 1-5.4 3-5 2.5.5 1 5-3 5Z"/>',
    "rulebook": '<path d="M6 4h11a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2V5a1 1 0 0 1 1-1Z"/>'
    '<path d="M5 18a2 2 0 0 1 2-2h12"/><path d="M9 8h6M9 11.5h4"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m20 20-4.3-4.3"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "bell": '<path d="M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 2H5l1.5-2Z"/><path d="M10 20.5h4"/>',
    "warning": '<path d="M12 4 2.8 19.5h18.4L12 4Z"/><path d="M12 10v4.5M12 17v.2"/>',
    "error": '<circle cx="12" cy="12" r="8.5"/><path d="M12 8v5M12 16v.2"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 8v.2"/>',
    "sun": '<circle cx="12" cy="12" r="4"/>'
    '<path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4"/>',
    "moon": '<path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z"/>',
    "system": '<rect x="3.5" y="5" width="17" height="11" rx="2"/><path d="M9 20h6M12 16v4"/>',
    "globe": '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17"/>',
    "chevron-right": '<path d="m9.5 6 6 6-6 6"/>',
    "chevron-left": '<path d="m14.5 6-6 6 6 6"/>',
    "chevron-down": '<path d="m6 9.5 6 6 6-6"/>',
    "arrow-up": '<path d="M12 19V5M6 11l6-6 6 6"/>',
    "arrow-down": '<path d="M12 5v14M6 13l6 6 6-6"/>',
    "order": '<path d="M6 3.5h12V21l-2.4-1.5L13.2 21l-2.4-1.5L8.4 21 6 19.5v-16Z"/><path d="M9 8h6M9 12h6"/>',
    "undo": '<path d="M9 7 5 11l4 4"/><path d="M5 11h9a5 5 0 0 1 0 10h-3"/>',
    "star": '<path d="m12 4 2.4 5.2 5.6.7-4.1 3.9 1 5.6L12 16.7l-4.9 2.7 1-5.6L4 9.9l5.6-.7L12 4Z"/>',
    "tier": '<path d="M4 20h4v-5H4v5ZM10 20h4V10h-4v10ZM16 20h4V5h-4v15Z"/>',
    "table": '<rect x="4" y="5" width="16" height="14" rx="1.5"/><path d="M4 10h16M4 14.5h16M10 10v9"/>',
    "calendar": '<rect x="4" y="5.5" width="16" height="14.5" rx="2"/><path d="M4 10h16M8.5 3.5v4M15.5 3.5v4"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
    "eye": '<path d="M2.5 12C5 7.5 8 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.5 6.5-9.5 6.5S5 16.5 2.5 12Z"/>'
    '<circle cx="12" cy="12" r="2.8"/>',
    "sign-out": '<path d="M13 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h7"/><path d="M10 12h10M16.5 8.5 20 12l-3.5 3.5"/>',
    "card": '<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="M3.5 10h17M7 15h4"/>',
    "mail": '<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="m4 7 8 6 8-6"/>',
    "phone": '<path d="M6 4h3l1.5 4.5L8.5 10a11 11 0 0 0 5.5 5.5l1.5-2L20 15v3a2 2 0 0 1-2 2A14 14 0 0 '
    '1 4 6a2 2 0 0 1 2-2Z"/>',
    "activity": '<path d="M3.5 12H8l2.5-7 4 14 2.5-7h3.5"/>',
    "trophy": '<path d="M8 4h8v6a4 4 0 0 1-8 0V4Z"/>'
    '<path d="M8 6H4.5c0 3 1.5 4.5 3.8 4.8M16 6h3.5c0 3-1.5 4.5-3.8 4.8"/>'
    '<path d="M12 14v3M8.5 20h7M9.5 20c0-2 1-3 2.5-3s2.5 1 2.5 3"/>',
    "heart": '<path d="M12 19.5C5 15 3.5 11.5 3.5 9A4.3 4.3 0 0 1 12 7a4.3 4.3 0 0 1 8.5 2c0 2.5-1.5 6-8.5 10.5Z"/>',
    "flame": '<path d="M12 3.5c1 3.5 5 5 5 10a5 5 0 0 1-10 0c0-2 1-3.5 2-4.5 0 2 1 3 2 3 1.5-2 1.5-5 1-8.5Z"/>',
    "cup": '<path d="M5 8h11v6a5 5 0 0 1-5 5h-1a5 5 0 0 1-5-5V8Z"/><path d="M16 9.5h2a2.5 2.5 0 0 1 0 5h-2"/>'
    '<path d="M9 3v2M12 3v2"/>',
    "gift": '<rect x="4" y="9" width="16" height="4" rx="1"/><path d="M5.5 13v7h13v-7M12 9v11"/>',
    "leaf": '<path d="M5 19c0-9 5-14 15-14 0 10-5 14.5-13 14"/><path d="M5 20c2-5 5-8 10-10"/>',
    "medal": '<circle cx="12" cy="14.5" r="5.5"/><path d="M8.5 10 6 3.5h4l2 5 2-5h4L15.5 10"/>',
    "group": '<rect x="4" y="4" width="16" height="16" rx="2" stroke-dasharray="3 2.5"/><path d="M8 10h8M8 14h5"/>',
    "ungroup": '<path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4"/><path d="M8 10h8M8 14h8"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "qr": '<rect x="4" y="4" width="6" height="6" rx="1"/><rect x="14" y="4" width="6" height="6" rx="1"/>'
    '<rect x="4" y="14" width="6" height="6" rx="1"/>'
    '<path d="M14 14h2v2M20 14v2h-2M14 20h2M20 20v-2"/>',
}
# Icons that point along the line of reading turn round in right-to-left pages.
DIRECTIONAL = frozenset({"chevron-right", "chevron-left", "undo", "sign-out"})
