"""The operations `invoices.*`, and the legacy routes of invoices."""
