// SPDX-License-Identifier: Apache-2.0

//! A reader that skips must find what a reader finds that reads everything.  What may be skipped is
//! taken from row group bounds, Bloom filters and page bounds as arrow-rs understands them; what is
//! left of all columns is read through a row filter, by the offset index where there is one.

use std::cmp::Ordering;
use std::fs::File;

use arrow_array::{Array, ArrayRef, BooleanArray, Datum, RecordBatch, Scalar};
use arrow_ord::cmp;
use arrow_ord::ord::make_comparator;
use arrow_ord::sort::sort_to_indices;
use arrow_schema::{ArrowError, DataType, SortOptions};
use arrow_select::concat::concat_batches;
use arrow_select::filter::filter_record_batch;
use parquet::arrow::arrow_reader::statistics::StatisticsConverter;
use parquet::arrow::arrow_reader::{
    ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowFilter,
    RowSelection, RowSelector,
};
use parquet::arrow::ProjectionMask;
use parquet::bloom_filter::Sbbf;
use parquet::file::metadata::PageIndexPolicy;

use crate::json_text;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;
type Builder = ParquetRecordBatchReaderBuilder<File>;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operator {
    Equal,
    AtMost,
    AtLeast,
}
use Operator::{AtLeast, AtMost, Equal};

impl Operator {
    fn holds(self, values: &dyn Datum, value: &dyn Datum) -> Result<BooleanArray, ArrowError> {
        match self {
            Equal => cmp::eq(values, value),
            AtMost => cmp::lt_eq(values, value),
            AtLeast => cmp::gt_eq(values, value),
        }
    }
}

/// One question about one column of one file.
struct Question<'a> {
    column: usize,
    operator: Operator,
    value: &'a ArrayRef,
}

impl Question<'_> {
    /// Whether bounds that stand at `at` leave room for what is asked; missing bounds do.
    fn possible(&self, least: &ArrayRef, most: &ArrayRef, at: usize) -> Outcome<bool> {
        let order = |bounds: &ArrayRef| -> Outcome<Option<Ordering>> {
            if bounds.is_null(at) {
                return Ok(None);
            }
            Ok(Some(make_comparator(bounds, self.value, SortOptions::default())?(at, 0)))
        };
        let above = order(least)? == Some(Ordering::Greater) && self.operator != AtLeast;
        let below = order(most)? == Some(Ordering::Less) && self.operator != AtMost;
        Ok(!above && !below)
    }

    fn denied(&self, filter: &Sbbf) -> bool {
        use arrow_array::cast::AsArray;
        use arrow_array::types::{Float64Type, Int32Type, Int64Type};
        let value = self.value;
        self.operator == Equal
            && !match value.data_type() {
                DataType::Int32 => filter.check(&value.as_primitive::<Int32Type>().value(0)),
                DataType::Int64 => filter.check(&value.as_primitive::<Int64Type>().value(0)),
                DataType::Float64 => filter.check(&value.as_primitive::<Float64Type>().value(0)),
                DataType::Utf8 => filter.check(value.as_string::<i32>().value(0)),
                DataType::Binary => filter.check(value.as_binary::<i32>().value(0)),
                _ => true,
            }
    }
}

struct Table {
    file: File,
    metadata: ArrowReaderMetadata,
}

impl Table {
    fn open(path: &str) -> Outcome<Table> {
        let file = File::open(path)?;
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options)?;
        Ok(Table { file, metadata })
    }

    fn builder(&self) -> Outcome<Builder> {
        Ok(Builder::new_with_metadata(self.file.try_clone()?, self.metadata.clone()))
    }

    fn rows(&self) -> Outcome<RecordBatch> {
        let batches = self.builder()?.build()?.collect::<Result<Vec<_>, _>>()?;
        Ok(concat_batches(self.metadata.schema(), &batches)?)
    }

    /// The rows that are found by skipping, and of how many rows nothing was read.
    fn found(&self, question: &Question) -> Outcome<(RecordBatch, usize)> {
        let builder = self.builder()?;
        let groups = self.metadata.metadata().row_groups();
        let schema = self.metadata.parquet_schema();
        let name = self.metadata.schema().field(question.column).name().clone();
        let bounds = StatisticsConverter::try_new(&name, self.metadata.schema(), schema)?;
        let leaf = bounds.parquet_column_index().ok_or("no leaf")?;
        let (least, most) = (bounds.row_group_mins(groups)?, bounds.row_group_maxes(groups)?);
        let (mut kept, mut selectors, mut skipped) = (Vec::new(), Vec::new(), 0);
        for (number, group) in groups.iter().enumerate() {
            let filter = builder.get_row_group_column_bloom_filter(number, leaf)?;
            if !question.possible(&least, &most, number)? || filter.is_some_and(|f| question.denied(&f)) {
                skipped += group.num_rows() as usize;
                continue;
            }
            kept.push(number);
            for (rows, wanted) in self.pages(question, &bounds, number, leaf)? {
                selectors.push(if wanted { RowSelector::select(rows) } else { RowSelector::skip(rows) });
                skipped += if wanted { 0 } else { rows };
            }
        }
        let (operator, value) = (question.operator, question.value.clone());
        let mask = ProjectionMask::roots(schema, [question.column]);
        let holds = ArrowPredicateFn::new(mask, move |batch: RecordBatch| {
            operator.holds(&batch.column(0).as_ref(), &Scalar::new(value.clone()))
        });
        let reader = builder
            .with_row_groups(kept)
            .with_row_selection(RowSelection::from(selectors))
            .with_row_filter(RowFilter::new(vec![Box::new(holds)]))
            .build()?;
        let rows = concat_batches(self.metadata.schema(), &reader.collect::<Result<Vec<_>, _>>()?)?;
        Ok((rows, skipped))
    }

    /// The pages of a chunk as far as its index tells: rows, and whether they have to be read.
    fn pages(
        &self,
        question: &Question,
        bounds: &StatisticsConverter,
        group: usize,
        leaf: usize,
    ) -> Outcome<Vec<(usize, bool)>> {
        let metadata = self.metadata.metadata();
        let rows = metadata.row_group(group).num_rows() as usize;
        let (Some(columns), Some(offsets)) = (metadata.column_index(), metadata.offset_index()) else {
            return Ok(vec![(rows, true)]);
        };
        if offsets[group][leaf].page_locations().is_empty() {
            return Ok(vec![(rows, true)]);
        }
        let least = bounds.data_page_mins(columns, offsets, [&group])?;
        let most = bounds.data_page_maxes(columns, offsets, [&group])?;
        let counts =
            bounds.data_page_row_counts(offsets, metadata.row_groups(), [&group])?.ok_or("no counts")?;
        (0..counts.len())
            .map(|page| Ok((counts.value(page) as usize, question.possible(&least, &most, page)?)))
            .collect()
    }
}

/// arrow-rs takes NaN for the largest number, which bounds leave out, and -0 for less than +0, where
/// bounds need not tell which of both there is.
fn has_no_place(value: &ArrayRef) -> bool {
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Float16Type, Float32Type, Float64Type};
    match value.data_type() {
        DataType::Float16 => {
            let number = value.as_primitive::<Float16Type>().value(0).to_f32();
            number.is_nan() || number == 0.0
        }
        DataType::Float32 => {
            let number = value.as_primitive::<Float32Type>().value(0);
            number.is_nan() || number == 0.0
        }
        DataType::Float64 => {
            let number = value.as_primitive::<Float64Type>().value(0);
            number.is_nan() || number == 0.0
        }
        _ => false,
    }
}

/// Asks for some values of every column that is not nested: the least, the greatest, some between.
pub fn of_file(path: &str) -> Result<String, String> {
    ask(path).map_err(|error| error.to_string())
}

fn ask(path: &str) -> Outcome<String> {
    let table = Table::open(path)?;
    let all = table.rows()?;
    let (mut asked, mut all_skipped, mut wrong) = (0, 0, Vec::new());
    for (column, field) in table.metadata.schema().fields().iter().enumerate() {
        let values = all.column(column);
        if field.data_type().is_nested() || values.is_empty() {
            continue;
        }
        let order = sort_to_indices(values, None, None)?;
        let end = values.len() - 1;
        let places =
            [0, end / 2, order.value(values.null_count().min(end)) as usize, order.value(end) as usize];
        for (at, operator) in places.iter().flat_map(|at| [Equal, AtMost, AtLeast].map(|o| (*at, o))) {
            let value = values.slice(at, 1);
            let unordered = field.data_type().is_floating() && operator == AtLeast;
            if value.is_null(0) || has_no_place(&value) || unordered {
                continue;
            }
            let holds = operator.holds(values, &Scalar::new(value.clone()))?;
            let expected = filter_record_batch(&all, &holds)?;
            let (found, skipped) = table.found(&Question { column, operator, value: &value })?;
            asked += 1;
            all_skipped += skipped;
            if found != expected {
                let (name, rows, had) = (field.name(), found.num_rows(), expected.num_rows());
                let text = format!("{name}, {operator:?} that of row {at}: {rows} rows, not these {had}");
                wrong.push(json_text(&text));
            }
        }
    }
    Ok(format!("\"asked\":{asked},\"skipped\":{all_skipped},\"wrong\":[{}]", wrong.join(",")))
}
