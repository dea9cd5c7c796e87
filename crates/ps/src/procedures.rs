//! The procedures that a page uses. Paths, lines and colours have the names that they have in PDF.

/// The prolog: a dictionary of short names.
///
/// - `b`, `B`: fills with a grey or a colour, then draws the line in the colour in force; `p` lays tiles.
/// - `o`: a circle; `r`: a rectangle that is clipped to; `x`: one that is filled.
/// - `t`: shows a string, `T`: strings with distances between them; `F`: a font and its size.
/// - `E`: an encoding in which nothing is named yet; `s`, `e`: a stamp and its end.
/// - `A`: the data that follow; `Y`: the same through a filter with parameters; `u`: skips what is left of them.
/// - `Z`: operators that are compressed; `i`, `y`: an image and triangles from such data.
/// - `k`: what goes into a PDF file that is made of this one.
pub const PROLOG: &str = "\
/drypoint 80 dict def drypoint begin
/m/moveto load def/l/lineto load def/c/curveto load def/h/closepath load def
/f/fill load def/S/stroke load def/n/newpath load def/q/gsave load def/Q/grestore load def
/w/setlinewidth load def/J/setlinecap load def/j/setlinejoin load def/d/setdash load def/M/setmiterlimit load def
/g/setgray load def/rg/setrgbcolor load def/K/concat load def/r/rectclip load def/x/rectfill load def
/t/show load def/F/selectfont load def/W{clip newpath}bind def/X{strokepath W}bind def/o{0 360 arc closepath}bind def
/b{gsave setgray fill grestore stroke}bind def/B{gsave setrgbcolor fill grestore stroke}bind def
/p{load/a1 exch def/a2 exch def/a3 exch def 72 exch{a3 72 a2{1 index exch a1}for pop}for}bind def
/s{gsave translate}bind def/e/grestore load def
/T{{dup type/stringtype eq{show}{0 rmoveto}ifelse}forall}bind def
/E{256 array 0 1 255{1 index exch/.notdef put}for}bind def
/A{/a currentfile/ASCII85Decode filter def a}bind def/Y{A exch/FlateDecode filter}bind def
/u{a status{a flushfile}if}bind def/Z{A/FlateDecode filter cvx exec u}bind def
/i{image u Q}bind def/y{shfill u}bind def
/pdfmark where{pop/k/pdfmark load def}{/k/cleartomark load def}ifelse
end
";
