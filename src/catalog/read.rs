//! Reads manuscripts into typed records, with one function for each kind of record.

use crate::catalog::case_study::{Budget, CaseStudy, LabelledLink, Raci, Relations, Variant};
use crate::catalog::field::{self, Field, PlainFields, fields_of};
use crate::catalog::field_reader::{self, FieldReader, MAX_NUMBER, MapReader};
use crate::catalog::gate;
use crate::catalog::gist::{Gist, Gists};
use crate::catalog::grade::grade_evidence;
use crate::catalog::keywords::{LiftType, Reuse, Role, Status};
use crate::catalog::links::{Addresses, resolve_asset, resolve_links};
use crate::catalog::number::NumberKind;
use crate::catalog::result::{Metric, MetricResult};
use crate::catalog::{
    Body, CaseIndex, ContentPage, Idea, IdeaIndex, LinkTarget, Meta, NotDuplicate,
    NotDuplicateScope, Playbook, ScoreParts, Verification,
};
use crate::diagnostic::{Diagnostic, confusable, nearest};
use crate::record::yaml::{Key, Node, Value};
use crate::record::{Manuscript, RecordType};
use crate::site::{RemoteImages, Site, Visibility};
use crate::source::{History, to_nfc};
use crate::vocabulary::{GroupId, MarketId, Maturity, MetricUnit, Vocabulary};

/// Values of the whole hub that are needed to read a record.
pub struct ReadContext<'a> {
    /// The hub's settings.
    pub site: &'a Site,
    /// The hub's vocabulary, unlisted terms of an open hub included.
    pub vocabulary: &'a Vocabulary,
    /// Days and authors of files according to git.
    pub history: &'a History,
    /// Addresses of all records and attachments.
    pub addresses: &'a Addresses,
}

/// Whether and for whom a record may be published; known before records are read in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicationStatus {
    /// Whether the record is a draft.
    pub is_draft: bool,
    /// The widest audience that may see the record, after embargoes.
    pub visibility: Visibility,
}

/// Determines the publication status of a record. A value that is not understood withholds the
/// record: a typing error in `embargo_until` must not publish anything. Problems with these fields
/// are reported when the record itself is read.
pub fn publication_status(manuscript: &Manuscript, site: &Site) -> PublicationStatus {
    let (visibility, is_draft) = gate::read_gates(manuscript, site);
    let is_stated = manuscript
        .fields()
        .iter()
        .any(|(key, node)| field::VISIBILITY.has_key(&key.name) && !node.is_empty());
    // The hub's default visibility applies only to records that state none.
    let default = if is_stated { Visibility::Public } else { site.default_visibility };
    PublicationStatus { is_draft, visibility: visibility.unwrap_or(default).max(default) }
}

/// Reports problems with the fields that decide the publication status.
fn check_publication_fields(fields: &mut FieldReader<'_>) {
    let known = field::VISIBILITY.words();
    let node = fields.node(&field::VISIBILITY);
    let stated =
        node.and_then(|node| Some((fields.text_of(&field::VISIBILITY, node)?, node.span())));
    if let Some((stated, span)) =
        stated.filter(|(stated, _)| !known.contains(&stated.to_lowercase().as_str()))
    {
        fields.report(
            "unknown-value",
            span,
            format!("`{stated}` is not a known visibility"),
            nearest::hint(stated, known.iter().copied()),
        );
    }
    fields.flag(&field::DRAFT);
    fields.check_embargo(&field::EMBARGO_UNTIL);
    fields.report_near_gates();
}

/// Diagnostics of a record that is withheld from the audience: only those on the fields that decide
/// its publication status.
pub fn check_withheld(manuscript: &Manuscript) -> Vec<Diagnostic> {
    let mut fields = FieldReader::new(manuscript);
    check_publication_fields(&mut fields);
    fields.diagnostics
}

/// Reads the shared fields of a record; `finish_meta` adds field spans and extra fields.
fn read_meta(
    fields: &mut FieldReader<'_>,
    manuscript: &Manuscript,
    context: &ReadContext<'_>,
) -> Meta {
    let status = publication_status(manuscript, context.site);
    check_publication_fields(fields);
    fields.texts_with_spans(&field::ALIASES);
    let title = fields.required_text(&field::TITLE).unwrap_or_else(|| fallback_title(manuscript));
    let (mut links, mut problems) = resolve_links(manuscript, context.addresses);
    if context.site.content.remote_images == RemoteImages::Refuse {
        links
            .iter_mut()
            .filter(|link| link.is_remote_image())
            .for_each(|link| link.target = LinkTarget::RefusedImage);
    }
    fields.diagnostics.append(&mut problems);
    Meta {
        id: manuscript.id.clone(),
        address: context.addresses.page_address(manuscript),
        path: manuscript.path.clone(),
        title,
        language: fields
            .language(&field::LANGUAGE, &context.vocabulary.markets)
            .unwrap_or_else(|| context.site.language.clone()),
        text_language: Default::default(),
        gists: if manuscript.record_type == RecordType::Page {
            Gists::default()
        } else {
            read_gists(fields, context)
        },
        is_draft: status.is_draft,
        visibility: status.visibility,
        body: Body {
            text: manuscript.text.clone(),
            start: manuscript.body_start,
            headings: manuscript.outline.headings.clone(),
            sections: manuscript.outline.sections.clone(),
            code: manuscript.outline.code.clone(),
            links,
            anchors: manuscript.outline.anchors.clone(),
            raw_html: manuscript.outline.raw_html,
            tokenized: manuscript.outline.tokenized.clone(),
        },
        field_spans: Default::default(),
        change: context.history.file_dates(&manuscript.path, context.site.today),
        extra: Default::default(),
    }
}

/// Reads `translations`: the gist of the record by language, in the order of the file. One without
/// a title, or in a language that is not known, is reported and left out.
fn read_gists(fields: &mut FieldReader<'_>, context: &ReadContext<'_>) -> Gists {
    let Some(node) = fields.node(&field::TRANSLATIONS) else { return Gists::default() };
    let Value::Map(languages) = &node.value else {
        fields.report(
            "wrong-type",
            node.span(),
            format!("`translations` is {} where languages belong", node.kind_name()),
            "write the language below it, and the texts below that: `en: {title: \"...\"}`",
        );
        return Gists::default();
    };
    let mut gists = Gists::default();
    for (key, node) in languages.iter().filter(|(_, node)| !node.is_blank()) {
        let markets = &context.vocabulary.markets;
        let Some(language) = fields.language_of(&key.name, key.span(), markets) else { continue };
        if gists.has(&language) {
            fields.report(
                "duplicate-key",
                key.span(),
                format!("the gist in `{language}` is given twice"),
                "keep one of the two",
            );
            continue;
        }
        if let Some(gist) = read_gist(fields, key, node, language) {
            gists.push(gist);
        }
    }
    gists
}

/// The maps of a list in which anything is filled in.
fn filled(nodes: &[Node]) -> impl Iterator<Item = &Node> {
    nodes.iter().filter(|node| !node.is_blank())
}

/// Reads the gist of a record in one language; none without a title, which is reported.
fn read_gist<'a>(
    fields: &mut FieldReader<'a>,
    key: &'a Key,
    node: &'a Node,
    language: String,
) -> Option<Gist> {
    let mut gist = Gist { language, span: key.span(), ..Gist::default() };
    let mut entries = MapReader::new(fields, &field::TRANSLATIONS, node)?;
    gist.title = entries.text(fields, &field::gist::TITLE).unwrap_or_default();
    gist.summary = entries.text(fields, &field::gist::SUMMARY);
    gist.fixed = entries.texts(fields, &field::gist::FIXED);
    gist.flexible = entries.texts(fields, &field::gist::FLEXIBLE);
    entries.finish(fields);
    if gist.title.is_empty() {
        fields.report(
            "missing-field",
            key.span(),
            format!("the gist in `{}` has no `title`", gist.language),
            format!("write `{}: {{title: \"...\", summary: \"...\"}}`, or remove it", key.name),
        );
        return None;
    }
    Some(gist)
}

/// Title of a record that states none: its first heading, else its file name.
fn fallback_title(manuscript: &Manuscript) -> String {
    match manuscript.outline.headings.first() {
        Some(heading) => heading.text.clone(),
        None => manuscript.id.rsplit('/').next().unwrap_or("").replace(['-', '_'], " "),
    }
}

/// Reports unknown fields, and adds the values that are known only when all fields have been read.
fn finish_meta(meta: &mut Meta, fields: FieldReader<'_>) -> Vec<Diagnostic> {
    let (spans, extra, diagnostics) = fields.finish();
    meta.field_spans = spans;
    meta.extra = extra;
    diagnostics
}

/// Reads a case study; its inverse relations are set by `assemble`.
pub fn read_case_study(
    manuscript: &Manuscript,
    context: &ReadContext<'_>,
) -> (CaseStudy, Vec<Diagnostic>) {
    let mut field_reader = FieldReader::new(manuscript);
    let fields = &mut field_reader;
    let vocabulary = context.vocabulary;
    let meta = read_meta(fields, manuscript, context);
    let status: Option<Status> = fields.keyword(&field::STATUS);
    let (markets, stated_groups) = read_markets_and_groups(fields, &field::MARKETS, vocabulary);
    let channels = fields.terms(&field::CHANNELS, &vocabulary.channels);
    let tactics = fields.terms(&field::TACTICS, &vocabulary.tactics);
    report_missing_fields(
        fields,
        manuscript,
        status.is_some(),
        markets.is_empty() && stated_groups.is_empty(),
        channels.is_empty(),
        tactics.is_empty(),
    );
    let relations = read_relations(fields, context);
    let (suited_markets, suited_groups) =
        read_markets_and_groups(fields, &field::SUITED_MARKETS, vocabulary);
    let results = read_results(fields, vocabulary);
    let method = fields.keyword(&field::METHOD);
    let (sample_size, mde) = (
        fields.unsigned_integer(&field::SAMPLE_SIZE),
        fields.number(&field::MDE, NumberKind::Percentage),
    );
    let mut case = CaseStudy {
        summary: fields.text(&field::SUMMARY),
        outcome: fields.keyword(&field::OUTCOME),
        decision: fields.keyword(&field::DECISION),
        groups: derive_groups(&markets, &stated_groups, vocabulary),
        objective: fields.keyword(&field::OBJECTIVE),
        pillar: fields.keyword(&field::PILLAR),
        audience: fields.texts(&field::AUDIENCE),
        plain: read_plain_fields(fields, RecordType::CaseStudy),
        hypothesis: fields.text(&field::HYPOTHESIS),
        variants: read_variants(fields, manuscript, context),
        start: fields.date(&field::START),
        end: fields.date(&field::END),
        sample_unit: fields.text(&field::SAMPLE_UNIT),
        confidence_level: fields.number(&field::CONFIDENCE_LEVEL, NumberKind::Percentage),
        budget: read_budget(fields),
        owner: fields.text(&field::OWNER),
        raci: read_raci(fields),
        verification: read_verification(fields),
        reuse: fields
            .keyword(&field::REUSE)
            .or((status == Some(Status::Completed)).then_some(Reuse::Candidate)),
        fixed: fields.texts(&field::FIXED),
        flexible: fields.texts(&field::FLEXIBLE),
        constraints: fields.texts(&field::CONSTRAINTS),
        idea: read_idea_reference(fields, context),
        not_duplicate_of: read_not_duplicates(fields, context),
        links: read_labelled_links(fields),
        cover: read_cover(fields, manuscript, context),
        evidence_grade: grade_evidence(
            method,
            results.iter().find(|result| result.role == Role::Primary),
            sample_size.filter(|size| *size > 0),
            mde,
        ),
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
    let diagnostics = finish_meta(&mut case.meta, field_reader);
    (case, diagnostics)
}

/// Reads the plain fields of a type of record.
fn read_plain_fields(fields: &mut FieldReader<'_>, record_type: RecordType) -> PlainFields {
    let mut plain = PlainFields::default();
    for field in fields_of(record_type).filter(|field| field.is_plain) {
        if let Some(value) = fields.plain(field) {
            plain.push(field, value);
        }
    }
    plain
}

/// Reports required fields without any text; those whose text is invalid have a diagnostic of their
/// own.
fn report_missing_fields(
    fields: &mut FieldReader<'_>,
    manuscript: &Manuscript,
    has_status: bool,
    no_market: bool,
    no_channel: bool,
    no_tactic: bool,
) {
    let missing = [
        (&field::STATUS, !has_status),
        (&field::MARKETS, no_market),
        (&field::CHANNELS, no_channel),
        (&field::TACTICS, no_tactic),
    ];
    for (field, is_missing) in missing {
        if is_missing && !states_text(manuscript, field) {
            fields.report_missing(field);
        }
    }
}

/// Whether a record states any text in a field.
fn states_text(manuscript: &Manuscript, field: &Field) -> bool {
    manuscript.fields().iter().any(|(key, node)| field.has_key(&key.name) && holds_text(node))
}

/// Whether a node holds any text; nested lists are searched.
fn holds_text(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(holds_text),
        _ => !node.is_empty(),
    }
}

/// Reads a field of markets and market groups: the named markets with the members of named groups,
/// and the named groups, each sorted by id without repetition. An id precedes a label or alias
/// where a text names both a market and a group.
fn read_markets_and_groups(
    fields: &mut FieldReader<'_>,
    field: &'static Field,
    vocabulary: &Vocabulary,
) -> (Vec<MarketId>, Vec<GroupId>) {
    let (mut markets, mut groups) = (Vec::new(), Vec::new());
    for (text, span) in fields.texts_with_spans(field) {
        match (vocabulary.markets.find(text), vocabulary.groups.find(text)) {
            (Some(market), None) => markets.extend(
                fields
                    .term(text, span, field::MARKETS.noun(), &vocabulary.markets)
                    .or(Some(market)),
            ),
            (Some(market), Some(group))
                if vocabulary.markets.is_id(market, text)
                    || !vocabulary.groups.is_id(group, text) =>
            {
                markets.extend(fields.term(text, span, field::MARKETS.noun(), &vocabulary.markets));
            }
            (_, Some(group)) => {
                fields.term(text, span, "group", &vocabulary.groups);
                groups.push(group);
                markets.extend(&vocabulary.groups[group].members);
            }
            (None, None) => report_unknown_market(fields, text, span, vocabulary),
        }
    }
    markets.sort_unstable();
    markets.dedup();
    groups.sort_unstable();
    groups.dedup();
    (markets, groups)
}

/// Reports a text that names neither a market nor a market group.
fn report_unknown_market(
    fields: &mut FieldReader<'_>,
    text: &str,
    span: std::ops::Range<usize>,
    vocabulary: &Vocabulary,
) {
    let nearest_name = |name: &str| {
        let markets =
            vocabulary.markets.iter().flat_map(|(_, term)| [&*term.id, term.label.as_str()]);
        nearest::find_nearest(
            name,
            markets.chain(vocabulary.groups.iter().map(|(_, term)| &*term.id)),
        )
        .map(str::to_owned)
    };
    let find_id = |name: &str| {
        let market = vocabulary.markets.find(name).map(|id| vocabulary.markets[id].id.to_string());
        market
            .or_else(|| vocabulary.groups.find(name).map(|id| vocabulary.groups[id].id.to_string()))
    };
    if let Some(id) = field_reader::find_misread(text, &vocabulary.markets) {
        let id = &vocabulary.markets[id].id;
        let fix = fields.name_fix(span.clone(), text, id);
        let message = format!("`{text}` is not a known market or market group");
        let hint = field_reader::misread_hint(text, id);
        return fields.report_with_fix("unknown-term", span, message, hint, fix);
    }
    if let Some(hint) = field_reader::hint_of_list(text, find_id) {
        let message = format!("`{text}` is not a known market or market group");
        return fields.report("unknown-term", span, message, hint);
    }
    let hint = match nearest_name(text).filter(|name| text.chars().count() > 2 || confusable::is_confusable(text, name)) {
        Some(name) => nearest::did_you_mean(text, &name),
        None => "use the country's ISO 3166-1 alpha-2 code such as `BR`, a market group such as `latam`, or `global`".to_owned(),
    };
    let plain = field_reader::find_plain(text, &vocabulary.markets)
        .map(|id| &vocabulary.markets[id].id)
        .or_else(|| {
            field_reader::find_plain(text, &vocabulary.groups).map(|id| &vocabulary.groups[id].id)
        });
    let fix = plain.and_then(|id| fields.name_fix(span.clone(), text, id));
    fields.report_with_fix(
        "unknown-term",
        span,
        format!("`{text}` is not a known market or market group"),
        hint,
        fix,
    );
}

/// All groups that contain one of the markets, and the stated groups, sorted by id without
/// repetition.
fn derive_groups(
    markets: &[MarketId],
    stated: &[GroupId],
    vocabulary: &Vocabulary,
) -> Vec<GroupId> {
    let mut groups: Vec<GroupId> = markets
        .iter()
        .flat_map(|market| vocabulary.markets[*market].groups.iter().copied())
        .chain(stated.iter().copied())
        .collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// Reads all fields by which a case study relates to others.
fn read_relations(fields: &mut FieldReader<'_>, context: &ReadContext<'_>) -> Relations {
    let mut relations = Relations::default();
    for field in Relations::FIELDS {
        *relations.list_mut(field) = read_case_references(fields, field, context);
    }
    relations
}

/// The case studies that a field names, sorted by id without repetition.
fn read_case_references(
    fields: &mut FieldReader<'_>,
    field: &'static Field,
    context: &ReadContext<'_>,
) -> Vec<CaseIndex> {
    let mut cases = Vec::new();
    for (text, span) in fields.texts_with_spans(field) {
        cases.extend(resolve_case(fields, text, span, context));
    }
    cases.sort_unstable();
    cases.dedup();
    cases
}

/// The case study with an id; an unknown id is reported, a withheld one is not.
fn resolve_case(
    fields: &mut FieldReader<'_>,
    text: &str,
    span: std::ops::Range<usize>,
    context: &ReadContext<'_>,
) -> Option<CaseIndex> {
    let text = to_nfc(text);
    let id = text
        .trim_start_matches('/')
        .trim_start_matches("case-studies/")
        .trim_end_matches('/')
        .trim_end_matches(".md");
    match context.addresses.cases.get(id) {
        Some(Some(index)) => Some(*index),
        Some(None) => None,
        None => {
            let others = context
                .addresses
                .cases
                .keys()
                .map(|id| &**id)
                .filter(|id| *id != fields.record_id());
            let hint = nearest_id_hint(id, others)
                .unwrap_or_else(|| "name a case study by its path below `case-studies/`, such as `br/unboxing-drop`".into());
            let fix = certain_id(id, context.addresses.cases.keys().map(|id| &**id))
                .and_then(|known| fields.name_fix(span.clone(), &text, known));
            let message = format!("there is no case study `{id}`");
            fields.report_with_fix("unknown-id", span, message, hint, fix);
            None
        }
    }
}

/// The only known id that differs from a text by case or invisible characters alone.
fn certain_id<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = confusable::remove_invisible(id).to_lowercase();
    let mut same = known.filter(|known| known.to_lowercase() == plain);
    let first = same.next()?;
    same.next().is_none().then_some(first)
}

/// The hint that offers the nearest known id; none if no id is near.
fn nearest_id_hint<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest::find_nearest(id, known).map(|near| nearest::did_you_mean(id, near))
}

/// The idea that a case study came from; an unknown id is reported, a withheld one is not.
fn read_idea_reference(
    fields: &mut FieldReader<'_>,
    context: &ReadContext<'_>,
) -> Option<IdeaIndex> {
    let node = fields.node(&field::IDEA_ID)?;
    let id = &*to_nfc(fields.text_of(&field::IDEA_ID, node)?);
    match context.addresses.ideas.get(id) {
        Some(index) => *index,
        None => {
            let hint = nearest_id_hint(id, context.addresses.ideas.keys().map(|id| &**id))
                .unwrap_or_else(|| "name an idea by its file name below `ideas/`".into());
            let fix = certain_id(id, context.addresses.ideas.keys().map(|id| &**id))
                .and_then(|known| fields.name_fix(node.span(), id, known));
            let message = format!("there is no idea `{id}`");
            fields.report_with_fix("unknown-id", node.span(), message, hint, fix);
            None
        }
    }
}

/// Reads `not_duplicate_of`: a list of `{id, reason}`, `{family, members, reason}` or plain ids.
fn read_not_duplicates(
    fields: &mut FieldReader<'_>,
    context: &ReadContext<'_>,
) -> Vec<NotDuplicate> {
    let Some(node) = fields.node(&field::NOT_DUPLICATE_OF) else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(nodes) => nodes,
        _ => std::slice::from_ref(node),
    };
    filled(nodes).filter_map(|node| read_not_duplicate(fields, node, context)).collect()
}

/// Reads one entry of `not_duplicate_of` in any of its three forms: a map with `id` and `reason`, a
/// map with `family`, `members` and `reason`, or a plain id, which has no reason.
fn read_not_duplicate<'a>(
    fields: &mut FieldReader<'a>,
    node: &'a Node,
    context: &ReadContext<'_>,
) -> Option<NotDuplicate> {
    let Value::Map(_) = &node.value else {
        return resolve_not_duplicate(
            fields,
            node,
            context,
            &node.to_flow(),
            NotDuplicateScope::Record,
            String::new(),
        );
    };
    let mut entries = MapReader::new(fields, &field::NOT_DUPLICATE_OF, node)?;
    let id = entries.node(&field::not_duplicate::ID).map(Node::to_flow).unwrap_or_default();
    let family = entries.node(&field::not_duplicate::FAMILY).map(Node::to_flow);
    let members = entries
        .node(&field::not_duplicate::MEMBERS)
        .and_then(|node| fields.unsigned_integer_of(&field::not_duplicate::MEMBERS, node))
        .map(|count| usize::try_from(count).unwrap_or(usize::MAX));
    let reason = entries.node(&field::not_duplicate::REASON).map(Node::to_flow).unwrap_or_default();
    entries.finish(fields);
    match family {
        // The id of a family is the id of its first member, `~` and its tactic.
        Some(family) => {
            let member = family.split('~').next().unwrap_or("");
            resolve_not_duplicate(
                fields,
                node,
                context,
                member,
                NotDuplicateScope::Family { members },
                reason,
            )
        }
        None => {
            resolve_not_duplicate(fields, node, context, &id, NotDuplicateScope::Record, reason)
        }
    }
}

/// The statement about the case study with an id, which stands for a family where `scope` says so;
/// none if the id is empty, unknown or withheld.
fn resolve_not_duplicate(
    fields: &mut FieldReader<'_>,
    node: &Node,
    context: &ReadContext<'_>,
    id: &str,
    scope: NotDuplicateScope,
    reason: String,
) -> Option<NotDuplicate> {
    if id.trim().is_empty() {
        fields.report(
            "missing-field",
            node.span(),
            "an answer in `not_duplicate_of` names no `id` and no `family`".into(),
            "write `- {id: br/unboxing-drop, reason: \"...\"}`",
        );
        return None;
    }
    Some(NotDuplicate {
        case: resolve_case(fields, id.trim(), node.span(), context)?,
        scope,
        reason: reason.trim().to_owned(),
        span: node.span(),
    })
}

/// Reads `results`, a map or a list of maps: primary results first, then secondary ones and
/// guardrails.
fn read_results(fields: &mut FieldReader<'_>, vocabulary: &Vocabulary) -> Vec<MetricResult> {
    let Some(node) = fields.node(&field::RESULTS) else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(nodes) => nodes,
        _ => std::slice::from_ref(node),
    };
    let mut results: Vec<MetricResult> =
        filled(nodes).filter_map(|node| read_result(fields, node, vocabulary)).collect();
    results.sort_by_key(|result| result.role);
    results
}

/// Reads one result; none if it names no metric. A lift that is not stated is computed from the
/// arms.
fn read_result<'a>(
    fields: &mut FieldReader<'a>,
    node: &'a Node,
    vocabulary: &Vocabulary,
) -> Option<MetricResult> {
    let mut map_reader = MapReader::new(fields, &field::RESULTS, node)?;
    let entries = &mut map_reader;
    let is_local = entries.flag(fields, &field::result::LOCAL);
    let metric = read_metric(fields, entries, node, is_local, vocabulary);
    let role = entries.keyword(fields, &field::result::ROLE).unwrap_or(Role::Secondary);
    let lift_type =
        entries.keyword(fields, &field::result::LIFT_TYPE).unwrap_or(LiftType::Relative);
    let (arm_kind, lift_kind) = number_kinds(
        metric.as_ref(),
        entries.node(&field::result::CURRENCY).is_some(),
        lift_type,
        vocabulary,
    );
    let (baseline, control, variant) = (
        entries.number(fields, &field::result::BASELINE, arm_kind),
        entries.number(fields, &field::result::CONTROL, arm_kind),
        entries.number(fields, &field::result::VARIANT, arm_kind),
    );
    let stated_lift = entries.number(fields, &field::result::LIFT, lift_kind);
    let lift = stated_lift.or_else(|| compute_lift(control.or(baseline), variant, lift_type));
    let (ci_low, ci_high) = (
        entries.number(fields, &field::result::CI_LOW, lift_kind),
        entries.number(fields, &field::result::CI_HIGH, lift_kind),
    );
    let p_value = entries.number(fields, &field::result::P_VALUE, NumberKind::Probability);
    let chance_to_win =
        entries.number(fields, &field::result::CHANCE_TO_WIN, NumberKind::Percentage);
    let is_indexed = entries.flag(fields, &field::result::INDEXED);
    let currency = entries.text(fields, &field::result::CURRENCY);
    let source = entries.text(fields, &field::result::SOURCE);
    // Without a metric too, of which a misspelt key may be the reason.
    map_reader.finish(fields);
    Some(MetricResult {
        metric: metric?,
        role,
        baseline,
        control,
        variant,
        is_derived: stated_lift.is_none() && lift.is_some(),
        lift,
        lift_type,
        ci_low,
        ci_high,
        p_value,
        chance_to_win,
        is_indexed,
        currency,
        source,
        span: node.span(),
    })
}

/// The kinds of number of a result: those of its arms, and those of its lift and confidence
/// interval.
fn number_kinds(
    metric: Option<&Metric>,
    has_currency: bool,
    lift_type: LiftType,
    vocabulary: &Vocabulary,
) -> (NumberKind, NumberKind) {
    let arm_kind = match metric {
        _ if has_currency => NumberKind::Amount,
        Some(Metric::Known(metric)) => match vocabulary.metrics[*metric].unit {
            MetricUnit::Money | MetricUnit::People | MetricUnit::Count | MetricUnit::Days => {
                NumberKind::Amount
            }
            MetricUnit::Percent | MetricUnit::Points => NumberKind::Percentage,
            MetricUnit::Ratio | MetricUnit::Index => NumberKind::Ratio,
        },
        _ => NumberKind::Ratio,
    };
    let lift_kind = match lift_type {
        LiftType::Relative => NumberKind::Percentage,
        LiftType::Absolute => arm_kind,
    };
    (arm_kind, lift_kind)
}

/// The metric of a result; one that the vocabulary lacks is a local metric, and is reported unless
/// `is_local` says that it is meant so.
fn read_metric<'a>(
    fields: &mut FieldReader<'a>,
    entries: &mut MapReader<'a>,
    result: &Node,
    is_local: bool,
    vocabulary: &Vocabulary,
) -> Option<Metric> {
    let Some(node) = entries.node(&field::result::METRIC) else {
        fields.report(
            "missing-field",
            result.span(),
            "a result names no `metric`".into(),
            "write `metric: cvr`, or a name of your own with `local: true`",
        );
        return None;
    };
    let text = fields.text_of(&field::result::METRIC, node)?;
    match vocabulary.metrics.find(text) {
        Some(_) => fields
            .term(text, node.span(), field::result::METRIC.noun(), &vocabulary.metrics)
            .map(Metric::Known),
        None if is_local => Some(Metric::Local(text.into())),
        None => {
            let known: Vec<&str> = vocabulary.metrics.iter().map(|(_, term)| &*term.id).collect();
            let hint = match nearest::find_nearest(text, known) {
                Some(name) => format!(
                    "{}; a region's own metric carries `local: true`",
                    nearest::did_you_mean(text, name)
                ),
                None => "a region's own metric carries `local: true`".to_owned(),
            };
            fields.report(
                "unknown-term",
                node.span(),
                format!("`{text}` is not a known metric"),
                hint,
            );
            Some(Metric::Local(text.into()))
        }
    }
}

/// The lift between two arms, rounded to two decimals: percent of the control, or the difference;
/// none for a relative lift over zero.
fn compute_lift(control: Option<f64>, variant: Option<f64>, lift_type: LiftType) -> Option<f64> {
    let (control, variant) = (control?, variant?);
    let lift = match lift_type {
        LiftType::Relative => (variant / control - 1.0) * 100.0,
        LiftType::Absolute => variant - control,
    };
    // The same limit holds for numbers in fields.
    (lift.abs() <= MAX_NUMBER).then(|| (lift * 100.0).round() / 100.0)
}

/// Reads `variants`, the list of the arms of an experiment.
fn read_variants(
    fields: &mut FieldReader<'_>,
    manuscript: &Manuscript,
    context: &ReadContext<'_>,
) -> Vec<Variant> {
    let Some(node) = fields.node(&field::VARIANTS) else { return Vec::new() };
    let Value::List(nodes) = &node.value else {
        fields.report(
            "wrong-type",
            node.span(),
            format!("`variants` is {} where a list belongs", node.kind_name()),
            "write `- {name: ..., description: ...}` for each arm",
        );
        return Vec::new();
    };
    filled(nodes).filter_map(|node| read_variant(fields, node, manuscript, context)).collect()
}

/// Reads one arm: a plain name, or a map. An arm without a name is reported and kept.
fn read_variant<'a>(
    fields: &mut FieldReader<'a>,
    node: &'a Node,
    manuscript: &Manuscript,
    context: &ReadContext<'_>,
) -> Option<Variant> {
    if let Value::Text(name) = &node.value {
        return Some(Variant {
            name: name.to_string(),
            is_control: false,
            description: None,
            image: None,
        });
    }
    let mut map_reader = MapReader::new(fields, &field::VARIANTS, node)?;
    let entries = &mut map_reader;
    let image = entries.node(&field::variant::IMAGE).and_then(|node| {
        read_image_path(fields, &field::variant::IMAGE, node, manuscript, context)
    });
    let name = entries.text(fields, &field::variant::NAME).unwrap_or_else(|| {
        fields.report(
            "missing-field",
            node.span(),
            "a variant has no `name`".into(),
            "write `- {name: Open box, description: ...}`",
        );
        String::new()
    });
    let variant = Variant {
        name,
        is_control: entries.flag(fields, &field::variant::CONTROL),
        description: entries.text(fields, &field::variant::DESCRIPTION),
        image,
    };
    map_reader.finish(fields);
    Some(variant)
}

/// The site path of an image that a node names; a file that does not exist is reported.
fn read_image_path<'a>(
    fields: &mut FieldReader<'a>,
    field: &Field,
    node: &'a Node,
    manuscript: &Manuscript,
    context: &ReadContext<'_>,
) -> Option<String> {
    let written = fields.text_of(field, node)?;
    match resolve_asset(written, manuscript, context.addresses) {
        Some(path) => Some(path),
        None => {
            fields.report(
                "missing-image",
                node.span(),
                format!("there is no file `{written}`"),
                "put the picture beside the record and name it relative to the record's file",
            );
            None
        }
    }
}

/// The site path of the cover image.
fn read_cover(
    fields: &mut FieldReader<'_>,
    manuscript: &Manuscript,
    context: &ReadContext<'_>,
) -> Option<String> {
    let node = fields.node(&field::COVER)?;
    read_image_path(fields, &field::COVER, node, manuscript, context)
}

/// Reads `budget`: an amount with its currency, or a band, which may stand alone. An amount without
/// currency is reported and the band taken, if there is one.
fn read_budget(fields: &mut FieldReader<'_>) -> Option<Budget> {
    let node = fields.node(&field::BUDGET)?;
    if matches!(node.value, Value::Text(_)) {
        return fields.keyword_of(&field::budget::BAND, node).map(Budget::Band);
    }
    let mut entries = MapReader::new(fields, &field::BUDGET, node)?;
    let band = entries.keyword(fields, &field::budget::BAND);
    let is_stated = entries.node(&field::budget::AMOUNT).is_some();
    let amount = entries.number(fields, &field::budget::AMOUNT, NumberKind::Amount);
    let currency = entries.text(fields, &field::budget::CURRENCY);
    entries.finish(fields);
    match (band, amount, currency) {
        (_, Some(amount), Some(currency)) => Some(Budget::Amount(amount, currency.to_uppercase())),
        (band, None, None) => band.map(Budget::Band),
        // An amount that is no number has been reported already.
        (band, None, Some(_)) if is_stated => band.map(Budget::Band),
        _ => {
            fields.report(
                "missing-field",
                node.span(),
                "a budget needs `amount` and `currency`, or `band`".into(),
                "write `budget: {band: m}` or `budget: {amount: 12000, currency: EUR}`",
            );
            band.map(Budget::Band)
        }
    }
}

/// Reads `raci`; roles that it does not name are empty.
fn read_raci(fields: &mut FieldReader<'_>) -> Raci {
    let Some(node) = fields.node(&field::RACI) else { return Raci::default() };
    let Some(mut entries) = MapReader::new(fields, &field::RACI, node) else {
        return Raci::default();
    };
    let raci = Raci {
        responsible: entries.texts(fields, &field::raci::RESPONSIBLE),
        accountable: entries.texts(fields, &field::raci::ACCOUNTABLE),
        consulted: entries.texts(fields, &field::raci::CONSULTED),
        informed: entries.texts(fields, &field::raci::INFORMED),
    };
    entries.finish(fields);
    raci
}

/// Reads who verified a record, when, and how long that holds.
fn read_verification(fields: &mut FieldReader<'_>) -> Verification {
    Verification {
        verified_by: fields.text(&field::VERIFIED_BY),
        verified_on: fields.date(&field::VERIFIED_ON),
        review_interval_days: fields.duration_days(&field::REVIEW_EVERY),
    }
}

/// Reads `links`: one web address or map, or a list of them.
fn read_labelled_links(fields: &mut FieldReader<'_>) -> Vec<LabelledLink> {
    let Some(node) = fields.node(&field::LINKS) else { return Vec::new() };
    let nodes = match &node.value {
        Value::List(nodes) => nodes,
        _ => std::slice::from_ref(node),
    };
    filled(nodes).filter_map(|node| read_labelled_link(fields, node)).collect()
}

/// Reads one link: a plain address, which is then its own label, or a map; none for anything but a
/// web address, which is reported.
fn read_labelled_link<'a>(fields: &mut FieldReader<'a>, node: &'a Node) -> Option<LabelledLink> {
    let (label, url) = if let Value::Text(url) = &node.value {
        (url.to_string(), url.to_string())
    } else {
        let mut entries = MapReader::new(fields, &field::LINKS, node)?;
        let (label, url) =
            (entries.text(fields, &field::link::LABEL), entries.text(fields, &field::link::URL));
        entries.finish(fields);
        let Some(url) = url else {
            fields.report(
                "missing-field",
                node.span(),
                "a link names no `url`".into(),
                "write `- {label: Report, url: \"https://...\"}`",
            );
            return None;
        };
        (label.unwrap_or_else(|| url.clone()), url)
    };
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        fields.report(
            "invalid-link",
            node.span(),
            format!("`{url}` is not a web address"),
            "links elsewhere start with `https://`",
        );
        return None;
    }
    Some(LabelledLink { label, url })
}

/// Reads an idea; references to withheld records are left out.
pub fn read_idea(manuscript: &Manuscript, context: &ReadContext<'_>) -> (Idea, Vec<Diagnostic>) {
    let mut field_reader = FieldReader::new(manuscript);
    let fields = &mut field_reader;
    let vocabulary = context.vocabulary;
    let meta = read_meta(fields, manuscript, context);
    let (markets, stated_groups) = read_markets_and_groups(fields, &field::MARKETS, vocabulary);
    let (evidence, evidence_links) = read_evidence(fields, context);
    let status = fields.keyword(&field::IDEA_STATUS);
    if status.is_none() && !states_text(manuscript, &field::IDEA_STATUS) {
        fields.report_missing(&field::IDEA_STATUS);
    }
    let mut idea = Idea {
        summary: fields.text(&field::SUMMARY).unwrap_or_else(|| first_paragraph(manuscript)),
        status: status.unwrap_or(crate::catalog::keywords::IdeaStatus::New),
        channels: fields.terms(&field::CHANNELS, &vocabulary.channels),
        tactics: fields.terms(&field::TACTICS, &vocabulary.tactics),
        hypothesis: fields.text(&field::HYPOTHESIS),
        owner: fields.text(&field::OWNER),
        objective: fields.keyword(&field::OBJECTIVE),
        primary_metric: fields.terms(&field::PRIMARY_METRIC, &vocabulary.metrics).first().copied(),
        effort: fields.keyword(&field::EFFORT),
        target: fields.text(&field::TARGET),
        proposed_by: read_markets_and_groups(fields, &field::PROPOSED_BY, vocabulary).0,
        wanted_by: read_markets_and_groups(fields, &field::WANTED_BY, vocabulary).0,
        score: read_score(fields),
        becomes: read_case_references(fields, &field::BECOMES, context).first().copied(),
        not_duplicate_of: read_not_duplicates(fields, context),
        declined_reason: fields.text(&field::DECLINED_REASON),
        meta,
        markets,
        stated_groups,
        evidence,
        evidence_links,
    };
    let diagnostics = finish_meta(&mut idea.meta, field_reader);
    (idea, diagnostics)
}

/// Reads the field `evidence` of an idea: case studies sorted by id, and web addresses in the
/// record's order.
fn read_evidence(
    fields: &mut FieldReader<'_>,
    context: &ReadContext<'_>,
) -> (Vec<CaseIndex>, Vec<String>) {
    let (mut cases, mut links) = (Vec::new(), Vec::new());
    for (text, span) in fields.texts_with_spans(&field::EVIDENCE) {
        if text.starts_with("https://") || text.starts_with("http://") {
            links.push(text.to_owned());
        } else {
            cases.extend(resolve_case(fields, text, span, context));
        }
    }
    cases.sort_unstable();
    cases.dedup();
    (cases, links)
}

/// Reads the parts of an idea's score; those that it does not state are none.
fn read_score(fields: &mut FieldReader<'_>) -> ScoreParts {
    let Some(node) = fields.node(&field::SCORE) else { return ScoreParts::default() };
    let Some(mut entries) = MapReader::new(fields, &field::SCORE, node) else {
        return ScoreParts::default();
    };
    let score = ScoreParts {
        reach: read_score_part(fields, &mut entries, &field::score::REACH),
        impact: read_score_part(fields, &mut entries, &field::score::IMPACT),
        confidence: read_score_part(fields, &mut entries, &field::score::CONFIDENCE),
        ease: read_score_part(fields, &mut entries, &field::score::EASE),
        effort: read_score_part(fields, &mut entries, &field::score::EFFORT),
    };
    entries.finish(fields);
    score
}

/// Reads one component of a score, limited to [`field::SCORE_RANGE`]; a value outside is reported.
fn read_score_part<'a>(
    fields: &mut FieldReader<'a>,
    entries: &mut MapReader<'a>,
    part: &'static Field,
) -> Option<f64> {
    let node = entries.node(part)?;
    let number = fields.number_of(part, node, NumberKind::Percentage)?;
    let (lowest, highest) = field::SCORE_RANGE;
    if !(lowest as f64..=highest as f64).contains(&number) {
        fields.report(
            "out-of-range",
            node.span(),
            format!("`{}: {number}` lies outside {lowest} to {highest}", part.name),
            format!("score each part from {lowest} to {highest}"),
        );
    }
    Some(number.clamp(lowest as f64, highest as f64))
}

/// The first line with text of a body, without Markdown, cut at 200 characters; empty for a body
/// without text.
fn first_paragraph(manuscript: &Manuscript) -> String {
    let text = manuscript
        .outline
        .sections
        .iter()
        .find_map(|section| section.text.lines().find(|line| !line.trim().is_empty()))
        .unwrap_or("");
    match text.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// Reads a playbook; references to withheld records are left out.
pub fn read_playbook(
    manuscript: &Manuscript,
    context: &ReadContext<'_>,
) -> (Playbook, Vec<Diagnostic>) {
    let mut field_reader = FieldReader::new(manuscript);
    let fields = &mut field_reader;
    let meta = read_meta(fields, manuscript, context);
    let claim = fields.required_text(&field::CLAIM).unwrap_or_else(|| first_paragraph(manuscript));
    let applicability = read_applicability(fields, context.vocabulary);
    let mut playbook = Playbook {
        claim,
        status: fields
            .keyword(&field::PLAYBOOK_STATUS)
            .unwrap_or(crate::catalog::keywords::PlaybookStatus::Emerging),
        supports: read_case_references(fields, &field::SUPPORTS, context),
        contradicts: read_case_references(fields, &field::CONTRADICTS, context),
        markets: applicability.markets,
        stated_groups: applicability.groups,
        maturity: applicability.maturity,
        channels: applicability.channels,
        tactics: applicability.tactics,
        fixed: fields.texts(&field::FIXED),
        flexible: fields.texts(&field::FLEXIBLE),
        owner: fields.text(&field::OWNER),
        verification: read_verification(fields),
        not_duplicate_of: read_not_duplicates(fields, context),
        meta,
    };
    let diagnostics = finish_meta(&mut playbook.meta, field_reader);
    (playbook, diagnostics)
}

/// The markets, groups, maturities, channels and tactics that a playbook applies to; `markets`
/// holds the members of the groups too.
#[derive(Default)]
struct Applicability {
    markets: Vec<MarketId>,
    groups: Vec<GroupId>,
    maturity: Vec<Maturity>,
    channels: Vec<crate::vocabulary::ChannelId>,
    tactics: Vec<crate::vocabulary::TacticId>,
}

/// Reads `applies_to`; terms and maturities that are unknown are reported and left out.
fn read_applicability(fields: &mut FieldReader<'_>, vocabulary: &Vocabulary) -> Applicability {
    let mut applicability = Applicability::default();
    let Some(node) = fields.node(&field::APPLIES_TO) else { return applicability };
    let Some(mut entries) = MapReader::new(fields, &field::APPLIES_TO, node) else {
        return applicability;
    };
    if let Some(node) = entries.node(&field::applies_to::MARKETS) {
        for (text, span) in fields.texts_of(&field::applies_to::MARKETS, node) {
            match (vocabulary.markets.find(text), vocabulary.groups.find(text)) {
                (_, Some(group)) if vocabulary.groups.is_id(group, text) => {
                    applicability.groups.push(group);
                    applicability.markets.extend(&vocabulary.groups[group].members);
                }
                (Some(_), _) => applicability.markets.extend(fields.term(
                    text,
                    span,
                    field::MARKETS.noun(),
                    &vocabulary.markets,
                )),
                _ => report_unknown_market(fields, text, span, vocabulary),
            }
        }
    }
    if let Some(node) = entries.node(&field::applies_to::MATURITY) {
        for (text, span) in fields.texts_of(&field::applies_to::MATURITY, node) {
            match text {
                "mature" => applicability.maturity.push(Maturity::Mature),
                "growth" => applicability.maturity.push(Maturity::Growth),
                "new-entry" => applicability.maturity.push(Maturity::NewEntry),
                _ => fields.report(
                    "unknown-value",
                    span,
                    format!("`{text}` is not a known maturity"),
                    nearest::hint(text, field::applies_to::MATURITY.words().iter().copied()),
                ),
            }
        }
    }
    if let Some(node) = entries.node(&field::applies_to::CHANNELS) {
        for (text, span) in fields.texts_of(&field::applies_to::CHANNELS, node) {
            applicability.channels.extend(fields.term(
                text,
                span,
                field::CHANNELS.noun(),
                &vocabulary.channels,
            ));
        }
    }
    if let Some(node) = entries.node(&field::applies_to::TACTICS) {
        for (text, span) in fields.texts_of(&field::applies_to::TACTICS, node) {
            applicability.tactics.extend(fields.term(
                text,
                span,
                field::TACTICS.noun(),
                &vocabulary.tactics,
            ));
        }
    }
    entries.finish(fields);
    applicability.markets.sort_unstable();
    applicability.markets.dedup();
    applicability
}

/// Reads a content page.
pub fn read_page(
    manuscript: &Manuscript,
    context: &ReadContext<'_>,
) -> (ContentPage, Vec<Diagnostic>) {
    let mut field_reader = FieldReader::new(manuscript);
    let fields = &mut field_reader;
    let meta = read_meta(fields, manuscript, context);
    let mut page = ContentPage {
        summary: fields.text(&field::PAGE_SUMMARY).unwrap_or_else(|| first_paragraph(manuscript)),
        nav_title: fields.text(&field::NAV_TITLE),
        meta,
    };
    fields.node(&field::ORDER);
    let diagnostics = finish_meta(&mut page.meta, field_reader);
    (page, diagnostics)
}
