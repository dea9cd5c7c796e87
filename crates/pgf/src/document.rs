//! The document as a whole: options, the words around the picture, files beside it.

use scene::{Rasterize, Scene};

use crate::player::Player;

/// How a document is written.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Comments in front of everything, each line with its `%`.
    pub comments: String,
    /// Names of image files begin so; without it there can be none.
    pub image_files: Option<String>,
    /// The macro that includes an image.
    pub image_macro: String,
    /// Pixels per unit for what has to be drawn as pixels.
    pub resolution: f64,
    /// Points of paths and marks above which the largest artists are drawn as pixels.
    pub most_points: usize,
}

/// A finished document.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// UTF-8.
    pub text: Vec<u8>,
    /// Image files beside it: name, content.
    pub files: Vec<(String, Vec<u8>)>,
    /// How many artists are drawn as pixels because they are too much for TeX.
    pub dense: usize,
    /// How many images are missing because there is no place for files.
    pub missing: usize,
}

/// Macros of the picture, within its group: segments of paths, marks.
const MACROS: &str = r"\def\dpm#1#2{\pgfsys@moveto{#1bp}{#2bp}}%
\def\dpl#1#2{\pgfsys@lineto{#1bp}{#2bp}}%
\def\dpc#1#2#3#4#5#6{\pgfsys@curveto{#1bp}{#2bp}{#3bp}{#4bp}{#5bp}{#6bp}}%
\def\dph{\pgfsys@closepath}%
\def\dpu#1#2#3{\pgfsys@beginscope\pgfsys@transformshift{#2bp}{#3bp}%
\pgfsys@useobject{drypoint@#1}{}\pgfsys@endscope}%
";

/// The macro of links: an empty box of this size that leads to an address, if hyperref is there. XeTeX makes no link of a
/// box without characters and rules.
const LINK_MACRO: &str = r"\def\dpa#1#2#3#4#5{\ifdefined\href\pgftext[left,bottom,x=#1bp,y=#2bp]{%
\ifdefined\XeTeXversion\def\%{\@percentchar}\def\#{\string####}\def\&{\string&}%
\special{pdf:ann width #3bp height #4bp <</Type/Annot/Subtype/Link/Border[0 0 0]/A<</S/URI/URI(#5)>>>>}%
\else\href{#5}{\vbox to#4bp{\vfil\hbox to#3bp{\hfil}}}\fi}\fi}%
";

/// Writes a scene.
pub fn write(scene: &Scene, options: &Options, rasterize: &dyn Rasterize) -> Document {
    let mut player = Player::new(scene, options, rasterize);
    player.play();
    let mut text = options.comments.clone().into_bytes();
    text.extend_from_slice(b"\\begingroup%\n\\makeatletter%\n");
    text.extend_from_slice(MACROS.as_bytes());
    if player.has_links {
        text.extend_from_slice(LINK_MACRO.as_bytes());
    }
    text.extend_from_slice(b"\\begin{pgfpicture}%\n\\pgfpathrectangle{\\pgfpointorigin}");
    let size = format!("{{\\pgfqpoint{{{:.6}in}}{{{:.6}in}}}}%\n", scene.width / 72.0, scene.height / 72.0);
    text.extend_from_slice(size.as_bytes());
    text.extend_from_slice(b"\\pgfusepath{use as bounding box, clip}%\n");
    text.append(&mut player.out);
    text.extend_from_slice(b"\\end{pgfpicture}%\n\\makeatother%\n\\endgroup%\n");
    Document { text, files: player.files, dense: player.dense, missing: player.missing }
}
