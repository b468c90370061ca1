// SPDX-License-Identifier: Apache-2.0

//! arrow-rs as a foreign reader, the fellow of the programs in test/go: a line of JSON per file, with a
//! digest per leaf column over (levels, value), spelt as test/go/digest spells them.
//!
//!     dump FILE...     rows, and per leaf column its values and their digest
//!     tables LIST      the same of tables: a line of LIST has the files of one, with tabs between them
//!     values FILE      every value as text: column, repetition level, definition level, value
//!     filters FILE...  counts rows by filters, with and without skipping what bounds, page index and
//!                      Bloom filters allow, and tells where the counts differ
//!     sorted FOLDER    writes files there whose rows are said to be sorted

mod digest;
mod filters;
mod read;
mod sorted;

use std::panic::{catch_unwind, AssertUnwindSafe};

fn json_text(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c < ' ' => format!("\\u{:04x}", c as u32),
            c => c.to_string(),
        })
        .collect();
    format!("\"{escaped}\"")
}

/// Prints what is known of a file; a reader that panics is an answer with an error.
fn answer(name: &str, ask: impl FnOnce() -> Result<String, String>) {
    let said = catch_unwind(AssertUnwindSafe(ask)).unwrap_or_else(|_| Err("panic".into()));
    let rest = said.unwrap_or_else(|error| format!("\"error\":{}", json_text(&error)));
    println!("{{\"file\":{},{rest}}}", json_text(name));
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.split_first().map(|(command, rest)| (command.as_str(), rest)) {
        Some(("dump", files)) if !files.is_empty() => {
            for file in files {
                answer(file, || digest::of_table(std::slice::from_ref(file)));
            }
        }
        Some(("tables", [list])) => {
            for line in std::fs::read_to_string(list).expect("the list").lines() {
                let files: Vec<String> = line.split('\t').map(String::from).collect();
                answer(&files[0], || digest::of_table(&files));
            }
        }
        Some(("values", [file])) => {
            let print = |name: &str, rep, def, text: &str| println!("{name} {rep} {def} {text}");
            if let Err(error) = read::columns(file, |_, name, rep, def, text| print(name, rep, def, text)) {
                panic!("{error}");
            }
        }
        Some(("filters", files)) if !files.is_empty() => {
            for file in files {
                answer(file, || filters::of_file(file));
            }
        }
        Some(("sorted", [folder])) => {
            if let Err(error) = sorted::write(folder) {
                panic!("{error}");
            }
        }
        _ => {
            eprintln!("usage: dump FILE... | tables LIST | values FILE | filters FILE... | sorted FOLDER");
            std::process::exit(2);
        }
    }
}
