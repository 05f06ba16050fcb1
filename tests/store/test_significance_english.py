"""What English edits are called: one sentence before, one after, and the reasons that a reader is given."""

import pytest

from store.significance import classify
from tests.store.test_significance import statement


@pytest.mark.parametrize(
    ("old", "new", "reasons"),
    [
        ("The fund helps 80 villages.", "The fund helps 84 villages.", ("number: 80 → 84",)),
        ("The fund helps eighty villages.", "The fund helps 84 villages.", ("number: eighty → 84",)),
        ("The fund helps eighty villages.", "The fund helps 80 villages.", ("wording: eighty → 80",)),
        ("The cost was 1,200 units.", "The cost was 1200 units.", ("punctuation: 1,200 → 1200",)),
        ("The cost was 1.5 units.", "The cost was 15 units.", ("number: 1.5 → 15",)),
        ("Growth reached 5 per cent.", "Growth reached 6 per cent.", ("number: 5 per cent → 6 per cent",)),
        ("Growth reached 5 percent.", "Growth reached 5 per cent.", ("typography: percent → per cent",)),
        ("Growth reached 5.", "Growth reached 5%.", ("number: 5 → 5%",)),
        ("It cost 2.5 million units.", "It cost 2.5 billion units.", ("number: 2.5 million → 2.5 billion",)),
        ("Twelve boats came and 3 left.", "3 boats came and twelve left.", ("number: Twelve → 3; 3 → twelve",)),
        ("One of the boats left.", "Two of the boats left.", ("number: One → Two",)),
        ("The boats left.", "One of the boats left.", ("wording: The → One of the",)),
        ("We recall resolution 1234.", "We recall resolution 1243.", ("number: 1234 → 1243",)),
        ("Document S/2030/64 was issued.", "Document S/2030/46 was issued.", ("number: S/2030/64 → S/2030/46",)),
        (
            "Draft A/C.3/99/L.36 is before us.",
            "Draft A/C.3/99/L.36/Rev.1 is before us.",
            ("number: A/C.3/99/L.36 → A/C.3/99/L.36/Rev.1",),
        ),
        (
            "Chapter VI of the Charter applies.",
            "Chapter VII of the Charter applies.",
            ("number: Chapter VI → Chapter VII",),
        ),
        (
            "This is the seventy-ninth session.",
            "This is the eightieth session.",
            ("number: seventy-ninth → eightieth",),
        ),
        ("This is the 79th session.", "This is the seventy-ninth session.", ("wording: 79th → seventy-ninth",)),
        ("The fund has 10² parts.", "The fund has 102 parts.", ("number: 10 → 102", "wording: 10² → 102")),
        ("We do support the plan.", "We do not support the plan.", ("negation: not (added)",)),
        ("We never objected to it.", "We objected to it.", ("negation: never (removed)",)),
        ("We can not accept the plan.", "We cannot accept the plan.", ("typography: can not → cannot",)),
        ("We don’t accept the plan.", "We do not accept the plan.", ("wording: don’t → do not",)),
        ("We don’t accept the plan.", "We do accept the plan.", ("negation: n’t (removed)",)),
        ("It brings calm.", "It brings not only calm but trade.", ("wording: calm → not only calm but trade",)),
        ("It is only a plan.", "It is not only a plan.", ("negation: not (added)",)),
        ("It is done, and soon.", "It is done without delay, and soon.", ("wording: without delay (added)",)),
        (
            "They left with the boats.",
            "They left without the boats.",
            ("negation: without (added)", "wording: with → without"),
        ),
        (
            "We do not agree. They agree.",
            "We agree. They do not agree.",
            ("negation: not (removed); not (added)", "wording: do not (removed); do not (added)"),
        ),
        ("We are not able to go.", "We are notable to go.", ("negation: not (removed)",)),
        ("See the plan, item 5.", "See the plan, No. 5.", ("wording: item → No.",)),
        ("We met on 19 November 2009.", "We met on 20 November 2009.", ("date: 19 November 2009 → 20 November 2009",)),
        ("We met on 19 November 2009.", "We met on 21 December 2010.", ("date: 19 November 2009 → 21 December 2010",)),
        ("We met on 19 November 2009.", "We met on November 19, 2009.", ("wording: November (added); November → ,",)),
        ("We met on 2009-11-19 there.", "We met on 2009-11-20 there.", ("date: 2009-11-19 → 2009-11-20",)),
        ("We meet in May again.", "We meet in June again.", ("date: May → June",)),
        ("It was agreed in 1999 by all.", "It was agreed in 1998 by all.", ("date: 1999 → 1998",)),
        ("The session opens at 10:00 here.", "The session opens at 11:00 here.", ("date: 10:00 → 11:00",)),
        ("The session opens today.", "The session opens tomorrow.", ("date: today → tomorrow",)),
        ("The session opens on Monday.", "The session opens on Tuesday.", ("date: Monday → Tuesday",)),
        (
            "We thank Ambassador Fen Lu for this.",
            "We thank Ambassador Tao Mi for this.",
            ("name or title: Ambassador Fen Lu → Ambassador Tao Mi",),
        ),
        (
            "We thank Ambassador Fen Lu for this.",
            "We thank Counsellor Fen Lu for this.",
            ("name or title: Ambassador Fen Lu → Counsellor Fen Lu",),
        ),
        ("We call on the Council to act.", "We call on the Assembly to act.", ("name or title: Council → Assembly",)),
        ("Iceland spoke first.", "Kenya spoke first.", ("name or title: Iceland → Kenya",)),
        ("Members of the Council agree.", "All members of the Council agree.", ("wording: Members → All members",)),
        ("Council members agree.", "Many Council members agree.", ("wording: Many (added)",)),
        ("The DPR spoke.", "The PR spoke.", ("name or title: DPR → PR",)),
        (
            "He called it “a small step” and left.",
            "He called it “a great step” and left.",
            ("quotation: “a small step” → “a great step”",),
        ),
        ("The so-called plan failed.", "The so-called “plan” failed.", ("quotation: “plan” (added)",)),
        (
            'He called it "a small step" and left.',
            "He called it “a small step” and left.",
            ('typography: " → “; " → ”',),
        ),
        ("He read “Lake Songs” aloud.", "He read Lake Songs aloud.", ("quotation: “Lake Songs” (removed)",)),
        ("We condemn the act.", "We noted the act.", ("sensitive term: condemn (removed)", "wording: condemn → noted")),
        ("The ceasefire holds.", "The cease-fire holds.", ("punctuation: ceasefire → cease-fire",)),
        ("We condemn the act.", "We condemned the act.", ("wording: condemn → condemned",)),
        ("We hope for calm.", "We wish for calm.", ("wording: hope → wish",)),
        ("We hope for calm seas.", "We hope for seas.", ("wording: calm (removed)",)),
        ("Mr．President, we agree.", "Mr.President, we agree.", ("punctuation: ． → .",)),
        ("Calm, peace and trade.", "Calm, peace, and trade.", ("punctuation: , (added)",)),
        ("MR. PRESIDENT,", "Mr. President,", ("typography: MR. PRESIDENT, → Mr. President,",)),
        (
            "The oﬃce – and the lake – is open.",
            "The office — and the lake — is open.",
            ("typography: oﬃce – → office —; – → —",),
        ),
        ("Shensaid it was calm.", "Shen said it was calm.", ("typography: Shensaid → Shen said",)),
        ("Our non-resident guests left.", "Our nonresident guests left.", ("punctuation: non-resident → nonresident",)),
        (
            "The lake is calm, the boats are ready and the guests may come.",
            "Whatever else happens, trade grows.",
            ("rewrite: The lake is calm, the boats are ready… → Whatever else happens, trade grows.",),
        ),
    ],
)
def test_reasons(old: str, new: str, reasons: tuple[str, ...]) -> None:
    assert classify(statement(old), statement(new)).reasons == reasons
    classes = [reason.partition(":")[0] for reason in reasons]
    assert [finding.name for finding in classify(statement(new), statement(old)).classes] == classes
