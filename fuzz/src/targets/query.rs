//! Any query is parsed and answered.

use std::sync::LazyLock;

use casebook::catalog::field::facet;
use casebook::index::facets::define_facets;
use casebook_search::frame::{FileKind, inflate};
use casebook_search::layout::IndexMode;
use casebook_search::record::{RecordSection, SearchRecord};
use casebook_search::{Engine, PackSettings, SearchRequest, Step, build_index, syntax};

/// Uses the input as a query.
pub fn run(bytes: &[u8]) {
    let line = String::from_utf8_lossy(bytes);
    let query = syntax::parse_query(&line);
    assert!(query.items.len() <= 64);
    ENGINE.with(|engine| {
        let request = SearchRequest {
            text: line.to_string(),
            facets: vec!["*".to_owned()],
            ..SearchRequest::default()
        };
        let Step::Done(response) = engine.search(&request).expect("a sound index answers") else {
            panic!("a whole index misses nothing")
        };
        assert!(response.hits.len() <= response.total && response.total <= RECORDS.len());
        for hit in &response.hits {
            let units = hit.title.encode_utf16().count() as u32;
            assert!(
                hit.title_marks.iter().all(|(from, to)| from < to && *to <= units),
                "{:?}",
                hit.title_marks
            );
            assert!(
                hit.title_marks.windows(2).all(|pair| pair[0].1 <= pair[1].0),
                "{:?}",
                hit.title_marks
            );
        }
        engine.suggest(&line, 8).expect("a sound index answers");
    });
}

/// Language, title and text of the records of the index.
const RECORDS: [(&str, &str, &str); 6] = [
    (
        "en",
        "Unboxing by mail",
        "A parcel with a voucher was opened by the customer's friends, 12.5 % of them twice",
    ),
    ("tr", "İNDİRİM kuponu", "Sepette indirim ve ücretsiz kargo kampanyası"),
    ("de", "Gutschein für Straßenfeste", "Rabatt für Neukunden, Prämie und Kindergarten"),
    ("ja", "紹介クーポン", "友だちに紹介するキャンペーン"),
    ("ko", "친구 추천", "추천 이벤트와 쿠폰"),
    ("th", "แนะนำเพื่อน", "รับส่วนลดทันที"),
];

thread_local! {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
        let records: Vec<SearchRecord> = RECORDS.into_iter().enumerate().map(to_record).collect();
        let index = build_index(&records, &PackSettings { mode: Some(IndexMode::Whole), facets: define_facets(), ..PackSettings::default() }).expect("entries make an index");
        Engine::open(inflate(&index.files[&index.opening], FileKind::Opening).expect("it was sealed")).expect("a sound index opens")
    });
}

fn to_record((number, (language, title, text)): (usize, (&str, &str, &str))) -> SearchRecord {
    SearchRecord {
        id: format!("r{number}"),
        title: title.to_owned(),
        language: language.to_owned(),
        facets: [
            (facet::MARKET.id, vec![language.to_owned()]),
            (facet::YEAR.id, vec!["2026".to_owned()]),
        ]
        .into(),
        sections: vec![RecordSection { text: text.into(), ..RecordSection::default() }],
        ..SearchRecord::default()
    }
}
