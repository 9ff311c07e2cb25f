"""The demo market: suppliers, offers and pictures as data files, made by tools/demo; nothing runs here."""
