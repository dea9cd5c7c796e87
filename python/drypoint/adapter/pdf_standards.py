"""What the standards PDF/A-2 and PDF/UA-1 ask beside the pages: metadata as XMP, and what must be there."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

import matplotlib as mpl

from drypoint.options import options

__all__ = ["Standards"]

# Sides of a page, points.
_MIN_SIDE, _MAX_SIDE = 3, 14400

# PDF/A wants names that it does not know itself to be explained.
_UA_EXPLAINED = """\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of the standard</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
"""


class Standards(NamedTuple):
    """Which standards a file keeps.

    Attributes
    ----------
    pdfa : {"", "2b", "2u"}
        The level of PDF/A; nothing for none.
    is_accessible : bool
        PDF/UA-1.
    """

    pdfa: str
    is_accessible: bool

    @classmethod
    def wanted(cls) -> Standards:
        """Those that the options ask for."""
        return cls(options.pdfa, options.pdf_ua)

    def check_fonts(self) -> None:
        """Raise `ValueError` if fonts that are not embedded are asked for as well."""
        if (self.pdfa or self.is_accessible) and mpl.rcParams["pdf.use14corefonts"]:
            raise ValueError(
                "PDF/A and PDF/UA need embedded fonts: set the rcParam pdf.use14corefonts to False"
            )

    def check_page(self, width_pt: float, height_pt: float, alt: str | None) -> None:
        """Raise `ValueError` if a page cannot be part of the file."""
        if self.pdfa and not (
            min(width_pt, height_pt) >= _MIN_SIDE and max(width_pt, height_pt) <= _MAX_SIDE
        ):
            raise ValueError(
                f"pages of PDF/A have sides from {_MIN_SIDE} to {_MAX_SIDE} points, not "
                f"{width_pt:g} and {height_pt:g}: give the figure another size"
            )
        if self.is_accessible and not alt:
            raise ValueError(_missing("Alt"))

    def check_file(self, info: Mapping[str, Any], language: str | None, attachments: int) -> None:
        """Raise `ValueError` if the file lacks something, or has something that it may not have."""
        if self.pdfa and attachments:
            raise ValueError(
                "PDF/A-2 takes no attachments: leave them out or set drypoint.options.pdfa to ''"
            )
        if self.is_accessible:
            if not info.get("Title"):
                raise ValueError(_missing("Title"))
            if not language:
                raise ValueError(_missing("Lang"))

    def xmp(self, info: Mapping[str, Any]) -> str | None:
        """The metadata as XMP; None if no standard asks for it."""
        if not (self.pdfa or self.is_accessible):
            return None
        rows = []
        if self.pdfa:
            rows.append(f"<pdfaid:part>{self.pdfa[0]}</pdfaid:part>\n")
            level = self.pdfa[1].upper()
            rows.append(f"<pdfaid:conformance>{level}</pdfaid:conformance>\n")
        if self.is_accessible:
            rows.append("<pdfuaid:part>1</pdfuaid:part>\n")
        for key, name, before, after in _PROPERTIES:
            value = info.get(key)
            if isinstance(value, datetime.datetime):
                value = value.isoformat(timespec="seconds")
            if value is not None:
                text = escape(str(value), quote=False)
                rows.append(f"<{name}>{before}{text}{after}</{name}>\n")
        if self.pdfa and self.is_accessible:
            rows.append(_UA_EXPLAINED)
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
            '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
            f'<rdf:Description rdf:about=""{_NAMESPACES}>\n'
            f"{''.join(rows)}</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n"
            '<?xpacket end="r"?>'
        )


_LANGUAGES = ('<rdf:Alt><rdf:li xml:lang="x-default">', "</rdf:li></rdf:Alt>")
_SEQUENCE = ("<rdf:Seq><rdf:li>", "</rdf:li></rdf:Seq>")
# Not Trapped: PDF/A-2 knows no such property, and only asks that those there are agree with the dictionary.
_PROPERTIES = (
    ("Title", "dc:title", *_LANGUAGES),
    ("Author", "dc:creator", *_SEQUENCE),
    ("Subject", "dc:description", *_LANGUAGES),
    ("Keywords", "pdf:Keywords", "", ""),
    ("Producer", "pdf:Producer", "", ""),
    ("Creator", "xmp:CreatorTool", "", ""),
    ("CreationDate", "xmp:CreateDate", "", ""),
    ("ModDate", "xmp:ModifyDate", "", ""),
)

_NAMESPACES = "".join(
    f'\n xmlns:{prefix}="{address}"'
    for prefix, address in (
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("pdf", "http://ns.adobe.com/pdf/1.3/"),
        ("xmp", "http://ns.adobe.com/xap/1.0/"),
        ("pdfaid", "http://www.aiim.org/pdfa/ns/id/"),
        ("pdfuaid", "http://www.aiim.org/pdfua/ns/id/"),
        ("pdfaExtension", "http://www.aiim.org/pdfa/ns/extension/"),
        ("pdfaSchema", "http://www.aiim.org/pdfa/ns/schema#"),
        ("pdfaProperty", "http://www.aiim.org/pdfa/ns/property#"),
    )
)


def _missing(key: str) -> str:
    return (
        f"PDF/UA needs {key!r} in the metadata: pass metadata={{{key!r}: …}} to savefig or PdfPages"
    )
