//! The stream of vertices that the stages exchange.

/// Path commands as Matplotlib's `Path.codes` and Agg number them.
///
/// They stay raw bytes inside the pipeline: paths may carry any byte, and what Agg makes of an unknown one (a plain
/// vertex, mostly) has to come out the same.
pub mod command {
    /// End of the stream.
    pub const STOP: u8 = 0;
    /// Start of a subpath.
    pub const MOVE: u8 = 1;
    /// Straight line to the vertex.
    pub const LINE: u8 = 2;
    /// A control point or the end of a quadratic curve (two vertices carry it).
    pub const CURVE3: u8 = 3;
    /// A control point or the end of a cubic curve (three vertices carry it).
    pub const CURVE4: u8 = 4;
    /// Closes the subpath; its coordinates are meaningless but travel along.
    pub const CLOSE: u8 = 0x4f;

    const KIND: u8 = 0x0f;
    const CLOSE_FLAG: u8 = 0x40;
    const DIRECTION_FLAGS: u8 = 0x30;

    /// Whether the command carries a position (and thus gets transformed).
    #[inline]
    pub fn is_vertex(command: u8) -> bool {
        (MOVE..KIND).contains(&command)
    }

    /// Whether the command ends a polygon, closed or not.
    #[inline]
    pub fn is_end(command: u8) -> bool {
        command & KIND == KIND
    }

    /// Whether the command is exactly a close, direction flags aside.
    #[inline]
    pub fn is_close(command: u8) -> bool {
        command & !DIRECTION_FLAGS == CLOSE
    }

    /// Whether the close flag is set.
    #[inline]
    pub fn has_close_flag(command: u8) -> bool {
        command & CLOSE_FLAG != 0
    }

    /// How many further vertices belong to the segment that starts with this command.
    #[inline]
    pub fn extra_vertices(command: u8) -> usize {
        match command & KIND {
            CURVE3 => 1,
            CURVE4 => 2,
            _ => 0,
        }
    }
}

/// One command with its position in px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Vertex {
    /// One of [`command`]'s constants, or any byte that a path carried.
    pub command: u8,
    /// Abscissa, px.
    pub x: f64,
    /// Ordinate, px, down.
    pub y: f64,
}

impl Vertex {
    /// The end of a stream.
    pub const STOP: Self = Self { command: command::STOP, x: 0.0, y: 0.0 };

    /// A vertex of the given command.
    #[inline]
    pub const fn new(command: u8, x: f64, y: f64) -> Self {
        Self { command, x, y }
    }

    /// Whether both coordinates are finite.
    #[inline]
    pub fn is_finite(&self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

/// A restartable stream of vertices.
///
/// `rewind` restarts the stream but not necessarily all of a stage's state: stages document what they keep, because
/// fill, hatch and stroke each make a pass of their own.
pub trait VertexSource {
    /// Starts the next pass.
    fn rewind(&mut self);

    /// The next vertex; a command of [`command::STOP`] ends the pass.
    fn next(&mut self) -> Vertex;
}

/// Takes finished outlines: polygons to be filled with the non-zero rule.
pub trait OutlineSink {
    /// Starts a contour; an open one is closed implicitly.
    fn move_to(&mut self, x: f64, y: f64);
    /// Adds an edge.
    fn line_to(&mut self, x: f64, y: f64);
    /// Closes the contour.
    fn close(&mut self);
    /// Leaves the contour as it is: the rest of it goes to another sink.
    fn leave(&mut self) {}
}

/// A first-in first-out buffer for the few vertices a stage emits ahead.
#[derive(Clone, Debug)]
pub(crate) struct Pending<const N: usize> {
    vertices: [Vertex; N],
    read: usize,
    written: usize,
}

impl<const N: usize> Pending<N> {
    pub(crate) const fn new() -> Self {
        Self { vertices: [Vertex::STOP; N], read: 0, written: 0 }
    }

    #[inline]
    pub(crate) fn push(&mut self, command: u8, x: f64, y: f64) {
        self.vertices[self.written] = Vertex::new(command, x, y);
        self.written += 1;
    }

    #[inline]
    pub(crate) fn pop(&mut self) -> Option<Vertex> {
        if self.read < self.written {
            self.read += 1;
            Some(self.vertices[self.read - 1])
        } else {
            self.clear();
            None
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.read >= self.written
    }

    #[inline]
    pub(crate) fn last(&self) -> Vertex {
        self.vertices[self.written - 1]
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.read = 0;
        self.written = 0;
    }
}
