//! Whatever is typed is read and answered.

use std::sync::LazyLock;

use casebook_search::entry::{Entry, Section};
use casebook_search::frame::{Sort, inflate};
use casebook_search::layout::Mode;
use casebook_search::{Engine, Facet, Request, Settings, Step, build, syntax};

/// Takes any text for a query.
pub fn run(bytes: &[u8]) {
    let line = String::from_utf8_lossy(bytes);
    let read = syntax::parse(&line);
    assert!(read.items.len() <= 64);
    ENGINE.with(|engine| {
        let request = Request { text: line.to_string(), facets: vec!["*".to_owned()], prefix_last: true, ..Request::default() };
        let Step::Done(response) = engine.search(&request).expect("a sound index answers") else { panic!("a whole index misses nothing") };
        assert!(response.hits.len() <= response.total && response.total <= TEXTS.len());
        for hit in &response.hits {
            let units = hit.title.encode_utf16().count() as u32;
            assert!(hit.title_marks.iter().all(|(from, to)| from < to && *to <= units), "{:?}", hit.title_marks);
            assert!(hit.title_marks.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{:?}", hit.title_marks);
        }
        engine.suggest(&line, 8).expect("a sound index answers");
    });
}

const TEXTS: [(&str, &str, &str); 6] = [
    ("en", "Unboxing by mail", "A parcel with a voucher was opened by the customer's friends, 12.5 % of them twice"),
    ("tr", "İNDİRİM kuponu", "Sepette indirim ve ücretsiz kargo kampanyası"),
    ("de", "Gutschein für Straßenfeste", "Rabatt für Neukunden, Prämie und Kindergarten"),
    ("ja", "紹介クーポン", "友だちに紹介するキャンペーン"),
    ("ko", "친구 추천", "추천 이벤트와 쿠폰"),
    ("th", "แนะนำเพื่อน", "รับส่วนลดทันที"),
];

thread_local! {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
        let entries: Vec<Entry> = TEXTS.into_iter().enumerate().map(entry).collect();
        let index = build(&entries, &Settings { mode: Some(Mode::Whole), ..Settings::default() }).expect("entries make an index");
        Engine::open(inflate(&index.files[&index.opening], Sort::Opening).expect("it was sealed")).expect("a sound index opens")
    });
}

fn entry((number, (language, title, text)): (usize, (&str, &str, &str))) -> Entry {
    Entry {
        id: format!("r{number}"),
        title: title.to_owned(),
        language: language.to_owned(),
        facets: [(Facet::Market, vec![language.to_owned()]), (Facet::Year, vec!["2026".to_owned()])].into(),
        sections: vec![Section { text: text.into(), ..Section::default() }],
        ..Entry::default()
    }
}
