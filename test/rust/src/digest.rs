// SPDX-License-Identifier: Apache-2.0

use std::fmt::Write;

use sha2::{Digest, Sha256};

use crate::{json_text, read};

struct Column {
    name: String,
    values: u64,
    hash: Sha256,
}

/// Rows and columns of files that make one table: each column runs on from file to file.
pub fn of_table(files: &[String]) -> Result<String, String> {
    let mut columns: Vec<Column> = Vec::new();
    let (mut rows, mut line) = (0, String::new());
    for file in files {
        let names = read::column_names(file)?;
        if columns.is_empty() {
            let empty = |name| Column { name, values: 0, hash: Sha256::new() };
            columns = names.into_iter().map(empty).collect();
        } else if !names.iter().eq(columns.iter().map(|c| &c.name)) {
            return Err(format!("{file}: columns {names:?} are others than in {}", files[0]));
        }
        rows += read::columns(file, |number, _, rep, def, text| {
            let column = &mut columns[number];
            column.values += 1;
            line.clear();
            let _ = writeln!(line, "{rep} {def} {text}");
            column.hash.update(line.as_bytes());
        })?;
    }
    let told: Vec<String> = columns
        .into_iter()
        .map(|c| {
            let digest: String = c.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{{\"name\":{},\"values\":{},\"digest\":\"{digest}\"}}", json_text(&c.name), c.values)
        })
        .collect();
    Ok(format!("\"rows\":{rows},\"columns\":[{}]", told.join(",")))
}
