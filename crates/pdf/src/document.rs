//! A file with its pages and what they share.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use page::number;
use scene::Scene;
use text::Face;

use crate::font::Font;
use crate::object::{Id, Objects, text_string};
use crate::player::{Played, Player};
use crate::profile::srgb;
use crate::tags::{Figure, Tagged};
use crate::type3;

/// The metadata: keys with values that are written as text, or as names for `Trapped`.
pub type Info = Vec<(String, String)>;

/// What kind of file it is, and what it promises.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kind {
    /// It holds all that it is drawn with, colours included (PDF/A-2b).
    pub archival: bool,
    /// Every code of its fonts stands for characters (PDF/A-2u).
    pub unicode: bool,
    /// Its links and notes are elements, too (PDF/UA).
    pub accessible: bool,
    /// Its fonts are procedures that draw (Type 3).
    pub type3: bool,
}

/// A file within the file.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// What it contains.
    pub data: Vec<u8>,
}

/// What stands beside the pages.
#[derive(Clone, Debug, Default)]
pub struct Extras {
    /// The language, as web pages name it.
    pub language: Option<String>,
    /// The metadata once more, as XMP.
    pub xmp: Option<Vec<u8>>,
    /// Whether windows show the title instead of the file's name.
    pub shows_title: bool,
    /// Files, sorted by name.
    pub attachments: Vec<Attachment>,
}

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
    /// Names by kind and digest of the content, which itself is not held.
    known: HashMap<(&'static str, [u64; 2]), String>,
    /// Two ways to hash, which together are a digest.
    hashers: [RandomState; 2],
    /// Notes for the next page.
    notes: Vec<(String, [f64; 4])>,
    /// The element of the document, for those who cannot see it, and the elements in it.
    structure: Option<Id>,
    elements: Vec<Id>,
    /// What pages, links and notes find their elements by: an element, or an array of them.
    parents: Vec<String>,
    kind: Kind,
}

impl File {
    /// A file without pages. `level` is how hard streams are compressed, from 0 (readable) to 9; `inherits_color` leaves
    /// out all operators that set colours.
    pub fn new(level: u8, inherits_color: bool, kind: Kind) -> Self {
        let mut objects = Objects::new(level, if kind.archival || kind.accessible { "1.7" } else { "1.5" });
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
            hashers: [RandomState::new(), RandomState::new()],
            notes: Vec::new(),
            structure: None,
            elements: Vec::new(),
            parents: Vec::new(),
            kind,
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

    /// Writes a page; `alt` says what it shows to those who cannot see it. Only with it are parts of the page told of.
    pub fn add_page(&mut self, scene: &Scene, alt: Option<&str>) {
        let Played { content, mut annotations, tags } = Player::new(self, scene, alt).play();
        let page = self.objects.reserve();
        let tags = tags.map(|tagged| self.add_figures(page, &tagged));
        for (text, rect) in std::mem::take(&mut self.notes) {
            let rect = rect.map(|v| number(v, 3)).join(" ");
            // Archives want to be told how a note looks, which programs know by themselves.
            let look = self.kind.archival.then(|| {
                let form = self.objects.add_stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]", Vec::new());
                format!("/AP<</N {form} 0 R>>")
            });
            annotations.push(format!(
                "/Type/Annot/Subtype/Text/F 28/Contents{}/Rect[{rect}]{}",
                text_string(&text),
                look.unwrap_or_default()
            ));
        }
        let content = self.objects.add_stream("", content);
        let annotations: Vec<String> =
            annotations.into_iter().map(|entries| format!("{} 0 R", self.add_annotation(page, &entries))).collect();
        let tabs = if self.kind.accessible { "/Tabs/S" } else { "" };
        let annots =
            if annotations.is_empty() { String::new() } else { format!("/Annots[{}]{tabs}", annotations.join(" ")) };
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

    /// Adds an annotation with these entries.
    fn add_annotation(&mut self, page: Id, entries: &str) -> Id {
        let id = self.objects.reserve();
        let mut parent = String::new();
        if self.kind.accessible {
            let kind = if entries.contains("/Subtype/Link") { "Link" } else { "Annot" };
            let element = self.add_element(&format!("/S/{kind}/Pg {page} 0 R/K<</Type/OBJR/Obj {id} 0 R>>"));
            parent = format!("/StructParent {}", self.add_parent(format!("{element} 0 R")));
        }
        self.objects.set(id, format!("<<{entries}{parent}>>"));
        id
    }

    /// Adds elements for a page as a whole and parts of it; the entry of the page that leads to them.
    fn add_figures(&mut self, page: Id, Tagged { figures, owners }: &Tagged) -> String {
        let elements: Vec<Id> = figures
            .iter()
            .enumerate()
            .map(|(place, Figure { alt, bounds })| {
                let sequences: Vec<String> =
                    (0..owners.len()).filter(|&i| owners[i] == place).map(|i| i.to_string()).collect();
                let content =
                    if let [one] = &sequences[..] { format!(" {one}") } else { format!("[{}]", sequences.join(" ")) };
                let bbox = [bounds.x1, bounds.y1, bounds.x2, bounds.y2].map(|v| number(v, 6)).join(" ");
                self.add_element(&format!(
                    "/S/Figure/Pg {page} 0 R/K{content}/Alt{}/A<</O/Layout/Placement/Block/BBox[{bbox}]>>",
                    text_string(alt),
                ))
            })
            .collect();
        let parents: Vec<String> = owners.iter().map(|&place| format!("{} 0 R", elements[place])).collect();
        format!("/StructParents {}", self.add_parent(format!("[{}]", parents.join(" "))))
    }

    /// Adds an element.
    fn add_element(&mut self, entries: &str) -> Id {
        let document = *self.structure.get_or_insert_with(|| self.objects.reserve());
        let id = self.objects.add(format!("<</Type/StructElem/P {document} 0 R{entries}>>"));
        self.elements.push(id);
        id
    }

    /// Adds what a page, link or note finds its elements by; its number.
    fn add_parent(&mut self, elements: String) -> usize {
        self.parents.push(elements);
        self.parents.len() - 1
    }

    /// Writes the document's element and what is above it; the entries of the catalogue that lead to it.
    fn write_structure(&mut self) -> String {
        let Some(document) = self.structure else { return String::new() };
        let elements: Vec<String> = self.elements.iter().map(|id| format!("{id} 0 R")).collect();
        let parents: Vec<String> =
            self.parents.iter().enumerate().map(|(key, elements)| format!("{key} {elements}")).collect();
        let root = self.objects.add(format!(
            "<</Type/StructTreeRoot/K {document} 0 R/ParentTree<</Nums[{}]>>/ParentTreeNextKey {}>>",
            parents.join(" "),
            parents.len()
        ));
        let content = format!("<</Type/StructElem/S/Document/P {root} 0 R/K[{}]>>", elements.join(" "));
        self.objects.set(document, content);
        format!("/StructTreeRoot {root} 0 R/MarkInfo<</Marked true>>")
    }

    /// Writes what stands beside the pages; the entries of the catalogue that lead to it.
    fn write_extras(&mut self, extras: Extras) -> String {
        let mut entries = String::new();
        if let Some(language) = &extras.language {
            entries.push_str(&format!("/Lang{}", text_string(language)));
        }
        if extras.shows_title {
            entries.push_str("/ViewerPreferences<</DisplayDocTitle true>>");
        }
        if let Some(xmp) = extras.xmp {
            let id = self.objects.add_plain_stream("/Type/Metadata/Subtype/XML", &xmp);
            entries.push_str(&format!("/Metadata {id} 0 R"));
        }
        if self.kind.archival {
            let profile = self.objects.add_stream("/N 3", srgb());
            entries.push_str(&format!(
                "/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/Info(sRGB)\
                 /DestOutputProfile {profile} 0 R>>]"
            ));
        }
        if !extras.attachments.is_empty() {
            let mut names = String::new();
            for Attachment { name, media_type, data } in extras.attachments {
                let kind: String = media_type
                    .bytes()
                    .map(|byte| match byte {
                        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'+' | b'.' => char::from(byte).to_string(),
                        _ => format!("#{byte:02X}"),
                    })
                    .collect();
                let entries = format!("/Type/EmbeddedFile/Subtype/{kind}/Params<</Size {}>>", data.len());
                let file = self.objects.add_stream(&entries, data);
                let name = text_string(&name);
                let specification = self.objects.add(format!(
                    "<</Type/Filespec/F{name}/UF{name}/AFRelationship/Data/EF<</F {file} 0 R/UF {file} 0 R>>>>"
                ));
                names.push_str(&format!("{name} {specification} 0 R "));
            }
            entries.push_str(&format!("/Names<</EmbeddedFiles<</Names[{names}]>>>>"));
        }
        entries
    }

    /// What is written so far and was not taken before; it is not held any longer.
    pub fn take(&mut self) -> Vec<u8> {
        self.objects.take()
    }

    /// Ends the file; all of it that was not taken.
    pub fn finish(mut self, info: &Info, extras: Extras) -> Vec<u8> {
        let mut fonts = String::new();
        for font in &self.embedded {
            if self.kind.type3 {
                fonts.push_str(&type3::write(font, &mut self.objects, self.kind.unicode));
            } else {
                font.write(&mut self.objects, self.kind.unicode);
                fonts.push_str(&format!("/{} {} 0 R", font.name, font.id));
            }
        }
        let mut resources = String::from("<<");
        if !fonts.is_empty() {
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
        let extras = self.write_extras(extras);
        let root = self.objects.add(format!("<</Type/Catalog/Pages {} 0 R{structure}{extras}>>", self.tree));
        let mut entries = String::from("<<");
        for (key, value) in info {
            let value = if key == "Trapped" { format!("/{value}") } else { text_string(value) };
            entries.push_str(&format!("/{key}{value}"));
        }
        entries.push_str(">>");
        let info = self.objects.add(entries);
        self.objects.finish(root, info)
    }

    /// The place of a face's font among those embedded.
    pub(crate) fn font(&mut self, face: &Arc<Face>) -> usize {
        if let Some(&known) = self.fonts.get(&face.key) {
            return known;
        }
        let font = Font::new(format!("F{}", self.embedded.len() + 1), face, !self.has_type3(), &mut self.objects);
        let place = self.embedded.len();
        self.embedded.push(font);
        self.fonts.insert(face.key.clone(), place);
        place
    }

    /// Whether fonts are procedures that draw, each for 256 codes.
    pub(crate) fn has_type3(&self) -> bool {
        self.kind.type3
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
        let key = (kind, self.hashers.each_ref().map(|hasher| hasher.hash_one(key)));
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
