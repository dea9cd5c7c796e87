"""Conformance of a Matplotlib backend with Matplotlib's own Agg, pixel by pixel.

Matplotlib's test suite and its gallery run with the backend under test in Agg's
place, and every raster image that they make is drawn a second time by Agg, from the
same figure in the same state, and compared. Any importable backend module can be
under test; ``drypoint conformance --help`` is the entry point, ``docs/conformance.md``
the guide.

========================  ==========================================================
``installation``          finds the release's tests and gallery, makes a look-alike
``redirect``              sends each file format to a given module, counts what went
``twin``                  draws what was drawn once more with Agg and compares
``pixels``                compares two images, reads the files that saves wrote
``plugin``                the pytest plugin that ties these to a test suite
``suite``                 runs a test suite, then looks again at what differed
``gallery``               the same for the gallery, with ``gallery_worker``
``results``               what a run leaves behind, as JSON
``ratchet``               compares results with the list of what is known to differ
``summary``, ``report``   the numbers on a terminal, the pictures on an HTML page
``subprocess_hook``       redirects the processes that tests start
========================  ==========================================================
"""
