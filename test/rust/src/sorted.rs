// SPDX-License-Identifier: Apache-2.0

//! arrow-rs as a writer that is told by what its rows are sorted.

use std::fs::File;
use std::sync::Arc;

use arrow_array::{ArrayRef, Date32Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::WriterProperties;

/// Three files that follow each other by `day`; those of one day by `key`, descending, null first.
pub fn write(folder: &str) -> Result<(), Box<dyn std::error::Error>> {
    let sorting = |column_idx, descending| SortingColumn { column_idx, descending, nulls_first: descending };
    for n in 0..3 {
        let days = (0..2000).map(|i| 1000 * n + i / 20);
        let keys = (0..2000).map(|i| (i % 20 > 1).then(|| format!("key {:03}", 900 - i % 20)));
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("day", Arc::new(Date32Array::from_iter_values(days)) as ArrayRef, false),
            ("key", Arc::new(StringArray::from_iter(keys)) as ArrayRef, true),
        ])?;
        let properties = WriterProperties::builder()
            .set_sorting_columns(Some(vec![sorting(0, false), sorting(1, true)]))
            .build();
        let file = File::create(format!("{folder}/arrow_rs_{n}.parquet"))?;
        let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))?;
        writer.write(&batch)?;
        writer.close()?;
    }
    Ok(())
}
