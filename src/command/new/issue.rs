//! Reads an answered issue form as a case study: the event of the code host in, a draft out. Every
//! text is data; the headings of the form are the names of fields.

use serde_json::Value;

use crate::catalog::date;
use crate::catalog::field::{self, Field, FieldKind, fields_of};
use crate::command::new::draft::CaseStudyDraft;
use crate::error::{Error, Result};
use crate::record::RecordType;
use crate::record::front_matter::FieldValue;
use crate::vocabulary::template;

/// The question of the form whose answer says what happened; it becomes the first section.
const STORY: &str = "What should another market know?";
/// The question of the form whose answer has the figures in words; it becomes the section of results,
/// because figures are entered one by one.
const RESULTS_IN_WORDS: &str = "Results in words";
/// The question of the form that asks to look for personal data; its answer is not kept.
const PRIVACY: &str = "Before sending";
/// What the code host writes for a question without an answer.
const NO_ANSWER: &str = "_No response_";
/// The position of the section of results among the headings of a case study.
const RESULTS_SECTION: usize = 2;

/// What an answer is for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Question {
    /// A field of front matter.
    Field(&'static str),
    /// [`STORY`].
    Story,
    /// [`RESULTS_IN_WORDS`].
    Results,
    /// [`PRIVACY`].
    Privacy,
}

/// An issue as the event of the code host has it.
pub struct Issue {
    /// Its number, from 1.
    pub number: u64,
    /// The case study that its form describes.
    pub draft: CaseStudyDraft,
}

/// Reads the event of an issue, JSON, as a case study; `language` (BCP 47) is that of the headings.
///
/// # Errors
/// It is no event of an issue, or the form has no title.
pub fn read_issue(event: &str, language: &str) -> Result<Issue> {
    let event: Value = serde_json::from_str(event)
        .map_err(|cause| Error::because("the event of the issue is no JSON", cause))?;
    let issue = &event["issue"];
    let (Some(number), Some(body)) = (issue["number"].as_u64(), issue["body"].as_str()) else {
        return Err(Error::new("the event has no issue with a number and a text")
            .with_hint("give the file that `GITHUB_EVENT_PATH` names in a workflow for issues"));
    };
    let mut draft = CaseStudyDraft::default();
    let mut sections: Vec<String> = vec![String::new(); RESULTS_SECTION + 1];
    for (question, answer) in split_answers(body) {
        if answer.is_empty() {
            continue;
        }
        match question {
            Question::Field(name) => set_field(&mut draft, name, &answer),
            Question::Story => sections[0] = answer,
            Question::Results => sections[RESULTS_SECTION] = answer,
            Question::Privacy => {}
        }
    }
    if draft.flags.title.is_none() {
        return Err(Error::new("the form of the issue has no title").with_hint(format!(
            "the text of the issue needs the heading `### {}` with the title below it",
            heading(&field::TITLE)
        )));
    }
    draft.body = Some(render_body(language, &sections));
    Ok(Issue { number, draft })
}

/// The heading of a field in the form: its name as words, `Sample size`.
fn heading(field: &Field) -> String {
    let words = field.name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// The question that a heading of the form asks; none for any other line.
fn find_question(line: &str) -> Option<Question> {
    let asked = line.strip_prefix("### ")?.trim();
    match asked {
        STORY => Some(Question::Story),
        RESULTS_IN_WORDS => Some(Question::Results),
        PRIVACY => Some(Question::Privacy),
        _ => fields_of(RecordType::CaseStudy)
            .find(|field| is_asked(field) && heading(field) == asked)
            .map(|field| Question::Field(field.name)),
    }
}

/// Whether a field can be answered in one text; maps cannot.
fn is_asked(field: &Field) -> bool {
    !matches!(
        field.kind,
        FieldKind::Map(_)
            | FieldKind::Maps(_)
            | FieldKind::MapsByLanguage(_)
            | FieldKind::AnyMap
            | FieldKind::Flag
    )
}

/// The questions of a form with their answers, trimmed; an answer that was not given is empty. A
/// heading that is no question, or one that was answered already, is text of the answer it stands
/// in, so that nothing is lost.
fn split_answers(body: &str) -> Vec<(Question, String)> {
    let mut answers: Vec<(Question, String)> = Vec::new();
    for line in body.lines() {
        let question =
            find_question(line).filter(|asked| answers.iter().all(|(known, _)| known != asked));
        match (question, answers.last_mut()) {
            (Some(question), _) => answers.push((question, String::new())),
            (None, Some((_, answer))) => {
                answer.push_str(line.trim_end());
                answer.push('\n');
            }
            (None, None) => {}
        }
    }
    for (_, answer) in &mut answers {
        let given = answer.trim();
        *answer = if given == NO_ANSWER { String::new() } else { given.to_owned() };
    }
    answers
}

/// Gives a field of the draft the value that an answer states, by the type of the field. What cannot
/// be read stays as it is written, so that reading the record reports it.
fn set_field(draft: &mut CaseStudyDraft, name: &'static str, answer: &str) {
    let Some(field) = fields_of(RecordType::CaseStudy).find(|field| field.name == name) else {
        return;
    };
    let flags = &mut draft.flags;
    let text = one_line(answer);
    let is = |field: &Field| field.name == name;
    if is(&field::TITLE) {
        flags.title = Some(text);
    } else if is(&field::STATUS) {
        flags.status = Some(text);
    } else if is(&field::LANGUAGE) {
        flags.language = Some(text);
    } else if is(&field::MARKETS) {
        flags.markets = split_list(answer);
    } else if is(&field::CHANNELS) {
        flags.channels = split_list(answer);
    } else if is(&field::TACTICS) {
        flags.tactics = split_list(answer);
    } else if is(&field::HYPOTHESIS) {
        flags.hypothesis = Some(text);
    } else if is(&field::START) {
        flags.start = Some(text);
    } else if is(&field::OWNER) {
        flags.owner = Some(text);
    } else if is(&field::IDEA_ID) {
        flags.idea = Some(text);
    } else {
        draft.fields.push((name, to_value(field.kind, answer)));
    }
}

/// The value of a field of a kind that an answer states.
fn to_value(kind: FieldKind, answer: &str) -> FieldValue {
    let text = one_line(answer);
    match kind {
        FieldKind::Terms(_) | FieldKind::CaseStudies | FieldKind::Evidence => {
            split_list(answer).into_iter().collect()
        }
        FieldKind::Texts => answer
            .lines()
            .map(|line| line.trim().trim_start_matches("- ").trim())
            .filter(|line| !line.is_empty())
            .collect(),
        FieldKind::Date => {
            date::parse_date(&text).map_or_else(|_| FieldValue::from(text), FieldValue::from)
        }
        FieldKind::Count if text.parse::<u64>().is_ok() => FieldValue::Literal(text),
        _ => FieldValue::from(text),
    }
}

/// The names that an answer lists, separated by commas, semicolons or lines.
fn split_list(answer: &str) -> Vec<String> {
    answer
        .split([',', ';', '\n'])
        .map(|name| one_line(name.trim().trim_start_matches("- ")))
        .filter(|name| !name.is_empty())
        .collect()
}

/// The text with every run of white space replaced by one space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The body of a case study: the headings of the template in a language, with the texts of its first
/// sections.
fn render_body(language: &str, sections: &[String]) -> String {
    let mut body = String::new();
    for (position, heading) in template::case_study_headings(language).iter().enumerate() {
        body.push_str(&format!("## {heading}\n\n"));
        if let Some(text) = sections.get(position).filter(|text| !text.is_empty()) {
            body.push_str(text);
            body.push_str("\n\n");
        }
    }
    format!("{}\n", body.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The issue form of the repository.
    const FORM: &str = include_str!("../../../.github/ISSUE_TEMPLATE/case-study.yml");

    /// The event of an issue with this text.
    fn event(body: &str) -> String {
        serde_json::json!({"issue": {"number": 7, "title": "Case study", "body": body}}).to_string()
    }

    #[test]
    fn the_form_asks_what_the_fields_are() {
        let form: Value = serde_yaml::from_str(FORM).expect("the form is YAML");
        let questions: Vec<&Value> = form["body"]
            .as_array()
            .expect("the form has questions")
            .iter()
            .filter(|question| question["type"] != "markdown")
            .collect();
        let mut required = Vec::new();
        for question in &questions {
            let label = question["attributes"]["label"].as_str().expect("a label");
            let asked = find_question(&format!("### {label}"))
                .unwrap_or_else(|| panic!("`{label}` is no question that is read"));
            let Question::Field(name) = asked else { continue };
            assert_eq!(question["id"], name, "the id is the name of the field");
            let field = fields_of(RecordType::CaseStudy)
                .find(|field| field.name == name)
                .expect("it was found by its heading");
            if question["type"] == "dropdown" {
                let words: Vec<&str> = question["attributes"]["options"]
                    .as_array()
                    .expect("choices")
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                assert_eq!(words, field.words(), "the words of `{name}`");
            } else {
                assert!(field.words().is_empty(), "`{name}` has words to choose from");
            }
            if question["validations"]["required"] == true {
                required.push(name);
            }
        }
        for field in fields_of(RecordType::CaseStudy) {
            assert!(
                !field.is_always_required(RecordType::CaseStudy) || required.contains(&field.name),
                "the form must ask for `{}`",
                field.name
            );
        }
    }

    #[test]
    fn answers_become_fields_and_sections() {
        let body = "### Title\r\n\r\nA clock on offers\r\n\r\n### Markets\n\nBR, PT\n\n### Channels\n\n- e-mail\n- website\n\n\
            ### Start\n\n2026-03-02\n\n### Sample size\n\n_No response_\n\n### Outcome\n\nwon\n\n### Results in words\n\n3.1 % and 3.4 %\n\n\
            ### What should another market know?\n\nFirst.\n\n### A heading of the author\n\n### Title\n\nis text\n\n### Before sending\n\n- [X] none";
        let draft = read_issue(&event(body), "en").expect("it is an answered form").draft;
        assert_eq!(draft.flags.title.as_deref(), Some("A clock on offers"));
        assert_eq!(draft.flags.markets, ["BR", "PT"]);
        assert_eq!(draft.flags.channels, ["e-mail", "website"]);
        assert_eq!(draft.flags.start.as_deref(), Some("2026-03-02"));
        assert_eq!(draft.fields, [(field::OUTCOME.name, FieldValue::from("won"))]);
        let body = draft.body.expect("sections");
        assert!(body.contains("## Results\n\n3.1 % and 3.4 %\n\n## "), "{body}");
        let story = "First.\n\n### A heading of the author\n\n### Title\n\nis text\n\n## ";
        assert!(body.contains(story), "nothing that was written is lost: {body}");
        assert!(!body.contains("[X]"), "{body}");
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for event in
            ["", "[]", "{\"issue\": {}}", &event("Hello"), &event("### Title\n\n_No response_")]
        {
            assert!(read_issue(event, "en").is_err(), "{event}");
        }
    }
}
