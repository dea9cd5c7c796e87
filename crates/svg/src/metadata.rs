//! What is known of the document.

use crate::xml::{push_attribute, push_element};

/// Entries of Dublin Core, in lower case, with their values.
pub type Metadata = Vec<(String, Vec<String>)>;

/// The metadata as RDF: Dublin Core in a work of Creative Commons, as Inkscape and Matplotlib have it.
pub fn push_metadata(out: &mut Vec<u8>, metadata: &Metadata) {
    if metadata.is_empty() {
        return;
    }
    out.extend_from_slice(b"<metadata><rdf:RDF xmlns:dc=\"http://purl.org/dc/elements/1.1/\"");
    out.extend_from_slice(b" xmlns:cc=\"http://creativecommons.org/ns#\"");
    out.extend_from_slice(b" xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><cc:Work>");
    for (key, values) in metadata {
        match key.as_str() {
            "type" => {
                out.extend_from_slice(b"<dc:type");
                push_attribute(out, "rdf:resource", values.first().map_or("", String::as_str));
                out.extend_from_slice(b"/>");
            }
            "creator" | "contributor" | "publisher" | "rights" => {
                out.extend_from_slice(format!("<dc:{key}>").as_bytes());
                for value in values {
                    out.extend_from_slice(b"<cc:Agent>");
                    push_element(out, "dc:title", value);
                    out.extend_from_slice(b"</cc:Agent>");
                }
                out.extend_from_slice(format!("</dc:{key}>").as_bytes());
            }
            "keywords" => {
                out.extend_from_slice(b"<dc:subject><rdf:Bag>");
                for value in values {
                    push_element(out, "rdf:li", value);
                }
                out.extend_from_slice(b"</rdf:Bag></dc:subject>");
            }
            _ => {
                for value in values {
                    push_element(out, &format!("dc:{key}"), value);
                }
            }
        }
    }
    out.extend_from_slice(b"</cc:Work></rdf:RDF></metadata>\n");
}
