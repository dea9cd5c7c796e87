"""Whether PDF, SVG and PostScript files show the picture that Matplotlib's own files show.

Matplotlib's suite and its gallery run with drypoint's vector backends in place. Each PDF,
SVG, PS or EPS file that they save is kept, and beside it the file that Matplotlib's own
backend makes of the same figure in the same state, and a PNG of it. Independent programs
then make pixels of both files, and these are compared: with each other and with the PNG.

=============  ===============================================================
``collect``    keeps the files, in the process that saves them
``programs``   the programs that make pixels of a file; ``chromium`` is one
``compare``    how much two pictures differ, and whether only at edges
``run``        everything in order; what is left behind is ``vector.json``
``known``      what is known to differ, with its cause: ``known.toml``
``page``       the differences side by side, on an HTML page
=============  ===============================================================
"""
