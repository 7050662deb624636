//! Headings and placeholder texts of new records, which the comparison of records ignores.

/// Headings of the body of a new case study, by language: challenge, what was done, results,
/// learnings, keep and adapt.
const CASE_STUDY_HEADINGS: &[(&str, [&str; 5])] = &[
    (
        "en",
        [
            "Challenge",
            "What we did",
            "Results",
            "What we learned",
            "What to keep and what to adapt",
        ],
    ),
    (
        "nl",
        [
            "Uitdaging",
            "Wat we deden",
            "Resultaten",
            "Wat we leerden",
            "Wat houden en wat aanpassen",
        ],
    ),
    (
        "de",
        [
            "Herausforderung",
            "Was wir getan haben",
            "Ergebnisse",
            "Was wir gelernt haben",
            "Was bleibt und was angepasst wird",
        ],
    ),
    (
        "fr",
        [
            "Défi",
            "Ce que nous avons fait",
            "Résultats",
            "Ce que nous avons appris",
            "Ce qu'il faut garder et adapter",
        ],
    ),
    ("es", ["Reto", "Qué hicimos", "Resultados", "Qué aprendimos", "Qué conservar y qué adaptar"]),
    (
        "pt",
        [
            "Desafio",
            "O que fizemos",
            "Resultados",
            "O que aprendemos",
            "O que manter e o que adaptar",
        ],
    ),
    (
        "id",
        [
            "Tantangan",
            "Yang kami lakukan",
            "Hasil",
            "Yang kami pelajari",
            "Yang dipertahankan dan yang disesuaikan",
        ],
    ),
    ("ja", ["課題", "実施したこと", "結果", "学んだこと", "残すものと変えるもの"]),
];

/// Other headings that the guide suggests for case studies, in all languages.
const GUIDE_HEADINGS: &[&str] = &[
    "Objectives",
    "Objective",
    "Insight",
    "Strategy",
    "Execution",
    "Result",
    "Learnings",
    "Next steps",
    "Doelen",
    "Doel",
    "Inzicht",
    "Strategie",
    "Aanpak",
    "Uitvoering",
    "Resultaat",
    "Geleerd",
    "Vervolg",
    "Ziele",
    "Ziel",
    "Ausgangslage",
    "Erkenntnis",
    "Umsetzung",
    "Ergebnis",
    "Erkenntnisse",
    "Nächste Schritte",
    "Enjeu",
    "Objectifs",
    "Objectif",
    "Stratégie",
    "Exécution",
    "Mise en œuvre",
    "Résultat",
    "Enseignements",
    "Prochaines étapes",
    "Desafío",
    "Objetivos",
    "Objetivo",
    "Estrategia",
    "Ejecución",
    "Resultado",
    "Aprendizajes",
    "Próximos pasos",
    "Estratégia",
    "Execução",
    "Aprendizados",
    "Aprendizagens",
    "Próximos passos",
    "Tujuan",
    "Wawasan",
    "Strategi",
    "Pelaksanaan",
    "Pelajaran",
    "Langkah berikutnya",
    "目的",
    "インサイト",
    "戦略",
    "施策",
    "実施",
    "実行",
    "学び",
    "次のステップ",
    "التحدي",
    "الاستراتيجية",
    "التنفيذ",
    "النتائج",
    "الدروس",
    "الخطوات التالية",
    "Sfida",
    "Strategia",
    "Esecuzione",
    "Risultati",
    "Zorluk",
    "Strateji",
    "Uygulama",
    "Sonuçlar",
    "과제",
    "전략",
    "실행",
    "결과",
];

/// The placeholder body of a new idea.
pub const IDEA_BODY: &str = "What would we do, for whom, and why should it work?";

/// The placeholder body of a new playbook.
pub const PLAYBOOK_BODY: &str = "How to run it, when not to, and what to watch.";

/// The headings of a new case study in a language (BCP 47); in English if there are none in that
/// language.
pub fn case_study_headings(language: &str) -> &'static [&'static str] {
    let primary = language.split('-').next().unwrap_or(language);
    let find = |wanted: &str| {
        CASE_STUDY_HEADINGS
            .iter()
            .find(|(language, _)| *language == wanted)
            .map(|(_, headings)| &headings[..])
    };
    find(primary).or_else(|| find("en")).unwrap_or(&[])
}

/// The languages (BCP 47) in which there are headings of a new case study.
pub fn heading_languages() -> impl Iterator<Item = &'static str> {
    CASE_STUDY_HEADINGS.iter().map(|(language, _)| *language)
}

/// All headings and placeholder bodies, in all languages.
pub fn all_phrases() -> impl Iterator<Item = &'static str> {
    CASE_STUDY_HEADINGS
        .iter()
        .flat_map(|(_, headings)| headings)
        .chain(GUIDE_HEADINGS)
        .copied()
        .chain([IDEA_BODY, PLAYBOOK_BODY])
}
