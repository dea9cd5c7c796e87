"""What leads to addresses: links of documents, and of what is drawn as pixels in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from drypoint.adapter import compat

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase

    from drypoint._core import Document
    from drypoint._core import Renderer as EngineRenderer
    from drypoint.adapter.link_areas import LinkAreas
    from drypoint.adapter.surfaces import Output

__all__ = ["Links"]


class Links:
    """The part of the renderer that is about links; a document's, also for what it draws as pixels."""

    _output: Output
    _core: EngineRenderer

    #: The kind of artist whose group was opened last.
    _kind = ""
    #: What the pixels lead to that a part of a document is drawn as; None where none is.
    _areas: LinkAreas | None = None

    @property
    def document(self) -> Document:
        """What a document is recorded in."""
        return cast("Document", self._core)

    def _link(self, gc: GraphicsContextBase) -> bool:
        """Let what follows in a document lead to the address of *gc*, if it has one."""
        url = gc.get_url()
        if url is None:
            return False
        self.document.begin_link(str(url))
        return True

    def _link_markers(self, gc: GraphicsContextBase) -> bool:
        """Let markers lead to the address of *gc*, or of the collection that draws them."""
        if gc.get_url() is None and self._kind != "line2d":  # which tells its own
            gc.set_url(compat.drawing_artist()[1][0])
        return self._link(gc)

    def _link_items(self, urls: Sequence[Any] | None) -> bool:
        """Let the items of the collection that follows lead to their addresses, if they have any."""
        if urls is None or not any(urls):
            _, urls = compat.drawing_artist()
        if not any(urls):
            return False
        self.document.begin_item_links([url and str(url) for url in urls])
        return True

    def _areas_of_cells(self) -> LinkAreas | None:
        """What is to be told of the cells of a mesh, in documents and in parts of them."""
        return self._new_areas() if self._output.is_document else self._areas

    def _new_areas(self) -> LinkAreas:
        from drypoint.adapter.link_areas import LinkAreas

        return LinkAreas(self)  # type: ignore[arg-type]  # the renderer

    def _place_areas(self, areas: LinkAreas, unit: float = 1.0) -> None:
        """Let areas lead to their addresses, unless they are of pixels that are not in the document yet."""
        if areas is not self._areas:
            for url, area in areas.scaled(unit):
                self.document.draw_link_area(url, area)
