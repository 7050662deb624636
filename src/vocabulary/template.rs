//! Texts that the template of a new record brings along: its headings and placeholders, which say nothing about an experiment.

/// Headings of the body of a new case study, by language: challenge, what was done, results, learnings, keep and adapt.
const HEADINGS: &[(&str, [&str; 5])] = &[
    ("en", ["Challenge", "What we did", "Results", "What we learned", "What to keep and what to adapt"]),
    ("nl", ["Uitdaging", "Wat we deden", "Resultaten", "Wat we leerden", "Wat houden en wat aanpassen"]),
    ("de", ["Herausforderung", "Was wir getan haben", "Ergebnisse", "Was wir gelernt haben", "Was bleibt und was angepasst wird"]),
    ("fr", ["Défi", "Ce que nous avons fait", "Résultats", "Ce que nous avons appris", "Ce qu'il faut garder et adapter"]),
    ("es", ["Reto", "Qué hicimos", "Resultados", "Qué aprendimos", "Qué conservar y qué adaptar"]),
    ("pt", ["Desafio", "O que fizemos", "Resultados", "O que aprendemos", "O que manter e o que adaptar"]),
    ("id", ["Tantangan", "Yang kami lakukan", "Hasil", "Yang kami pelajari", "Yang dipertahankan dan yang disesuaikan"]),
    ("ja", ["課題", "実施したこと", "結果", "学んだこと", "残すものと変えるもの"]),
];

/// Headings of the order that the guide suggests, where they are not among those of a new case study.
const SUGGESTED: &[&str] = &[
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

/// The body of a new idea.
pub const IDEA: &str = "What would we do, for whom, and why should it work?";

/// The body of a new playbook.
pub const PLAYBOOK: &str = "How to run it, when not to, and what to watch.";

/// The headings of a new case study in a language (BCP 47); in English where the template does not know it.
pub fn headings(language: &str) -> &'static [&'static str] {
    let base = language.split('-').next().unwrap_or(language);
    let of = |wanted: &str| HEADINGS.iter().find(|(language, _)| *language == wanted).map(|(_, headings)| &headings[..]);
    of(base).or_else(|| of("en")).unwrap_or(&[])
}

/// Every heading and placeholder, in all languages.
pub fn phrases() -> impl Iterator<Item = &'static str> {
    HEADINGS.iter().flat_map(|(_, headings)| headings).chain(SUGGESTED).copied().chain([IDEA, PLAYBOOK])
}
