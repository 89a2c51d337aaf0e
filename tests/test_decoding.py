"""Bytes in, text out, whatever character set they are in; the sentences are invented, in many languages."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.decoding import RejectedError, decode, tidy

SENTENCES = {
    "cp1251": "Паром снова выйдет в море на следующей неделе, сообщил начальник гавани.",
    "koi8_r": "Паром снова выйдет в море на следующей неделе, сообщил начальник гавани.",
    "shift_jis": "渡し船は来週から運航を再開すると港の責任者が金曜日に述べた。",
    "euc_jp": "渡し船は来週から運航を再開すると港の責任者が金曜日に述べた。",
    "euc_kr": "항구 책임자는 금요일에 여객선이 다음 주부터 다시 운항한다고 말했다.",
    "gb18030": "港务负责人星期五表示,渡轮将在下周恢复航行。",
    "big5": "港務負責人星期五表示,渡輪將在下週恢復航行。",
    "cp1253": "Το πλοίο θα σαλπάρει ξανά την επόμενη εβδομάδα, δήλωσε την Παρασκευή ο λιμενάρχης.",  # noqa: RUF001 - Greek
    "cp1255": "המעבורת תשוב להפליג בשבוע הבא, אמר ביום שישי מנהל הנמל.",
    "cp1256": "قال مدير الميناء يوم الجمعة إن العبارة ستبحر مجددا الأسبوع المقبل.",
    "tis_620": "เรือข้ามฟากจะกลับมาแล่นอีกครั้งในสัปดาห์หน้า นายท่ากล่าวเมื่อวันศุกร์",
    "cp1254": "Feribot önümüzdeki hafta yeniden sefere başlayacak, dedi liman müdürü cuma günü.",
    "iso8859_2": "Přívoz vypluje příští týden, řekl v pátek správce přístavu. Oprava trupu byla dražší.",
}
CENTRAL = [
    "Prom znów wypłynie w przyszłym tygodniu, powiedział w piątek kapitan portu.",
    "Přívoz vypluje příští týden, řekl v pátek správce přístavu. Oprava trupu byla dražší.",
    "A komp jövő héten újra indul, közölte pénteken a kikötő vezetője.",
]
WESTERN = [
    "Le capitaine du port a déclaré vendredi que le bac reprendrait la mer d’ici une semaine.",
    "Die Fähre fährt nächste Woche wieder, sagte der Hafenmeister. Die Straße bleibt gesperrt.",
    "¿Cuándo volverá a navegar el transbordador? La próxima semana, según la capitanía.",
    "A balsa voltará a navegar na próxima semana, disse o capitão do porto à noite.",
    "Færgen sejler igen i næste uge, siger havnefogeden på fredag.",
    "Färjan går igen nästa vecka, sade hamnkaptenen på fredagen.",
    "The mayor’s café “Chez Zoé” reopens – at last – on Friday.",
]


@pytest.mark.parametrize(
    ("codec", "sentence"),
    [*SENTENCES.items(), *(("cp1250", each) for each in CENTRAL), *(("cp1252", each) for each in WESTERN)],
)
def test_a_sentence_in_a_character_set_that_nothing_names_is_read(codec, sentence):
    assert decode(sentence.encode(codec)) == sentence


def test_a_page_of_markup_in_such_a_character_set_is_read_by_its_letters():
    page = f"<html><head><style>{'a{b:c}' * 50}</style></head><p class='x'>{SENTENCES['cp1251']}</p></html>"

    assert decode(page.encode("cp1251")) == page


@pytest.mark.parametrize("sentence", [SENTENCES["cp1251"], SENTENCES["gb18030"], CENTRAL[0]])
def test_a_few_broken_bytes_do_not_spoil_a_text_in_utf_8(sentence):
    whole = sentence.encode()
    broken = whole[:40] + b"\xff" + whole[40:] + b"\xe2\x80"

    read = decode(broken)

    assert read.replace("\ufffd", "")[:15] == sentence[:15]
    assert read.count("\ufffd") <= 5


def test_a_text_cut_off_within_a_character_is_still_utf_8():
    assert decode("The mayor said: “Yes".encode() + "”".encode()[:2]) == "The mayor said: “Yes\ufffd"
    assert decode(b"Plain words and then \xe2\x80") == "Plain words and then \ufffd"


def test_a_mark_at_the_start_counts_more_than_anything_declared():
    assert decode("Käse".encode("utf-16"), "utf-8") == "Käse"


def test_a_declared_character_set_counts_where_it_fits():
    assert decode("Müller".encode("iso8859_15"), "iso-8859-15") == "Müller"
    assert decode("渡し船".encode(), "shift_jis" * 50) == "渡し船"


@given(st.text())
def test_tidying_leaves_no_character_that_breaks_what_comes_later(text):
    read = tidy(text)

    assert read.encode().decode() == read
    assert not set(read) & set("\r\x00\x0c\u2028\u200b\ufeff\x85")
    assert tidy(read) == read


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_rejection(data):
    with suppress(RejectedError):
        assert isinstance(decode(data), str)


def test_marks_of_direction_and_tags_that_nobody_sees_go():
    assert tidy("Port\u202e opens\u2069\U000e0041\U000e0042 again") == "Port opens again"
