//! One page at a time through its template; what many pages share is rendered once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use memchr::memmem;
use rayon::prelude::*;
use tera::{Context as Values, Value};

use crate::catalog::CaseIndex;
use crate::error::{Error, Result, work};
use crate::page::characters::publishable_bytes;
use crate::page::cited::Cited;
use crate::page::mention::Form;
use crate::page::parts::Row;
use crate::page::{Composed, Context, Page, Section, View, What, compose, frame};
use crate::source::ContentHash;
use crate::theme::{Made, Theme};

/// Everything a page needs besides its view, ready for each depth of folders.
pub struct Renderer<'a> {
    theme: &'a Theme,
    context: &'a Context<'a>,
    /// Head, header and footer, by root and section.
    frames: BTreeMap<(String, Section), Frame>,
    /// The list row of each case study, with [`ROOT`] where its links start.
    rows: Option<Value>,
    /// What the rows say, where there are any.
    rows_say: Option<ContentHash>,
    /// Each case study as others mention it, by root and form: rendered when the first page asks for it.
    mentions: BTreeMap<String, [Vec<OnceLock<Value>>; Form::COUNT]>,
}

struct Frame {
    says: ContentHash,
    head: Value,
    header: Value,
    footer: Value,
}

/// Stands for the way to the root of the site in rows, which are rendered once for pages of every depth; a page that shows rows has
/// its own way put in at the end. Unicode promises that this character means nothing in any text.
const ROOT: char = '\u{fdd0}';

/// So many pages, or rows, are one piece of work. Left to itself a large share of all is, and at the end one core waits for another.
const AT_ONCE: usize = 16;

const SECTIONS: [Section; 7] =
    [Section::None, Section::CaseStudies, Section::Ideas, Section::Playbooks, Section::Similar, Section::Evidence, Section::Pages];

impl<'a> Renderer<'a> {
    /// Prepares what these pages share.
    ///
    /// # Errors
    /// A template that asks for what its view does not hold.
    pub fn new(theme: &'a Theme, context: &'a Context<'a>, pages: &[Page]) -> Result<Self> {
        let mut renderer = Renderer { theme, context, frames: BTreeMap::new(), rows: None, rows_say: None, mentions: BTreeMap::new() };
        let roots: BTreeSet<String> = pages.iter().map(|page| root(context, page)).collect();
        for root in &roots {
            for section in SECTIONS {
                let frame = renderer.frame(root, section)?;
                renderer.frames.insert((root.clone(), section), frame);
            }
        }
        if pages.iter().any(|page| lists(&page.what)) {
            let rows = renderer.rows()?;
            renderer.rows_say = Some(ContentHash::of(rows.concat().as_bytes()));
            renderer.rows = Some(Value::from(rows.iter().map(|row| Value::safe_string(row)).collect::<Vec<Value>>()));
        }
        for page in pages.iter().filter(|page| mentions(&page.what)) {
            let cases = || (0..context.mentions.len()).map(|_| OnceLock::new()).collect();
            renderer.mentions.entry(root(context, page)).or_insert_with(|| std::array::from_fn(|_| cases()));
        }
        Ok(renderer)
    }

    /// Renders all of them.
    ///
    /// # Errors
    /// A template that asks for what its view does not hold, and whatever `take` says.
    pub fn publish(&self, pages: &[Page], take: impl Fn(&str, Vec<u8>) -> Result<()> + Sync) -> Result<()> {
        self.each(pages, |page| take(&page.path, self.page(page)?))
    }

    /// Renders those that say something else than when they were made last.
    ///
    /// # Errors
    /// As for `publish`.
    pub fn publish_again(&self, pages: &[Page], made: &Made, take: impl Fn(&str, &Arc<[u8]>) -> Result<()> + Sync) -> Result<()> {
        self.each(pages, |page| {
            let composed = compose(self.context, page);
            let says = self.says(page, &composed)?;
            take(&page.path, &made.again(&page.path, says, || self.fill(page, composed))?)
        })
    }

    fn each(&self, pages: &[Page], make: impl Fn(&Page) -> Result<()> + Sync) -> Result<()> {
        pages.par_iter().with_max_len(AT_ONCE).try_for_each(|page| work::on(&page.subject(self.context), || make(page)))
    }

    /// Renders one of the pages the renderer was made for.
    ///
    /// # Errors
    /// A template that asks for what its view does not hold.
    pub fn page(&self, page: &Page) -> Result<Vec<u8>> {
        self.fill(page, compose(self.context, page))
    }

    /// A hash of everything that a page's bytes follow from, beside the theme and the settings.
    fn says(&self, page: &Page, composed: &Composed) -> Result<ContentHash> {
        let root = root(self.context, page);
        let frame = self.frames.get(&(root, composed.view.kind().declaration().section)).map(|frame| frame.says);
        let rows = self.rows_say.filter(|_| lists(&page.what));
        let mention = |(case, form): &(CaseIndex, Form)| (&self.context.mentions[case.0 as usize], *form as u8);
        let mentions: Vec<(&Cited, u8)> = composed.mentions.0.iter().map(mention).collect();
        let bytes = postcard::to_stdvec(&(frame.map(|frame| frame.0), rows.map(|rows| rows.0), mentions, &composed.head, &composed.view));
        bytes.map(|bytes| ContentHash::of(&bytes)).map_err(|error| cannot_be_made(&page.path, error))
    }

    fn fill(&self, page: &Page, composed: Composed) -> Result<Vec<u8>> {
        let Composed { head, view, mentions } = composed;
        let section = view.kind().declaration().section;
        let root = root(self.context, page);
        let mut values = Values::new();
        if let Some(frame) = self.frames.get(&(root.clone(), section)) {
            values.insert_value("head", frame.head.clone());
            values.insert_value("header", frame.header.clone());
            values.insert_value("footer", frame.footer.clone());
        }
        let rows = self.rows.as_ref().filter(|_| lists(&page.what));
        if let Some(rows) = rows {
            values.insert_value("rows", rows.clone());
        }
        if !mentions.0.is_empty() {
            let rendered = mentions.0.iter().map(|(case, form)| self.mention(*case, *form, &root));
            values.insert_value("mentions", rendered.collect::<Result<Vec<Value>>>()?.into());
        }
        values.insert_value("root", Value::normal_string(&root));
        values.insert("page", &head);
        let (template, name) = view.kind().declaration().template;
        values.insert_value(name, value(&view, &page.path)?);
        let bytes = self.render(template, &values, &page.path)?;
        Ok(publishable_bytes(if rows.is_some() { led(&bytes, &root) } else { bytes }))
    }

    fn frame(&self, root: &str, section: Section) -> Result<Frame> {
        let mut values = Values::new();
        values.insert("root", root);
        values.insert("home", if root.is_empty() { "./" } else { root });
        values.insert("frame", &frame::compose(self.context, section));
        let part = |name: &str| self.render(name, &values, name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let parts = [part("parts/head.html")?, part("parts/header.html")?, part("parts/footer.html")?];
        let says = ContentHash::of(parts.concat().as_bytes());
        let [head, header, footer] = parts.map(|text| Value::safe_string(&text));
        Ok(Frame { says, head, header, footer })
    }

    /// Every row, with [`ROOT`] where its links start.
    fn rows(&self) -> Result<Vec<String>> {
        let one = |row: &Row| -> Result<String> {
            let mut values = Values::new();
            values.insert("root", &ROOT);
            values.insert("row", row);
            let bytes = self.render("parts/row.html", &values, "parts/row.html")?;
            Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
        };
        self.context.rows.par_iter().with_max_len(AT_ONCE).map(one).collect()
    }

    /// A case study as others mention it.
    fn mention(&self, case: CaseIndex, form: Form, root: &str) -> Result<Value> {
        let rendered = self.mentions.get(root).map(|forms| &forms[form as usize][case.0 as usize]);
        if let Some(value) = rendered.and_then(OnceLock::get) {
            return Ok(value.clone());
        }
        let mut values = Values::new();
        values.insert("root", root);
        values.insert("mention", &self.context.mentions[case.0 as usize]);
        let bytes = self.render(form.template(), &values, form.template())?;
        let value = Value::safe_string(String::from_utf8_lossy(&bytes).trim_end());
        Ok(rendered.map_or_else(|| value.clone(), |rendered| rendered.get_or_init(|| value.clone()).clone()))
    }

    fn render(&self, template: &str, values: &Values, path: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(32 * 1024);
        self.theme.tera.render_to(template, values, &mut bytes).map_err(|error| cannot_be_made(path, error))?;
        Ok(bytes)
    }
}

/// A page with the way to the root of the site where rows left a place for it.
fn led(bytes: &[u8], root: &str) -> Vec<u8> {
    let mut place = [0; ROOT.len_utf8()];
    let place = ROOT.encode_utf8(&mut place).as_bytes();
    let mut led = Vec::with_capacity(bytes.len() + bytes.len() / 16);
    let mut rest = 0;
    for at in memmem::find_iter(bytes, place) {
        led.extend_from_slice(&bytes[rest..at]);
        led.extend_from_slice(root.as_bytes());
        rest = at + place.len();
    }
    led.extend_from_slice(&bytes[rest..]);
    led
}

fn value(view: &View, path: &str) -> Result<Value> {
    Value::try_from_serializable(view).map_err(|error| cannot_be_made(path, error))
}

fn cannot_be_made(path: &str, why: impl std::fmt::Display) -> Error {
    Error::new(format!("`{path}` cannot be made: {why}"))
}

/// Whether a page holds rows of case studies.
fn lists(what: &What) -> bool {
    matches!(what, What::Home | What::CaseStudies(_) | What::Term(..) | What::Idea(_) | What::Playbook(_))
}

/// Whether a page mentions case studies.
fn mentions(what: &What) -> bool {
    matches!(what, What::CaseStudy(_) | What::Idea(_) | What::Ideas(_) | What::Proposals(..))
}

/// What leads to the root of the site. The page for unknown addresses is shown at any depth, so it starts from the host.
fn root(context: &Context, page: &Page) -> String {
    if page.what != What::NotFound {
        return page.root();
    }
    let base = &context.site.base_url;
    let path = base.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    format!("/{path}")
}
