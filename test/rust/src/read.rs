// SPDX-License-Identifier: Apache-2.0

use std::fs::File;

use parquet::basic::{ConvertedType, LogicalType};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{AsBytes, DataType};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

fn open(path: &str) -> Result<SerializedFileReader<File>, String> {
    let file = File::open(path).map_err(|e| e.to_string())?;
    SerializedFileReader::new(file).map_err(|e| e.to_string())
}

fn name_of(leaf: &ColumnDescriptor) -> String {
    leaf.path().parts()[0].clone()
}

/// The top-level name of each leaf column.
pub fn column_names(path: &str) -> Result<Vec<String>, String> {
    let reader = open(path)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    Ok(schema.columns().iter().map(|leaf| name_of(leaf)).collect())
}

/// Shows every leaf column, in order: its number, top-level name, and each value's repetition and
/// definition level and text, which is "" for a null.  Returns the number of rows.
pub fn columns(path: &str, mut see: impl FnMut(usize, &str, i16, i16, &str)) -> Result<i64, String> {
    let reader = open(path)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    for (number, leaf) in schema.columns().iter().enumerate() {
        let name = name_of(leaf);
        for group in 0..reader.num_row_groups() {
            let here = |e| format!("row group {group}, column {name}: {e}");
            let row_group = reader.get_row_group(group).map_err(here)?;
            let chunk = row_group.get_column_reader(number).map_err(here)?;
            let mut show = |rep, def, text: &str| see(number, &name, rep, def, text);
            read_chunk(chunk, leaf, &mut show).map_err(here)?;
        }
    }
    Ok(reader.metadata().file_metadata().num_rows())
}

type Show<'a> = &'a mut dyn FnMut(i16, i16, &str);
type Outcome = parquet::errors::Result<()>;

fn read_chunk(chunk: ColumnReader, leaf: &ColumnDescriptor, see: Show) -> Outcome {
    let decimal = matches!(leaf.logical_type_ref(), Some(LogicalType::Decimal { .. }))
        || leaf.converted_type() == ConvertedType::DECIMAL;
    let bytes = |v: &[u8]| if decimal { unscaled(v) } else { hex(v) };
    match chunk {
        ColumnReader::BoolColumnReader(r) => batches(r, leaf, see, |v| v.to_string()),
        ColumnReader::Int32ColumnReader(r) => batches(r, leaf, see, |v| v.to_string()),
        ColumnReader::Int64ColumnReader(r) => batches(r, leaf, see, |v| v.to_string()),
        ColumnReader::Int96ColumnReader(r) => batches(r, leaf, see, |v| {
            let words = v.data();
            format!("t{:08x}{:08x}{:08x}", words[2], words[1], words[0])
        }),
        ColumnReader::FloatColumnReader(r) => batches(r, leaf, see, |v| format!("f{:08x}", v.to_bits())),
        ColumnReader::DoubleColumnReader(r) => batches(r, leaf, see, |v| format!("d{:016x}", v.to_bits())),
        ColumnReader::ByteArrayColumnReader(r) => batches(r, leaf, see, |v| bytes(v.as_bytes())),
        ColumnReader::FixedLenByteArrayColumnReader(r) => batches(r, leaf, see, |v| bytes(v.as_bytes())),
    }
}

/// Pairs the dense values with their levels; a required column of depth 0 has no levels.
fn batches<T: DataType>(
    mut chunk: ColumnReaderImpl<T>,
    leaf: &ColumnDescriptor,
    see: Show,
    text: impl Fn(&T::T) -> String,
) -> Outcome {
    loop {
        let (mut values, mut def, mut rep) = (Vec::new(), Vec::new(), Vec::new());
        let (records, found, levels) =
            chunk.read_records(1000, Some(&mut def), Some(&mut rep), &mut values)?;
        let mut next = values.iter();
        for i in 0..levels {
            let d = if leaf.max_def_level() > 0 { def[i] } else { 0 };
            let r = if leaf.max_rep_level() > 0 { rep[i] } else { 0 };
            let value = if d == leaf.max_def_level() { next.next() } else { None };
            see(r, d, &value.map(&text).unwrap_or_default());
        }
        assert!(next.next().is_none() && values.len() == found);
        if records == 0 && levels == 0 {
            return Ok(());
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("x{digits}")
}

/// A decimal's unscaled number, because it is the same value in whichever physical type it is stored;
/// beyond 128 bits the bytes.
fn unscaled(bytes: &[u8]) -> String {
    if bytes.len() > 16 {
        return hex(bytes);
    }
    let sign = bytes.first().map_or(0, |byte| if *byte >= 0x80 { -1i128 } else { 0 });
    bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte)).to_string()
}
