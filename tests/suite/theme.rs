//! Tests of the theme: parts that a hub replaces, and the description of what templates can read.

#![expect(clippy::disallowed_methods, reason = "tests lay files into a hub")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use casebook::page;
use casebook::theme::Theme;
use serde_json::Value;

use crate::support::{HubFolder, TestHub, assert_golden, repository};

const STUDY: &str = "---\ntitle: Scooters\nstatus: planned\nmarkets: [DE]\nchannels: [email]\n\
                     tactics: [referral-reward]\n---\n\nText.\n";

fn hub() -> HubFolder {
    HubFolder::new(&[("content/case-studies/de/scooters.md", STUDY)])
}

fn casebook(root: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_casebook");
    Command::new(program).args(arguments).arg("--root").arg(root).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_hub_replaces_one_part_in_a_few_lines() {
    let hub = hub();
    let footer = "{% extends \"built-in/base.html\" %}\n{% block footer %}\n<footer>Our own\
                  </footer>\n{% endblock %}\n";
    hub.write("themes/atlas/templates/base.html", footer);
    hub.write(
        "themes/atlas/templates/hooks/head.html",
        "<meta name=\"theme-color\" content=\"#123456\">\n",
    );
    let built = hub.load().build();
    for page in ["index.html", "case-studies/de/scooters/index.html", "ideas/index.html"] {
        built.assert_contains(page, "<footer>Our own</footer>");
        built.assert_contains(page, "<meta name=\"theme-color\" content=\"#123456\">");
        assert!(!built.text(page).contains("_footer-1"), "{page} has two footers");
    }
    let case_side = "{% extends \"built-in/case-study.html\" %}\n{% block case_side %}\n\
                     <aside>Ask us</aside>\n{% endblock %}\n";
    hub.write("themes/atlas/templates/case-study.html", case_side);
    let built = hub.load().build();
    let page = built.text("case-studies/de/scooters/index.html");
    assert!(page.contains("<aside>Ask us</aside>") && page.contains("<h1"), "{page}");
}

#[test]
fn files_of_the_theme_are_listed_and_copied() {
    let hub = hub();
    let path = "templates/parts/footer.html";
    let copied = casebook(hub.path(), &["theme", "--copy", path]);
    assert!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr));
    let list = || stdout(&casebook(hub.path(), &["theme"]));
    assert!(list().contains("same as built in"), "{}", list());
    let file = hub.path().join("themes/atlas").join(path);
    fs::write(&file, format!("{}<!-- ours -->", fs::read_to_string(&file).unwrap())).unwrap();
    assert!(list().contains("changed by this hub\n"), "{}", list());
    let record = hub.path().join("themes/atlas/copied.toml");
    let outdated: String = (fs::read_to_string(&record).unwrap().lines())
        .map(|line| line.split_once(" = ").map_or(String::new(), |(key, _)| key.to_owned()))
        .map(|key| if key.is_empty() { key } else { format!("{key} = \"0\"\n") })
        .collect();
    fs::write(&record, outdated).unwrap();
    assert!(list().contains("the built-in version has changed since"), "{}", list());
    assert!(stdout(&casebook(hub.path(), &["theme", "--all"])).contains("styles/20-base.css"));

    let twice = casebook(hub.path(), &["theme", "--copy", path]);
    assert_eq!(twice.status.code(), Some(2), "an existing file is not overwritten");
    let unknown = casebook(hub.path(), &["theme", "--copy", "templates/parts/foter.html"]);
    let message = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(message.contains("did you mean `templates/parts/footer.html`?"), "{message}");
    let font = casebook(hub.path(), &["theme", "--copy", "fonts/figtree-latin.woff2"]);
    assert!(String::from_utf8_lossy(&font.stderr).contains("is not a text file"));
}

/// What a value in a view was seen to be.
#[derive(Default)]
struct Shape {
    types: BTreeSet<&'static str>,
    fields: BTreeMap<String, Shape>,
    items: Option<Box<Shape>>,
}

impl Shape {
    fn add(&mut self, value: &Value) {
        match value {
            Value::Null => drop(self.types.insert("nothing")),
            Value::Bool(_) => drop(self.types.insert("true or false")),
            Value::Number(_) => drop(self.types.insert("number")),
            Value::String(_) => drop(self.types.insert("text")),
            Value::Array(items) => {
                let shape = self.items.get_or_insert_default();
                items.iter().for_each(|item| shape.add(item));
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.fields.entry(name.clone()).or_default().add(value);
                }
            }
        }
    }

    fn render(&self, path: &str, lines: &mut Vec<String>) {
        if !self.types.is_empty() && self.fields.is_empty() && self.items.is_none() {
            let types: Vec<&str> = self.types.iter().copied().collect();
            lines.push(format!("- `{path}`: {}", types.join(", ")));
        }
        if let Some(items) = &self.items {
            let before = lines.len();
            items.render(&format!("{path}[]"), lines);
            if lines.len() == before {
                lines.push(format!("- `{path}`: list"));
            }
        }
        for (name, field) in &self.fields {
            field.render(&format!("{path}.{name}"), lines);
        }
    }
}

/// `themes/atlas/VIEWS.md` lists every value that each template can read, as seen in the sample hub
/// and in the golden hubs.
#[test]
fn the_views_of_templates_are_described() {
    let mut shapes: BTreeMap<(&str, &str), Shape> = BTreeMap::new();
    let hubs = [TestHub::sample(), TestHub::golden("two-markets"), TestHub::golden("families")];
    for hub in hubs {
        let hub = hub.hub();
        let theme = Theme::load(&hub.site, &BTreeMap::new()).unwrap();
        let context = hub.page_context(&theme.language);
        for page in page::plan(&context) {
            let view = page::compose(&context, &page).view;
            let template = view.kind().declaration().template;
            let value = serde_json::to_value(&view).unwrap();
            shapes.entry(template).or_default().add(&value);
        }
    }
    let mut text = String::from(
        "# What each template can read\n\nGenerated by `cargo test --test suite theme` from the \
         sample hub; `nothing` means that a value may be missing. Every template also reads what \
         README.md lists.\n",
    );
    for ((template, name), shape) in &shapes {
        let mut lines = Vec::new();
        shape.render(name, &mut lines);
        text.push_str(&format!("\n## {template}\n\n{}\n", lines.join("\n")));
    }
    assert_golden(&repository().join("themes/atlas/VIEWS.md"), &text);
}
