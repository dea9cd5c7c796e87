"""Save dialogs of every toolkit that nobody has to look at: they note what they offer and choose a file."""

from collections.abc import Callable
from typing import Any

#: What a dialog offered, one entry for each kind of file.
Offered = list[str]


def replace_qt(path: str, offered: Offered) -> None:
    from matplotlib.backends.qt_compat import QtWidgets

    def choose(parent: Any, title: str, start: str, filters: str, chosen: str) -> tuple[str, str]:
        offered.extend(filters.split(";;"))
        return path, chosen

    QtWidgets.QFileDialog.getSaveFileName = choose


def replace_tk(path: str, offered: Offered) -> None:
    import tkinter.filedialog

    def choose(*, filetypes: list[tuple[str, str]], **keywords: Any) -> str:
        offered.extend(f"{name} ({patterns})" for name, patterns in filetypes)
        return path

    tkinter.filedialog.asksaveasfilename = choose


def replace_gtk3(path: str, offered: Offered) -> None:
    from matplotlib.backends.backend_gtk3 import Gtk

    def run(dialog: Any) -> Any:
        offered.extend(each.get_name() for each in dialog.list_filters())
        return Gtk.ResponseType.OK

    Gtk.FileChooserDialog.run = run
    Gtk.FileChooserDialog.get_filename = lambda dialog: path


def replace_gtk4(path: str, offered: Offered) -> None:
    from matplotlib.backends.backend_gtk4 import Gio, Gtk

    def show(dialog: Any) -> None:
        offered.extend(each.get_name() for each in dialog.get_filters())
        dialog.emit("response", Gtk.ResponseType.ACCEPT)

    Gtk.FileChooserNative.show = show
    Gtk.FileChooserNative.get_file = lambda dialog: Gio.File.new_for_path(path)


def replace_wx(path: str, offered: Offered) -> None:
    import wx

    class FileDialog:
        def __init__(self, parent: Any, title: str, folder: str, name: str, kinds: str, style: int):
            offered.extend(kinds.split("|"))

        def SetFilterIndex(self, index: int) -> None:
            self.index = index

        def ShowModal(self) -> int:
            return int(wx.ID_OK)

        def GetPath(self) -> str:
            return path

        def GetFilterIndex(self) -> int:
            return self.index

    wx.FileDialog = FileDialog


REPLACE: dict[str, Callable[[str, Offered], None]] = {
    "gtk3": replace_gtk3,
    "gtk4": replace_gtk4,
    "qt": replace_qt,
    "tk": replace_tk,
    "wx": replace_wx,
}
