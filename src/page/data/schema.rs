//! The description of the published tables, as a data package that tools and people can read.

use serde_json::{Value, json};

use crate::page::data::table::{Field, Form, Table};
use crate::page::data::{Format, TABLES, csv};
use crate::site::Site;

/// Site path of a table.
pub fn path(table: &Table, format: Format) -> String {
    format!("data/{}.{}", table.name, format.extension())
}

/// `data/datapackage.json`: every file with its fields, their types and meanings (Data Package, version 1).
pub fn package(site: &Site, formats: &[Format]) -> Vec<u8> {
    let resources = TABLES.iter().flat_map(|table| formats.iter().map(|format| resource(table, *format)));
    let package = json!({
        "profile": "data-package",
        "name": "casebook",
        "title": site.title,
        "description": site.description,
        "homepage": Some(&site.base_url).filter(|url| !url.is_empty()),
        "created": format!("{}T00:00:00Z", site.today),
        "resources": resources.collect::<Vec<Value>>(),
    });
    let mut bytes = serde_json::to_vec_pretty(&package).expect("a value can always be written as JSON");
    bytes.push(b'\n');
    bytes
}

fn resource(table: &Table, format: Format) -> Value {
    let mut resource = json!({
        "profile": "tabular-data-resource",
        "name": format!("{}-{}", table.name, format.extension()),
        "path": format!("{}.{}", table.name, format.extension()),
        "description": table.about,
        "format": format.extension(),
        "mediatype": match format { Format::Json => "application/json", Format::Csv => "text/csv" },
        "encoding": "utf-8",
        "schema": { "fields": table.fields.iter().map(|field| described(field, format)).collect::<Vec<Value>>() },
    });
    if format == Format::Csv {
        resource["dialect"] = json!({ "delimiter": ",", "lineTerminator": "\r\n", "quoteChar": "\"", "doubleQuote": true, "header": true });
    }
    resource
}

fn described(field: &Field, format: Format) -> Value {
    let (kind, note) = match (field.form, format) {
        (Form::Text, _) => ("string", String::new()),
        (Form::Number, _) => ("number", String::new()),
        (Form::Integer, _) => ("integer", String::new()),
        (Form::Flag, _) => ("boolean", String::new()),
        (Form::Day, _) => ("date", String::new()),
        (Form::Object, Format::Json) => ("object", String::new()),
        (Form::Object, Format::Csv) => ("object", " As the text of a JSON object.".to_owned()),
        (Form::Texts, Format::Json) => ("array", String::new()),
        (Form::Texts, Format::Csv) => ("string", format!(" Several are joined with `{}`.", csv::SEPARATOR)),
    };
    json!({ "name": field.name, "type": kind, "description": format!("{}{note}", field.about) })
}
