//! From manuscripts to typed records: one function for each kind, given what the whole hub knows.

use crate::catalog::case_study::{Budget, CaseStudy, LabelledLink, Raci, Relations, Variant};
use crate::catalog::fields::{Entries, Fields, LARGEST_FIGURE, is_empty};
use crate::catalog::figure::Scale;
use crate::catalog::gate;
use crate::catalog::grade::grade;
use crate::catalog::links::{Addresses, resolve_asset, resolve_body};
use crate::catalog::result::{Metric, Reported};
use crate::catalog::words::{LiftType, Reuse, Role, Status};
use crate::catalog::{Answer, AnswerAbout, Body, CaseIndex, Idea, IdeaIndex, Meta, Playbook, Prose, ScoreParts, Target, Verification};
use crate::diagnostic::{Diagnostic, lookalike, nearest};
use crate::record::Manuscript;
use crate::record::node::{Node, Value};
use crate::site::{RemoteImages, Site, Visibility};
use crate::source::{History, composed};
use crate::vocabulary::{GroupId, MarketId, Maturity, Unit, Vocabulary};

/// What every record is read against.
pub struct Context<'a> {
    /// The hub's settings.
    pub site: &'a Site,
    /// The vocabularies, unlisted terms included.
    pub vocabulary: &'a Vocabulary,
    /// What git knows.
    pub history: &'a History,
    /// Where everything is published.
    pub addresses: &'a Addresses,
}

/// What must be known of a record before any other is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Whether it is a draft.
    pub draft: bool,
    /// Who may see it, an embargo counted in.
    pub visibility: Visibility,
}

/// Reads a record's standing; problems with these fields are reported when the record itself is read. What is written and
/// not understood hides a record rather than showing it: a slip in `embargo_until` must not publish anything.
pub fn standing(manuscript: &Manuscript, site: &Site) -> Standing {
    let (visibility, draft) = gate::closed(manuscript, site);
    let stated = manuscript.entries().iter().any(|(key, node)| key.is("visibility") && !is_empty(node));
    // A record that states its visibility is not held back by what the hub presumes of others.
    let presumed = if stated { Visibility::Public } else { site.default_visibility };
    Standing { draft, visibility: visibility.unwrap_or(presumed).max(presumed) }
}

/// Reads the fields that a standing rests on, for what is wrong with them.
fn standing_fields(fields: &mut Fields<'_>) {
    let known = ["public", "internal", "restricted"];
    let node = fields.node("visibility", &[]);
    let stated = node.and_then(|node| Some((fields.text_of("visibility", node)?, node.span())));
    if let Some((stated, span)) = stated.filter(|(stated, _)| !known.contains(&stated.to_lowercase().as_str())) {
        fields.report("unknown-value", span, format!("`{stated}` is not a known visibility"), nearest::hint(stated, known));
    }
    fields.flag("draft");
    fields.embargo("embargo_until");
    fields.near_gates();
}

/// What is wrong with a record that the audience may not see: only that which may be why it is hidden.
pub fn withheld(manuscript: &Manuscript) -> Vec<Diagnostic> {
    let mut fields = Fields::new(manuscript);
    standing_fields(&mut fields);
    fields.diagnostics
}

/// Reads what every record has, but for the fields and extras, which the caller's reader still holds.
fn meta(fields: &mut Fields<'_>, manuscript: &Manuscript, context: &Context<'_>) -> Meta {
    let standing = standing(manuscript, context.site);
    standing_fields(fields);
    fields.items("aliases", &[]);
    let title = fields.required_text("title", "say in one line what was tested and where").unwrap_or_else(|| fallback_title(manuscript));
    let (mut links, mut problems) = resolve_body(manuscript, context.addresses);
    if context.site.content.remote_images == RemoteImages::Refuse {
        links.iter_mut().filter(|link| link.loads_from_elsewhere()).for_each(|link| link.target = Target::Refused);
    }
    fields.diagnostics.append(&mut problems);
    Meta {
        id: manuscript.id.clone(),
        address: context.addresses.of(manuscript),
        path: manuscript.path.clone(),
        title,
        language: fields.language("language", &["lang"], &context.vocabulary.markets).unwrap_or_else(|| context.site.language.clone()),
        read_in: Default::default(),
        draft: standing.draft,
        visibility: standing.visibility,
        body: Body {
            text: manuscript.text.clone(),
            start: manuscript.body,
            headings: manuscript.outline.headings.clone(),
            sections: manuscript.outline.sections.clone(),
            links,
            anchors: manuscript.outline.anchors.clone(),
            raw_html: manuscript.outline.raw_html,
            wording: manuscript.outline.wording.clone(),
        },
        fields: Default::default(),
        change: context.history.change(&manuscript.path, context.site.today),
        extra: Default::default(),
    }
}

/// The first heading, else the file name.
fn fallback_title(manuscript: &Manuscript) -> String {
    match manuscript.outline.headings.first() {
        Some(heading) => heading.text.clone(),
        None => manuscript.id.rsplit('/').next().unwrap_or("").replace(['-', '_'], " "),
    }
}

fn finish(meta: &mut Meta, fields: Fields<'_>) -> Vec<Diagnostic> {
    let (spans, extra, diagnostics) = fields.finish();
    meta.fields = spans;
    meta.extra = extra;
    diagnostics
}

/// Reads a case study.
pub fn case_study(manuscript: &Manuscript, context: &Context<'_>) -> (CaseStudy, Vec<Diagnostic>) {
    let mut fields = Fields::new(manuscript);
    let f = &mut fields;
    let vocabulary = context.vocabulary;
    let meta = meta(f, manuscript, context);
    let status: Option<Status> = f.word("status", &[]);
    let (markets, stated_groups) = places(f, "markets", &["market"], vocabulary);
    let channels = f.terms("channels", &["channel"], "channel", &vocabulary.channels);
    let tactics = f.terms("tactics", &["tactic"], "tactic", &vocabulary.tactics);
    required(f, manuscript, status.is_some(), markets.is_empty() && stated_groups.is_empty(), channels.is_empty(), tactics.is_empty());
    let relations = relations(f, context);
    let (suited_markets, suited_groups) = places(f, "suited_markets", &[], vocabulary);
    let results = results(f, vocabulary);
    let method = f.word("method", &[]);
    let (sample_size, mde) = (f.whole("sample_size"), f.number("mde", Scale::Share));
    let mut case = CaseStudy {
        summary: f.text("summary", &["tldr"]),
        outcome: f.word("outcome", &[]),
        decision: f.word("decision", &[]),
        groups: derived_groups(&markets, &stated_groups, vocabulary),
        objective: f.word("objective", &[]),
        pillar: f.word("pillar", &[]),
        content_layer: f.word("content_layer", &[]),
        audience: f.texts("audience", &[]),
        brand: f.texts("brand", &[]),
        product: f.texts("product", &[]),
        category: f.texts("category", &[]),
        hypothesis: f.text("hypothesis", &[]),
        variants: variants(f, manuscript, context),
        start: f.date("start", &["date"]),
        end: f.date("end", &[]),
        sample_unit: f.text("sample_unit", &[]),
        confidence_level: f.number("confidence_level", Scale::Share),
        budget: budget(f),
        owner: f.text("owner", &[]),
        authors: f.texts("authors", &[]),
        raci: raci(f),
        verification: verification(f),
        reuse: f.word("reuse", &[]).or((status == Some(Status::Completed)).then_some(Reuse::Candidate)),
        fixed: f.texts("fixed", &[]),
        flexible: f.texts("flexible", &[]),
        constraints: f.texts("constraints", &[]),
        idea: idea_of(f, context),
        not_duplicate_of: answers(f, context),
        links: labelled_links(f),
        cover: image(f, manuscript, context),
        graded: grade(method, results.iter().find(|reported| reported.role == Role::Primary), sample_size, mde),
        translation_of: relations.translation_of.first().copied(),
        inverse: Relations::default(),
        meta,
        status,
        markets,
        stated_groups,
        channels,
        tactics,
        method,
        sample_size,
        mde,
        results,
        suited_markets,
        suited_groups,
        relations,
    };
    let diagnostics = finish(&mut case.meta, fields);
    (case, diagnostics)
}

fn required(f: &mut Fields<'_>, manuscript: &Manuscript, status: bool, no_market: bool, no_channel: bool, no_tactic: bool) {
    let stated = |names: [&str; 2]| names.iter().any(|name| manuscript.entries().iter().any(|(key, node)| key.is(name) && holds_text(node)));
    if !status && !stated(["status", ""]) {
        f.missing("status", "one of `planned`, `running`, `completed`, `stopped-early`, `archived`");
    }
    if no_market && !stated(["markets", "market"]) {
        f.missing("markets", "name the country code or market group, such as `markets: [BR]`");
    }
    if no_channel && !stated(["channels", "channel"]) {
        f.missing("channels", "name at least one channel, such as `channels: [email]`");
    }
    if no_tactic && !stated(["tactics", "tactic"]) {
        f.missing("tactics", "name at least one tactic, such as `tactics: [referral-reward]`");
    }
}

/// Whether a node holds any text at all; what holds none is as good as missing.
fn holds_text(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(holds_text),
        _ => !is_empty(node),
    }
}

/// Markets and groups of a field: named markets and the members of named groups, and the groups as named.
fn places(f: &mut Fields<'_>, name: &'static str, aliases: &[&'static str], vocabulary: &Vocabulary) -> (Vec<MarketId>, Vec<GroupId>) {
    f.mark_closed(name, aliases);
    let (mut markets, mut groups) = (Vec::new(), Vec::new());
    for (text, span) in f.items(name, aliases) {
        match (vocabulary.markets.find(text), vocabulary.groups.find(text)) {
            (Some(market), None) => markets.extend(f.term(text, span, "market", &vocabulary.markets).or(Some(market))),
            (Some(market), Some(group)) if vocabulary.markets.is_id(market, text) || !vocabulary.groups.is_id(group, text) => {
                markets.extend(f.term(text, span, "market", &vocabulary.markets));
            }
            (_, Some(group)) => {
                f.term(text, span, "group", &vocabulary.groups);
                groups.push(group);
                markets.extend(&vocabulary.groups[group].members);
            }
            (None, None) => unknown_place(f, text, span, vocabulary),
        }
    }
    markets.sort_unstable();
    markets.dedup();
    groups.sort_unstable();
    groups.dedup();
    (markets, groups)
}

fn unknown_place(f: &mut Fields<'_>, text: &str, span: std::ops::Range<usize>, vocabulary: &Vocabulary) {
    let near = |name: &str| {
        let markets = vocabulary.markets.iter().flat_map(|(_, term)| [&*term.id, term.label.as_str()]);
        nearest::nearest(name, markets.chain(vocabulary.groups.iter().map(|(_, term)| &*term.id))).map(str::to_owned)
    };
    let hint = match near(text).filter(|name| text.chars().count() > 2 || lookalike::look_the_same(text, name)) {
        Some(name) => nearest::did_you_mean(text, &name),
        None => "use the country's ISO 3166-1 alpha-2 code such as `BR`, a market group such as `latam`, or `global`".to_owned(),
    };
    f.report("unknown-term", span, format!("`{text}` is not a known market or market group"), hint);
}

fn derived_groups(markets: &[MarketId], stated: &[GroupId], vocabulary: &Vocabulary) -> Vec<GroupId> {
    let mut groups: Vec<GroupId> =
        markets.iter().flat_map(|market| vocabulary.markets[*market].groups.iter().copied()).chain(stated.iter().copied()).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn relations(f: &mut Fields<'_>, context: &Context<'_>) -> Relations {
    let mut relations = Relations::default();
    for name in ["adapted_from", "replicates", "supersedes", "contradicts", "duplicate_of", "related", "translation_of"] {
        *relations.list_mut(name) = cases(f, name, context);
    }
    relations
}

/// The case studies that a field names, in id order, each once.
fn cases(f: &mut Fields<'_>, name: &'static str, context: &Context<'_>) -> Vec<CaseIndex> {
    let mut found = Vec::new();
    for (text, span) in f.items(name, &[]) {
        found.extend(case(f, text, span, context));
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn case(f: &mut Fields<'_>, text: &str, span: std::ops::Range<usize>, context: &Context<'_>) -> Option<CaseIndex> {
    let text = composed(text);
    let id = text.trim_start_matches('/').trim_start_matches("case-studies/").trim_end_matches('/').trim_end_matches(".md");
    match context.addresses.cases.get(id) {
        Some(Some(index)) => Some(*index),
        Some(None) => None,
        None => {
            let others = context.addresses.cases.keys().map(|id| &**id).filter(|id| *id != f.own_id());
            let hint =
                nearest_id(id, others).unwrap_or_else(|| "name a case study by its path below `case-studies/`, such as `br/unboxing-drop`".into());
            f.report("unknown-id", span, format!("there is no case study `{id}`"), hint);
            None
        }
    }
}

fn nearest_id<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest::nearest(id, known).map(|near| nearest::did_you_mean(id, near))
}

fn idea_of(f: &mut Fields<'_>, context: &Context<'_>) -> Option<IdeaIndex> {
    let node = f.node("idea", &[])?;
    let id = &*composed(f.text_of("idea", node)?);
    match context.addresses.ideas.get(id) {
        Some(index) => *index,
        None => {
            let hint = nearest_id(id, context.addresses.ideas.keys().map(|id| &**id))
                .unwrap_or_else(|| "name an idea by its file name below `ideas/`".into());
            f.report("unknown-id", node.span(), format!("there is no idea `{id}`"), hint);
            None
        }
    }
}

/// `not_duplicate_of`: a list of `{id, reason}` or `{family, members, reason}`, or of ids alone.
fn answers(f: &mut Fields<'_>, context: &Context<'_>) -> Vec<Answer> {
    let Some(node) = f.node("not_duplicate_of", &[]) else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(nodes) => nodes,
        _ => std::slice::from_ref(node),
    };
    nodes.iter().filter_map(|node| answer(f, node, context)).collect()
}

fn answer<'a>(f: &mut Fields<'a>, node: &'a Node, context: &Context<'_>) -> Option<Answer> {
    let Value::Map(_) = &node.value else {
        return answer_about(f, node, context, &node.to_flow(), AnswerAbout::Record, String::new());
    };
    let mut entries = Entries::of(f, "not_duplicate_of", node)?;
    let id = entries.node("id").map(Node::to_flow).unwrap_or_default();
    let family = entries.node("family").map(Node::to_flow);
    let members = entries.node("members").and_then(|node| f.whole_of("members", node)).map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let reason = entries.node("reason").map(Node::to_flow).unwrap_or_default();
    entries.finish(f);
    match family {
        // The id of a family begins with one of its members, behind which its tactic stands.
        Some(family) => {
            let member = family.split('~').next().unwrap_or("");
            answer_about(f, node, context, member, AnswerAbout::Family { members }, reason)
        }
        None => answer_about(f, node, context, &id, AnswerAbout::Record, reason),
    }
}

fn answer_about(f: &mut Fields<'_>, node: &Node, context: &Context<'_>, id: &str, about: AnswerAbout, reason: String) -> Option<Answer> {
    if id.trim().is_empty() {
        f.report(
            "missing-field",
            node.span(),
            "an answer in `not_duplicate_of` names no `id` and no `family`".into(),
            "write `- {id: br/unboxing-drop, reason: \"...\"}`",
        );
        return None;
    }
    Some(Answer { case: case(f, id.trim(), node.span(), context)?, about, reason: reason.trim().to_owned(), span: node.span() })
}

fn results(f: &mut Fields<'_>, vocabulary: &Vocabulary) -> Vec<Reported> {
    let Some(node) = f.node("results", &[]) else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(nodes) => nodes,
        _ => std::slice::from_ref(node),
    };
    let mut results: Vec<Reported> = nodes.iter().filter_map(|node| reported(f, node, vocabulary)).collect();
    results.sort_by_key(|reported| reported.role);
    results
}

fn reported<'a>(f: &mut Fields<'a>, node: &'a Node, vocabulary: &Vocabulary) -> Option<Reported> {
    let mut entries = Entries::of(f, "results", node)?;
    let e = &mut entries;
    let local = e.flag(f, "local");
    let metric = metric(f, e, node, local, vocabulary);
    let role = e.word(f, "role").unwrap_or(Role::Secondary);
    let lift_type = e.word(f, "lift_type").unwrap_or(LiftType::Relative);
    let (arms, lifts) = scales(metric.as_ref(), e.node("currency").is_some(), lift_type, vocabulary);
    let (baseline, control, variant) = (e.number(f, "baseline", arms), e.number(f, "control", arms), e.number(f, "variant", arms));
    let written = e.number(f, "lift", lifts);
    let lift = written.or_else(|| derived_lift(control.or(baseline), variant, lift_type));
    let reported = Reported {
        metric: metric?,
        role,
        baseline,
        control,
        variant,
        derived: written.is_none() && lift.is_some(),
        lift,
        lift_type,
        ci_low: e.number(f, "ci_low", lifts),
        ci_high: e.number(f, "ci_high", lifts),
        p_value: e.number(f, "p_value", Scale::Chance),
        chance_to_win: e.number(f, "chance_to_win", Scale::Share),
        indexed: e.flag(f, "indexed"),
        currency: e.text(f, "currency"),
        source: e.text(f, "source"),
        span: node.span(),
    };
    entries.finish(f);
    Some(reported)
}

/// What kind of figures the arms of a result hold, and its lift with its interval.
fn scales(metric: Option<&Metric>, has_currency: bool, lift_type: LiftType, vocabulary: &Vocabulary) -> (Scale, Scale) {
    let arms = match metric {
        _ if has_currency => Scale::Amount,
        Some(Metric::Known(metric)) => match vocabulary.metrics[*metric].unit {
            Unit::Money | Unit::People | Unit::Count | Unit::Days => Scale::Amount,
            Unit::Percent | Unit::Points => Scale::Share,
            Unit::Ratio | Unit::Index => Scale::Ratio,
        },
        _ => Scale::Ratio,
    };
    let lift = match lift_type {
        LiftType::Relative => Scale::Share,
        LiftType::Absolute => arms,
    };
    (arms, lift)
}

fn metric<'a>(f: &mut Fields<'a>, e: &mut Entries<'a>, row: &Node, local: bool, vocabulary: &Vocabulary) -> Option<Metric> {
    f.mark_closed("metric", &[]);
    let Some(node) = e.node("metric") else {
        f.report("missing-field", row.span(), "a result names no `metric`".into(), "write `metric: cvr`, or a name of your own with `local: true`");
        return None;
    };
    let text = f.text_of("metric", node)?;
    match vocabulary.metrics.find(text) {
        Some(_) => f.term(text, node.span(), "metric", &vocabulary.metrics).map(Metric::Known),
        None if local => Some(Metric::Local(text.into())),
        None => {
            let known: Vec<&str> = vocabulary.metrics.iter().map(|(_, term)| &*term.id).collect();
            let hint = match nearest::nearest(text, known) {
                Some(name) => format!("{}; a region's own metric carries `local: true`", nearest::did_you_mean(text, name)),
                None => "a region's own metric carries `local: true`".to_owned(),
            };
            f.report("unknown-term", node.span(), format!("`{text}` is not a known metric"), hint);
            Some(Metric::Local(text.into()))
        }
    }
}

/// The lift between two arms: percent of the control, or the difference; none for a control of zero.
fn derived_lift(control: Option<f64>, variant: Option<f64>, lift_type: LiftType) -> Option<f64> {
    let (control, variant) = (control?, variant?);
    let lift = match lift_type {
        LiftType::Relative => (variant / control - 1.0) * 100.0,
        LiftType::Absolute => variant - control,
    };
    // No field may hold more either; no chart, share or sum could.
    (lift.abs() <= LARGEST_FIGURE).then(|| (lift * 100.0).round() / 100.0)
}

fn variants(f: &mut Fields<'_>, manuscript: &Manuscript, context: &Context<'_>) -> Vec<Variant> {
    let Some(node) = f.node("variants", &[]) else { return Vec::new() };
    let Value::List(nodes) = &node.value else {
        f.report(
            "wrong-type",
            node.span(),
            format!("`variants` is {} where a list belongs", node.kind()),
            "write `- {name: ..., description: ...}` for each arm",
        );
        return Vec::new();
    };
    nodes.iter().filter_map(|node| variant(f, node, manuscript, context)).collect()
}

fn variant<'a>(f: &mut Fields<'a>, node: &'a Node, manuscript: &Manuscript, context: &Context<'_>) -> Option<Variant> {
    if let Value::Text(name) = &node.value {
        return Some(Variant { name: name.to_string(), control: false, description: None, image: None });
    }
    let mut entries = Entries::of(f, "variants", node)?;
    let e = &mut entries;
    let image = e.node("image").and_then(|node| asset(f, "image", node, manuscript, context));
    let name = e.text(f, "name").unwrap_or_else(|| {
        f.report("missing-field", node.span(), "a variant has no `name`".into(), "write `- {name: Open box, description: ...}`");
        String::new()
    });
    let variant = Variant { name, control: e.flag(f, "control"), description: e.text(f, "description"), image };
    entries.finish(f);
    Some(variant)
}

fn asset<'a>(f: &mut Fields<'a>, name: &str, node: &'a Node, manuscript: &Manuscript, context: &Context<'_>) -> Option<String> {
    let written = f.text_of(name, node)?;
    match resolve_asset(written, manuscript, context.addresses) {
        Some(path) => Some(path),
        None => {
            f.report(
                "missing-image",
                node.span(),
                format!("there is no file `{written}`"),
                "put the picture beside the record and name it relative to the record's file",
            );
            None
        }
    }
}

fn image(f: &mut Fields<'_>, manuscript: &Manuscript, context: &Context<'_>) -> Option<String> {
    let node = f.node("cover", &[])?;
    asset(f, "cover", node, manuscript, context)
}

fn budget(f: &mut Fields<'_>) -> Option<Budget> {
    let node = f.node("budget", &[])?;
    if matches!(node.value, Value::Text(_)) {
        return f.word_of("budget", node).map(Budget::Band);
    }
    let mut entries = Entries::of(f, "budget", node)?;
    let band = entries.word(f, "band");
    let is_stated = entries.node("amount").is_some();
    let amount = entries.number(f, "amount", Scale::Amount);
    let currency = entries.text(f, "currency");
    entries.finish(f);
    match (band, amount, currency) {
        (_, Some(amount), Some(currency)) => Some(Budget::Amount(amount, currency.to_uppercase())),
        (band, None, None) => band.map(Budget::Band),
        // An amount that cannot be read has been reported as that.
        (band, None, Some(_)) if is_stated => band.map(Budget::Band),
        _ => {
            f.report(
                "missing-field",
                node.span(),
                "a budget needs `amount` and `currency`, or `band`".into(),
                "write `budget: {band: m}` or `budget: {amount: 12000, currency: EUR}`",
            );
            band.map(Budget::Band)
        }
    }
}

fn raci(f: &mut Fields<'_>) -> Raci {
    let Some(node) = f.node("raci", &[]) else { return Raci::default() };
    let Some(mut entries) = Entries::of(f, "raci", node) else { return Raci::default() };
    let raci = Raci {
        responsible: entries.texts(f, "responsible"),
        accountable: entries.texts(f, "accountable"),
        consulted: entries.texts(f, "consulted"),
        informed: entries.texts(f, "informed"),
    };
    entries.finish(f);
    raci
}

fn verification(f: &mut Fields<'_>) -> Verification {
    Verification { by: f.text("verified_by", &[]), on: f.date("verified_on", &[]), every: f.days("review_every") }
}

fn labelled_links(f: &mut Fields<'_>) -> Vec<LabelledLink> {
    let Some(node) = f.node("links", &[]) else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(nodes) => nodes,
        _ => std::slice::from_ref(node),
    };
    nodes.iter().filter_map(|node| labelled_link(f, node)).collect()
}

fn labelled_link<'a>(f: &mut Fields<'a>, node: &'a Node) -> Option<LabelledLink> {
    let (label, url) = if let Value::Text(url) = &node.value {
        (url.to_string(), url.to_string())
    } else {
        let mut entries = Entries::of(f, "links", node)?;
        let link = (entries.text(f, "label"), entries.text(f, "url"));
        entries.finish(f);
        let Some(url) = link.1 else {
            f.report("missing-field", node.span(), "a link names no `url`".into(), "write `- {label: Report, url: \"https://...\"}`");
            return None;
        };
        (link.0.unwrap_or_else(|| url.clone()), url)
    };
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        f.report("invalid-link", node.span(), format!("`{url}` is not a web address"), "links elsewhere start with `https://`");
        return None;
    }
    Some(LabelledLink { label, url })
}

/// Reads an idea.
pub fn idea(manuscript: &Manuscript, context: &Context<'_>) -> (Idea, Vec<Diagnostic>) {
    let mut fields = Fields::new(manuscript);
    let f = &mut fields;
    let vocabulary = context.vocabulary;
    let meta = meta(f, manuscript, context);
    let (markets, stated_groups) = places(f, "markets", &["market"], vocabulary);
    let (evidence, evidence_links) = evidence(f, context);
    let status = f.word("status", &[]);
    if status.is_none() && !manuscript.entries().iter().any(|(key, node)| key.is("status") && holds_text(node)) {
        f.missing("status", "one of `new`, `shortlisted`, `planned`, `running`, `done`, `declined`, `parked`");
    }
    let mut idea = Idea {
        summary: f.text("summary", &["tldr"]).unwrap_or_else(|| first_paragraph(manuscript)),
        status: status.unwrap_or(crate::catalog::words::IdeaStatus::New),
        channels: f.terms("channels", &["channel"], "channel", &vocabulary.channels),
        tactics: f.terms("tactics", &["tactic"], "tactic", &vocabulary.tactics),
        hypothesis: f.text("hypothesis", &[]),
        owner: f.text("owner", &[]),
        objective: f.word("objective", &[]),
        primary_metric: f.terms("primary_metric", &[], "metric", &vocabulary.metrics).first().copied(),
        effort: f.word("effort", &[]),
        target: f.text("target", &[]),
        proposed_by: places(f, "proposed_by", &[], vocabulary).0,
        wanted_by: places(f, "wanted_by", &[], vocabulary).0,
        score: score(f),
        becomes: cases(f, "becomes", context).first().copied(),
        not_duplicate_of: answers(f, context),
        declined_reason: f.text("declined_reason", &[]),
        meta,
        markets,
        stated_groups,
        evidence,
        evidence_links,
    };
    let diagnostics = finish(&mut idea.meta, fields);
    (idea, diagnostics)
}

fn evidence(f: &mut Fields<'_>, context: &Context<'_>) -> (Vec<CaseIndex>, Vec<String>) {
    let (mut found, mut links) = (Vec::new(), Vec::new());
    for (text, span) in f.items("evidence", &[]) {
        if text.starts_with("https://") || text.starts_with("http://") {
            links.push(text.to_owned());
        } else {
            found.extend(case(f, text, span, context));
        }
    }
    found.sort_unstable();
    found.dedup();
    (found, links)
}

fn score(f: &mut Fields<'_>) -> ScoreParts {
    let Some(node) = f.node("score", &[]) else { return ScoreParts::default() };
    let Some(mut entries) = Entries::of(f, "score", node) else { return ScoreParts::default() };
    let score = ScoreParts {
        reach: score_part(f, &mut entries, "reach"),
        impact: score_part(f, &mut entries, "impact"),
        confidence: score_part(f, &mut entries, "confidence"),
        ease: score_part(f, &mut entries, "ease"),
        effort: score_part(f, &mut entries, "effort"),
    };
    entries.finish(f);
    score
}

fn score_part<'a>(f: &mut Fields<'a>, entries: &mut Entries<'a>, name: &'static str) -> Option<f64> {
    let node = entries.node(name)?;
    let number = f.number_of(name, node, Scale::Share)?;
    if !(1.0..=10.0).contains(&number) {
        f.report("out-of-range", node.span(), format!("`{name}: {number}` lies outside 1 to 10"), "score each part from 1 to 10");
    }
    Some(number.clamp(1.0, 10.0))
}

/// The first paragraph of a body, cut at 200 characters.
fn first_paragraph(manuscript: &Manuscript) -> String {
    let text = manuscript.outline.sections.iter().find_map(|section| section.text.lines().find(|line| !line.trim().is_empty())).unwrap_or("");
    match text.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// Reads a playbook.
pub fn playbook(manuscript: &Manuscript, context: &Context<'_>) -> (Playbook, Vec<Diagnostic>) {
    let mut fields = Fields::new(manuscript);
    let f = &mut fields;
    let meta = meta(f, manuscript, context);
    let claim = f.required_text("claim", "say in one sentence what is held to be true").unwrap_or_else(|| first_paragraph(manuscript));
    let applies = applies_to(f, context.vocabulary);
    let mut playbook = Playbook {
        claim,
        status: f.word("status", &[]).unwrap_or(crate::catalog::words::PlaybookStatus::Emerging),
        supports: cases(f, "supports", context),
        contradicts: cases(f, "contradicts", context),
        markets: applies.markets,
        stated_groups: applies.groups,
        maturity: applies.maturity,
        channels: applies.channels,
        tactics: applies.tactics,
        fixed: f.texts("fixed", &[]),
        flexible: f.texts("flexible", &[]),
        owner: f.text("owner", &[]),
        verification: verification(f),
        not_duplicate_of: answers(f, context),
        meta,
    };
    let diagnostics = finish(&mut playbook.meta, fields);
    (playbook, diagnostics)
}

#[derive(Default)]
struct Applies {
    markets: Vec<MarketId>,
    groups: Vec<GroupId>,
    maturity: Vec<Maturity>,
    channels: Vec<crate::vocabulary::ChannelId>,
    tactics: Vec<crate::vocabulary::TacticId>,
}

fn applies_to(f: &mut Fields<'_>, vocabulary: &Vocabulary) -> Applies {
    let mut applies = Applies::default();
    let Some(node) = f.node("applies_to", &[]) else { return applies };
    let Some(mut entries) = Entries::of(f, "applies_to", node) else { return applies };
    if let Some(node) = entries.node("markets") {
        for (text, span) in f.items_of("markets", node) {
            match (vocabulary.markets.find(text), vocabulary.groups.find(text)) {
                (_, Some(group)) if vocabulary.groups.is_id(group, text) => {
                    applies.groups.push(group);
                    applies.markets.extend(&vocabulary.groups[group].members);
                }
                (Some(_), _) => applies.markets.extend(f.term(text, span, "market", &vocabulary.markets)),
                _ => unknown_place(f, text, span, vocabulary),
            }
        }
    }
    if let Some(node) = entries.node("maturity") {
        for (text, span) in f.items_of("maturity", node) {
            match text {
                "mature" => applies.maturity.push(Maturity::Mature),
                "growth" => applies.maturity.push(Maturity::Growth),
                "new-entry" => applies.maturity.push(Maturity::NewEntry),
                _ => f.report(
                    "unknown-value",
                    span,
                    format!("`{text}` is not a known maturity"),
                    nearest::hint(text, ["mature", "growth", "new-entry"]),
                ),
            }
        }
    }
    if let Some(node) = entries.node("channels") {
        for (text, span) in f.items_of("channels", node) {
            applies.channels.extend(f.term(text, span, "channel", &vocabulary.channels));
        }
    }
    if let Some(node) = entries.node("tactics") {
        for (text, span) in f.items_of("tactics", node) {
            applies.tactics.extend(f.term(text, span, "tactic", &vocabulary.tactics));
        }
    }
    entries.finish(f);
    applies.markets.sort_unstable();
    applies.markets.dedup();
    applies
}

/// Reads a free page.
pub fn prose(manuscript: &Manuscript, context: &Context<'_>) -> (Prose, Vec<Diagnostic>) {
    let mut fields = Fields::new(manuscript);
    let f = &mut fields;
    let meta = meta(f, manuscript, context);
    let mut prose = Prose {
        summary: f.text("summary", &["description"]).unwrap_or_else(|| first_paragraph(manuscript)),
        nav_title: f.text("nav_title", &[]),
        meta,
    };
    f.node("order", &[]);
    let diagnostics = finish(&mut prose.meta, fields);
    (prose, diagnostics)
}
