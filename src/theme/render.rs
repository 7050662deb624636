//! Renders pages with their templates; parts that many pages share are rendered once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use bytes::Bytes;
use memchr::memmem;
use rayon::prelude::*;
use tera::{Context as Values, Value};

use crate::catalog::CaseIndex;
use crate::error::{Error, Result, current_path};
use crate::page::parts::citation::{self, Citation};
use crate::page::parts::mention::MentionForm;
use crate::page::parts::{CaseStudyRow, frame};
use crate::page::text::characters::to_publishable_bytes;
use crate::page::{ComposedPage, Context, Page, PageSpec, View, compose};
use crate::site::pages::Section;
use crate::source::ContentHash;
use crate::theme::{RenderCache, Theme};

/// Renders the pages of one site, with the parts they share prepared for every folder depth that
/// occurs.
pub struct Renderer<'a> {
    theme: &'a Theme,
    context: &'a Context<'a>,
    /// Head, header and footer, by root prefix and section.
    frames: BTreeMap<(String, Section), Frame>,
    /// The list row of each case study, with [`ROOT_PLACEHOLDER`] at the start of its links; `None`
    /// where no page has rows.
    rows: Option<Value>,
    /// Hash of all rows.
    rows_hash: Option<ContentHash>,
    /// The short form of each case study, indexed by `CaseIndex`; empty where no page mentions one.
    citations: Vec<Citation>,
    /// Each case study as other pages mention it, by root prefix, form and case; rendered on first
    /// use. Kept, because a build of 10,000 records takes 3 % more of the processor without
    /// (`benches/README.md`).
    mentions: BTreeMap<String, [Vec<OnceLock<Value>>; MentionForm::COUNT]>,
}

/// The rendered parts around the content of a page, for one root prefix and section.
struct Frame {
    /// Hash of the three parts.
    hash: ContentHash,
    head: Value,
    header: Value,
    footer: Value,
}

/// Placeholder for the root prefix in rows, which are rendered once for pages of every depth; each
/// page replaces it with its own prefix. A Unicode noncharacter, so it occurs in no text.
const ROOT_PLACEHOLDER: char = '\u{fdd0}';

impl<'a> Renderer<'a> {
    /// Renders the parts that `pages` share; `rows` has the row of each case study.
    ///
    /// # Errors
    /// A template names a value that its view does not have.
    pub fn new(
        theme: &'a Theme,
        context: &'a Context<'a>,
        pages: &[Page],
        rows: &[CaseStudyRow],
    ) -> Result<Self> {
        let mut renderer = Renderer {
            theme,
            context,
            frames: BTreeMap::new(),
            rows: None,
            rows_hash: None,
            citations: Vec::new(),
            mentions: BTreeMap::new(),
        };
        let roots: BTreeSet<String> = pages.iter().map(|page| root_prefix(context, page)).collect();
        for root in &roots {
            for section in Section::ALL {
                let frame = renderer.render_frame(root, section)?;
                renderer.frames.insert((root.clone(), section), frame);
            }
        }
        if pages.iter().any(|page| has_rows(&page.spec)) {
            let rows = renderer.render_rows(rows)?;
            renderer.rows_hash = Some(ContentHash::of(rows.concat().as_bytes()));
            renderer.rows = Some(Value::from(
                rows.iter().map(|row| Value::safe_string(row)).collect::<Vec<Value>>(),
            ));
        }
        if pages.iter().any(|page| has_mentions(&page.spec)) {
            renderer.citations = citation::compose_all(context);
        }
        for page in pages.iter().filter(|page| has_mentions(&page.spec)) {
            let cases = || context.catalog.cases.iter().map(|_| OnceLock::new()).collect();
            renderer
                .mentions
                .entry(root_prefix(context, page))
                .or_insert_with(|| std::array::from_fn(|_| cases()));
        }
        Ok(renderer)
    }

    /// Passes path and bytes of every page to `take`, from several threads at once. Pages whose
    /// view is that of the previous build are taken from `render_cache`.
    ///
    /// # Errors
    /// A template names a value that its view does not have, or `take` fails.
    pub fn publish(
        &self,
        pages: &[Page],
        render_cache: Option<&RenderCache>,
        take: impl Fn(&str, Bytes) -> Result<()> + Sync,
    ) -> Result<()> {
        let publish_page = |page: &Page| {
            let composed = compose(self.context, page);
            let bytes = match render_cache {
                Some(render_cache) => {
                    let view_hash = self.view_hash(page, &composed)?;
                    let render = || self.render_composed(page, composed);
                    render_cache.get_or_render(&page.path, view_hash, render)?
                }
                None => self.render_composed(page, composed)?.into(),
            };
            take(&page.path, bytes)
        };
        pages.par_iter().try_for_each(|page| {
            current_path::scope(&page.source_path(self.context.catalog), || publish_page(page))
        })
    }

    /// Renders one of the pages that were given to [`Renderer::new`].
    ///
    /// # Errors
    /// A template names a value that its view does not have.
    pub fn render_page(&self, page: &Page) -> Result<Vec<u8>> {
        self.render_composed(page, compose(self.context, page))
    }

    /// A hash of everything that determines a page's bytes, except the theme and the settings.
    fn view_hash(&self, page: &Page, composed: &ComposedPage<View>) -> Result<ContentHash> {
        let root = root_prefix(self.context, page);
        let frame = self
            .frames
            .get(&(root, composed.view.kind().declaration().section))
            .map(|frame| frame.hash);
        let rows = self.rows_hash.filter(|_| has_rows(&page.spec));
        let mention = |(case, form): &(CaseIndex, MentionForm)| {
            (&self.citations[case.0 as usize], *form as u8)
        };
        let mentions: Vec<(&Citation, u8)> = composed.mentions.0.iter().map(mention).collect();
        let bytes = postcard::to_stdvec(&(
            frame.map(|frame| frame.0),
            rows.map(|rows| rows.0),
            mentions,
            &composed.head,
            &composed.view,
        ));
        bytes.map(|bytes| ContentHash::of(&bytes)).map_err(|error| render_error(&page.path, error))
    }

    /// The bytes of a composed page, rendered with the template of its kind, without characters
    /// that published files cannot contain.
    fn render_composed(&self, page: &Page, composed: ComposedPage<View>) -> Result<Vec<u8>> {
        let ComposedPage { head, view, mentions } = composed;
        let section = view.kind().declaration().section;
        let root = root_prefix(self.context, page);
        let mut values = Values::new();
        if let Some(frame) = self.frames.get(&(root.clone(), section)) {
            values.insert_value("head", frame.head.clone());
            values.insert_value("header", frame.header.clone());
            values.insert_value("footer", frame.footer.clone());
        }
        let rows = self.rows.as_ref().filter(|_| has_rows(&page.spec));
        if let Some(rows) = rows {
            values.insert_value("rows", rows.clone());
        }
        if !mentions.0.is_empty() {
            let rendered =
                mentions.0.iter().map(|(case, form)| self.render_mention(*case, *form, &root));
            values.insert_value("mentions", rendered.collect::<Result<Vec<Value>>>()?.into());
        }
        values.insert_value("root", Value::normal_string(&root));
        values.insert("page", &head);
        let (template, name) = view.kind().declaration().template;
        values.insert_value(name, to_value(&view, &page.path)?);
        let bytes = self.render_template(template, &values, &page.path)?;
        Ok(to_publishable_bytes(if rows.is_some() {
            insert_root_prefix(&bytes, &root)
        } else {
            bytes
        }))
    }

    /// Renders head, header and footer for the pages of a section with one root prefix.
    fn render_frame(&self, root: &str, section: Section) -> Result<Frame> {
        let mut values = Values::new();
        values.insert("root", root);
        values.insert("home", if root.is_empty() { "./" } else { root });
        values.insert("frame", &frame::compose(self.context, section));
        let part = |name: &str| {
            self.render_template(name, &values, name)
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        let parts =
            [part("parts/head.html")?, part("parts/header.html")?, part("parts/footer.html")?];
        let hash = ContentHash::of(parts.concat().as_bytes());
        let [head, header, footer] = parts.map(|text| Value::safe_string(&text));
        Ok(Frame { hash, head, header, footer })
    }

    /// The row of every case study, with [`ROOT_PLACEHOLDER`] at the start of its links.
    fn render_rows(&self, rows: &[CaseStudyRow]) -> Result<Vec<String>> {
        let render_row = |row: &CaseStudyRow| -> Result<String> {
            let mut values = Values::new();
            values.insert("root", &ROOT_PLACEHOLDER);
            values.insert("row", row);
            let bytes = self.render_template("parts/row.html", &values, "parts/row.html")?;
            Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
        };
        rows.par_iter().map(render_row).collect()
    }

    /// A case study as other pages mention it, rendered once for each root prefix and form.
    fn render_mention(&self, case: CaseIndex, form: MentionForm, root: &str) -> Result<Value> {
        let slot = self.mentions.get(root).map(|forms| &forms[form as usize][case.0 as usize]);
        if let Some(value) = slot.and_then(OnceLock::get) {
            return Ok(value.clone());
        }
        let mut values = Values::new();
        values.insert("root", root);
        values.insert("mention", &self.citations[case.0 as usize]);
        let bytes = self.render_template(form.template(), &values, form.template())?;
        let value = Value::safe_string(String::from_utf8_lossy(&bytes).trim_end());
        Ok(slot.map_or_else(|| value.clone(), |slot| slot.get_or_init(|| value.clone()).clone()))
    }

    /// Renders a template with these values; `path` is the page or template that an error names.
    fn render_template(&self, template: &str, values: &Values, path: &str) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(32 * 1024);
        self.theme
            .tera
            .render_to(template, values, &mut bytes)
            .map_err(|error| render_error(path, error))?;
        Ok(bytes)
    }
}

/// Replaces every [`ROOT_PLACEHOLDER`] with the root prefix.
fn insert_root_prefix(bytes: &[u8], root: &str) -> Vec<u8> {
    let mut placeholder = [0; ROOT_PLACEHOLDER.len_utf8()];
    let placeholder = ROOT_PLACEHOLDER.encode_utf8(&mut placeholder).as_bytes();
    let mut output = Vec::with_capacity(bytes.len() + bytes.len() / 16);
    let mut rest = 0;
    for at in memmem::find_iter(bytes, placeholder) {
        output.extend_from_slice(&bytes[rest..at]);
        output.extend_from_slice(root.as_bytes());
        rest = at + placeholder.len();
    }
    output.extend_from_slice(&bytes[rest..]);
    output
}

/// A view as a value that templates read; `path` is the page that an error names.
fn to_value(view: &View, path: &str) -> Result<Value> {
    Value::try_from_serializable(view).map_err(|error| render_error(path, error))
}

/// The error for a page or part that cannot be rendered; `path` names it.
fn render_error(path: &str, cause: impl std::fmt::Display) -> Error {
    Error::new(format!("`{path}` cannot be made: {cause}"))
}

/// Whether the template of a page inserts list rows of case studies, so that these have to be
/// rendered and their root placeholders replaced.
pub fn has_rows(spec: &PageSpec) -> bool {
    matches!(
        spec,
        PageSpec::Home
            | PageSpec::CaseStudies(_)
            | PageSpec::Term(..)
            | PageSpec::Team(..)
            | PageSpec::Idea(_)
            | PageSpec::Playbook(_)
    )
}

/// Whether the view of a page can refer to mentions of case studies, so that these have to be
/// prepared.
fn has_mentions(spec: &PageSpec) -> bool {
    matches!(
        spec,
        PageSpec::CaseStudy(_) | PageSpec::Idea(_) | PageSpec::Ideas(_) | PageSpec::Proposals(..)
    )
}

/// The prefix of links that leads from a page to the root of the site: `../../`. The 404 page is
/// shown at any depth, so its links start at the root of the host.
fn root_prefix(context: &Context, page: &Page) -> String {
    if page.spec != PageSpec::NotFound {
        return page.root_prefix();
    }
    let base = &context.site.base_url;
    let path = base
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))
        .map_or("", |(_, path)| path);
    format!("/{path}")
}
