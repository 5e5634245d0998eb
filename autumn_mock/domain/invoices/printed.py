"""A credit note as a page of PDF (reference: invoices.issue_credit_note, pdf).

Invariant: the same note gives the same bytes; what the standard fonts can't write becomes a question mark.
"""

from decimal import Decimal

from autumn_mock.domain.invoices.stripe_object import minor
from autumn_mock.domain.periods import iso
from autumn_mock.domain.records import CreditNote, Invoice

_TOP, _LEFT, _LEADING = 780, 60, 18
_MOST_LINES = 40


def printed_note(note: CreditNote, invoice: Invoice, org: str) -> bytes:
    """One page of A4."""
    text = [
        org,
        f"Credit note {note.number}",
        f"Date of issue {iso(note.created_at)[:10]}",
        f"For invoice {invoice.number or invoice.id}",
        "",
        *(
            f"{line.description or 'Credit'}   {_money(line.amount - line.discount, note.currency)}"
            for line in note.lines
        ),
        "",
        f"Total {_money(note.total, note.currency)}",
        note.memo or "",
    ]
    return _pdf(text[:_MOST_LINES])


def _money(amount: Decimal, currency: str) -> str:
    digits = 2 if minor(Decimal(1), currency) == 100 else 0
    return f"{amount:,.{digits}f} {currency.upper()}"


def _pdf(lines: list[str]) -> bytes:
    """A document of one page with these lines, in Helvetica."""
    written = " ".join(f"({_escaped(line)}) Tj T*" for line in lines)
    content = f"BT /F1 12 Tf {_LEADING} TL {_LEFT} {_TOP} Td {written} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content.encode('latin-1', 'replace'))} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _assembled([each.encode("latin-1", "replace") for each in objects])


def _assembled(objects: list[bytes]) -> bytes:
    """The objects with the table that says where each begins."""
    document, starts = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        starts.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    count = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(document))
    return document + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + trailer


def _escaped(text: str) -> str:
    for special in ("\\", "(", ")"):
        text = text.replace(special, "\\" + special)
    return " ".join(text.split())
