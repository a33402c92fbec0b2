# SPDX-License-Identifier: Apache-2.0
"""The slides of the course: slides_test.py SOURCE"""
import base64
import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv[1])
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")


def slides(*arguments):
    return subprocess.run([SOURCE / "tools" / "slides", *arguments], capture_output=True, text=True)


class Reader(html.parser.HTMLParser):
    """What a page has: its sections with their words, and everything that it would fetch."""

    def __init__(self, text):
        super().__init__()
        self.sections, self.pictures, self.fetched, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "section":
            self.sections.append("")
        if tag == "img":
            self.pictures.append(attrs)
        self.fetched += [attrs[key] for key in ("src", "href", "srcset") if key in attrs]
        if tag not in ("img", "meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if "section" in self.open:
            self.sections[-1] += data


class Slides(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "slides.html"

    def made(self, *lessons):
        result = slides(self.file, *lessons)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        text = self.file.read_text(encoding="utf-8")
        return text, Reader(text)

    def test_every_lesson_has_its_question_its_choices_and_its_picture(self):
        _, page = self.made()
        self.assertEqual(len(page.pictures), 8)
        self.assertEqual(page.open, ["html"] if page.open else [])
        exercises = sorted((SOURCE / "docs/learn").glob("*.exercise.json"))
        self.assertEqual(len(exercises), 8)
        for file in exercises:
            exercise = json.loads(file.read_text())
            asked = exercise["prediction"]
            self.assertTrue(any(exercise["question"] in words for words in page.sections), file)
            slide, = [words for words in page.sections
                      if all(choice["say"] in words for choice in asked["choices"])]
            self.assertIn(asked["ask"], slide)
            self.assertEqual(slide.count("✓"), 1)
            right, = [choice for choice in asked["choices"] if choice["name"] == asked["right"]]
            self.assertIn(right["say"] + " ✓", slide)

    def test_nothing_is_fetched(self):
        text, page = self.made()
        for address in page.fetched:
            self.assertTrue(address.startswith("data:"), address[:80])
        self.assertNotRegex(text, r"@import|url\(|<link|fetch\(")

    def test_pictures_are_those_of_the_lessons_and_say_what_they_show(self):
        _, page = self.made("3")
        picture, = page.pictures
        drawn = base64.b64decode(picture["src"].split(",", 1)[1])
        self.assertEqual(drawn, (SOURCE / "docs/learn/3-how-soon-ssh-notices.svg").read_bytes())
        self.assertIn("60 s", picture["alt"])

    def test_some_lessons_alone(self):
        _, page = self.made("4", "1")
        titles = [words for words in page.sections if re.match(r"\d\. ", words)]
        self.assertEqual([words[0] for words in titles], ["1", "1", "4", "4"])

    def test_mistakes_are_told(self):
        for arguments, words in ((["slides.txt"], "does not end in .html"), ([self.file, "9"], "there is no lesson 9")):
            result = slides(*arguments)
            self.assertEqual(result.returncode, 2)
            self.assertIn(words, result.stderr)
        result = slides(self.file.parent / "missing" / "slides.html")
        self.assertEqual(result.returncode, 1)
        self.assertIn("No such file", result.stderr)
        self.assertFalse(self.file.exists())

    @unittest.skipUnless(BROWSER, "no chromium")
    def test_one_slide_shows_at_a_time_and_asks_before_it_answers(self):
        self.made("1")
        shown = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
                                f"{self.file.as_uri()}#3"], capture_output=True, text=True).stdout
        self.assertEqual(re.findall(r'<section class="([^"]*)"', shown),
                         ["title", "beside", "prediction current asking", "title"])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=1)
