//! A file with its pages and what they share.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use page::number;
use scene::Scene;
use text::Face;

use crate::font::Font;
use crate::object::{Id, Objects, text_string};
use crate::player::Player;

/// The metadata: keys with values that are written as text, or as names for `Trapped`.
pub type Info = Vec<(String, String)>;

/// A PDF file in the making.
#[derive(Debug)]
pub struct File {
    pub(crate) objects: Objects,
    tree: Id,
    resources: Id,
    pages: Vec<Id>,
    pub(crate) inherits_color: bool,
    /// By face.
    fonts: HashMap<String, usize>,
    embedded: Vec<Font>,
    /// Names in the resources with their objects, by kind.
    named: BTreeMap<&'static str, Vec<(String, Id)>>,
    /// Names by content.
    known: HashMap<(&'static str, Vec<u8>), String>,
    /// Notes for the next page.
    notes: Vec<(String, [f64; 4])>,
    /// Root of what the pages are made of, for those who cannot see them, and its elements.
    structure: Option<Id>,
    figures: Vec<Id>,
}

impl File {
    /// A file without pages. `level` is how hard streams are compressed, from 0 (readable) to 9; `inherits_color` leaves
    /// out all operators that set colours.
    pub fn new(level: u8, inherits_color: bool) -> Self {
        let mut objects = Objects::new(level);
        let (tree, resources) = (objects.reserve(), objects.reserve());
        Self {
            objects,
            tree,
            resources,
            pages: Vec::new(),
            inherits_color,
            fonts: HashMap::new(),
            embedded: Vec::new(),
            named: BTreeMap::new(),
            known: HashMap::new(),
            notes: Vec::new(),
            structure: None,
            figures: Vec::new(),
        }
    }

    /// Number of pages.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// The object that names all resources.
    pub(crate) fn resources(&self) -> Id {
        self.resources
    }

    /// Puts a note on the next page, in a rectangle (left, bottom, right, top).
    pub fn add_note(&mut self, text: String, rect: [f64; 4]) {
        self.notes.push((text, rect));
    }

    /// Writes a page; `alt` says what it shows to those who cannot see it.
    pub fn add_page(&mut self, scene: &Scene, alt: Option<&str>) {
        let (mut content, mut annotations) = Player::new(self, scene).play();
        let page = self.objects.reserve();
        let tags = alt.map(|alt| {
            content.splice(0..0, *b"/Figure<</MCID 0>>BDC\n");
            content.extend_from_slice(b"EMC\n");
            self.add_figure(page, alt)
        });
        for (text, rect) in std::mem::take(&mut self.notes) {
            let rect = rect.map(|v| number(v, 3)).join(" ");
            annotations.push(format!("<</Type/Annot/Subtype/Text/Contents{}/Rect[{rect}]>>", text_string(&text)));
        }
        let content = self.objects.add_stream("", content);
        let annotations: Vec<String> =
            annotations.into_iter().map(|annotation| format!("{} 0 R", self.objects.add(annotation))).collect();
        let annots = if annotations.is_empty() { String::new() } else { format!("/Annots[{}]", annotations.join(" ")) };
        let dictionary = format!(
            "<</Type/Page/Parent {} 0 R/MediaBox[0 0 {} {}]/Resources {} 0 R/Contents {content} 0 R\
             /Group<</Type/Group/S/Transparency/CS/DeviceRGB>>{annots}{}>>",
            self.tree,
            number(scene.width, 6),
            number(scene.height, 6),
            self.resources,
            tags.unwrap_or_default(),
        );
        self.objects.set(page, dictionary);
        self.pages.push(page);
    }

    /// Adds an element for a page as a whole; the entry of the page that leads to it.
    fn add_figure(&mut self, page: Id, alt: &str) -> String {
        let root = match self.structure {
            Some(root) => root,
            None => self.objects.reserve(),
        };
        self.structure = Some(root);
        let element = self
            .objects
            .add(format!("<</Type/StructElem/S/Figure/P {root} 0 R/Pg {page} 0 R/K 0/Alt{}>>", text_string(alt)));
        self.figures.push(element);
        format!("/StructParents {}", self.figures.len() - 1)
    }

    /// Writes the root of the elements; the entries of the catalogue that lead to it.
    fn write_structure(&mut self) -> String {
        let Some(root) = self.structure else { return String::new() };
        let elements: Vec<String> = self.figures.iter().map(|id| format!("{id} 0 R")).collect();
        let parents: String = self.figures.iter().enumerate().map(|(i, id)| format!("{i}[{id} 0 R]")).collect();
        let content = format!(
            "<</Type/StructTreeRoot/K[{}]/ParentTree<</Nums[{parents}]>>/ParentTreeNextKey {}>>",
            elements.join(" "),
            elements.len()
        );
        self.objects.set(root, content);
        format!("/StructTreeRoot {root} 0 R/MarkInfo<</Marked true>>")
    }

    /// The whole file.
    pub fn finish(mut self, info: &Info) -> Vec<u8> {
        for font in &self.embedded {
            font.write(&mut self.objects);
        }
        let mut resources = String::from("<<");
        if !self.embedded.is_empty() {
            let fonts: String = self.embedded.iter().map(|font| format!("/{} {} 0 R", font.name, font.id)).collect();
            resources.push_str(&format!("/Font<<{fonts}>>"));
        }
        for (kind, entries) in &self.named {
            let entries: String = entries.iter().map(|(name, id)| format!("/{name} {id} 0 R")).collect();
            resources.push_str(&format!("/{kind}<<{entries}>>"));
        }
        resources.push_str(">>");
        self.objects.set(self.resources, resources);
        let kids: Vec<String> = self.pages.iter().map(|page| format!("{page} 0 R")).collect();
        self.objects.set(self.tree, format!("<</Type/Pages/Kids[{}]/Count {}>>", kids.join(" "), kids.len()));
        let structure = self.write_structure();
        let root = self.objects.add(format!("<</Type/Catalog/Pages {} 0 R{structure}>>", self.tree));
        let mut entries = String::from("<<");
        for (key, value) in info {
            let value = if key == "Trapped" { format!("/{value}") } else { text_string(value) };
            entries.push_str(&format!("/{key}{value}"));
        }
        entries.push_str(">>");
        let info = self.objects.add(entries);
        self.objects.write(root, info)
    }

    /// The place of a face's font among those embedded.
    pub(crate) fn font(&mut self, face: &Arc<Face>) -> usize {
        if let Some(&known) = self.fonts.get(&face.key) {
            return known;
        }
        let font = Font::new(format!("F{}", self.embedded.len() + 1), face, &mut self.objects);
        let place = self.embedded.len();
        self.embedded.push(font);
        self.fonts.insert(face.key.clone(), place);
        place
    }

    /// An embedded font.
    pub(crate) fn embedded(&mut self, place: usize) -> &mut Font {
        &mut self.embedded[place]
    }

    /// The name of a resource with this content, made when it is new.
    pub(crate) fn resource(
        &mut self,
        kind: &'static str,
        letter: char,
        key: &[u8],
        make: impl FnOnce(&mut Self) -> Id,
    ) -> String {
        let key = (kind, key.to_vec());
        if let Some(name) = self.known.get(&key) {
            return name.clone();
        }
        let id = make(self);
        let entries = self.named.entry(kind).or_default();
        let name = format!("{letter}{}", entries.len() + 1);
        entries.push((name.clone(), id));
        self.known.insert(key, name.clone());
        name
    }
}
