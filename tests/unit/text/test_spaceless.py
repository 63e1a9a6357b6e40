"""Chinese, Japanese and Thai: nothing lost, sentences cut, titles found, though no space tells the words apart."""

from __future__ import annotations

import pytest

from digests.text.document import Reason
from digests.text.reading import read_document
from digests.text.repair import normal_form
from digests.text.summarising import content_stems, summarise
from digests.text.words import count_words

CHINESE = [
    "中国总理访问柏林",
    "中国总理李强星期二抵达柏林，开始对德国进行为期三天的正式访问。他将与德国总理举行会谈，并出席两国经济论坛。",
    "双方预计将签署多项关于汽车、能源和气候保护的合作协议。德国政府表示，会谈将涉及人权问题。",
]
JAPANESE = [
    "東京で震度5弱の地震",
    "東京都と神奈川県で火曜日の朝、震度5弱の地震がありました。気象庁によりますと、津波の心配はありません。",
    "消防によりますと、3人が軽いけがをしました。「とても怖かったです。」と住民は話しています。",
]
THAI = [
    "นายกรัฐมนตรีเยือนเบอร์ลิน",
    "นายกรัฐมนตรีของไทยเดินทางถึงกรุงเบอร์ลินเมื่อวันอังคาร เพื่อเริ่มการเยือนอย่างเป็นทางการเป็นเวลาสามวัน โดยจะพบกับนายกรัฐมนตรีเยอรมนี",
    "ทั้งสองฝ่ายคาดว่าจะลงนามข้อตกลงความร่วมมือหลายฉบับเกี่ยวกับพลังงานและการค้า",
]


@pytest.mark.parametrize(("language", "lines"), [("zh", CHINESE), ("ja", JAPANESE), ("th", THAI)])
def test_title_language_and_every_paragraph(language: str, lines: list[str]) -> None:
    document = read_document("\n".join(lines))
    assert document.language == language
    assert document.title == lines[0]
    assert [paragraph.text for paragraph in document.paragraphs] == [normal_form(line) for line in lines[1:]]
    assert document.dropped == ()


def test_sentences_end_at_their_stops() -> None:
    chinese = read_document("\n".join(CHINESE)).paragraphs
    assert [len(paragraph.sentences) for paragraph in chinese] == [2, 2]
    assert all(sentence.endswith("。") for paragraph in chinese for sentence in paragraph.sentences)
    assert read_document("\n".join(JAPANESE)).paragraphs[0].sentences[1].startswith("気象庁")


def test_a_summary_has_two_sentences() -> None:
    document = read_document("\n".join(CHINESE))
    assert len(summarise(document.title, document.paragraphs, document.language, 2)) == 2


def test_furniture_of_these_languages() -> None:
    document = read_document("\n".join([*CHINESE[:2], "广告", CHINESE[2], "相关新闻", "上海天气"]))
    assert {line.text: line.reason for line in document.dropped}["广告"] is Reason.AD
    assert [paragraph.text for paragraph in document.paragraphs] == CHINESE[1:]


def test_two_signs_count_as_a_word_and_pairs_as_terms() -> None:
    assert count_words("中国总理访问柏林") == 4
    assert count_words("Tokyo 東京 2026") == 3
    assert content_stems("访问柏林", "zh") >= {"访问", "柏林"}
