//! Describes the exported tables as a Data Package.

use serde_json::{Value, json};

use crate::page::data::csv;
use crate::page::data::table::{DataFormat, ExportTable, FieldType, TableField};
use crate::site::Site;

/// Site path of the file of a table in one format: `data/ideas.csv`.
pub fn table_path(table: &ExportTable, format: DataFormat) -> String {
    format!("data/{}.{}", table.name, format.extension())
}

/// The file `data/datapackage.json`: every table file with its fields, their types and descriptions
/// (Data Package, version 1).
pub fn data_package(site: &Site, tables: &[&ExportTable], formats: &[DataFormat]) -> Vec<u8> {
    let resources =
        tables.iter().flat_map(|table| formats.iter().map(|format| resource(table, *format)));
    let package = json!({
        "profile": "data-package",
        "name": "casebook",
        "title": site.title,
        "description": site.description,
        "homepage": Some(&site.base_url).filter(|url| !url.is_empty()),
        "created": format!("{}T00:00:00Z", site.today),
        "resources": resources.collect::<Vec<Value>>(),
    });
    let mut bytes =
        serde_json::to_vec_pretty(&package).expect("a value can always be written as JSON");
    bytes.push(b'\n');
    bytes
}

/// The description of one table file; its path is relative to the folder of the schema.
fn resource(table: &ExportTable, format: DataFormat) -> Value {
    let mut resource = json!({
        "profile": "tabular-data-resource",
        "name": format!("{}-{}", table.name, format.extension()),
        "path": format!("{}.{}", table.name, format.extension()),
        "description": table.description,
        "format": format.extension(),
        "mediatype": match format { DataFormat::Json => "application/json", DataFormat::Csv => "text/csv" },
        "encoding": "utf-8",
        "schema": { "fields": table.columns().iter().map(|field| describe_field(field, format)).collect::<Vec<Value>>() },
    });
    if format == DataFormat::Csv {
        resource["dialect"] = json!({ "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true, "header": true });
    }
    resource
}

/// The description of a field in one format, which for CSV says how lists and objects are written.
fn describe_field(field: &TableField, format: DataFormat) -> Value {
    let (kind, note) = match (field.field_type, format) {
        (FieldType::Text, _) => ("string", String::new()),
        (FieldType::Number, _) => ("number", String::new()),
        (FieldType::Integer, _) => ("integer", String::new()),
        (FieldType::Boolean, _) => ("boolean", String::new()),
        (FieldType::Date, _) => ("date", String::new()),
        (FieldType::Object, DataFormat::Json) => ("object", String::new()),
        (FieldType::Object, DataFormat::Csv) => {
            ("object", " As the text of a JSON object.".to_owned())
        }
        (FieldType::TextList, DataFormat::Json) => ("array", String::new()),
        (FieldType::TextList, DataFormat::Csv) => {
            ("string", format!(" Several are joined with `{}`.", csv::LIST_SEPARATOR))
        }
    };
    json!({ "name": field.name, "type": kind, "description": format!("{}{note}", field.description) })
}
