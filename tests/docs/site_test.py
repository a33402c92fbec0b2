# SPDX-License-Identifier: Apache-2.0
"""The documents as pages: site_test.py SOURCE.  Without MkDocs all is skipped, without Doxygen what needs it."""
import html.parser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

SOURCE = pathlib.Path(sys.argv[1])
MKDOCS = shutil.which("mkdocs", path="/usr/bin") or shutil.which("mkdocs")
DOXYGEN = shutil.which("doxygen")

sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE / "tools"))
from site_pages.command import as_page  # noqa: E402  (the path has to be set first)
from site_pages.reference import as_doxygen, make_reference  # noqa: E402


def site(*arguments, source=SOURCE, **options):
    return subprocess.run([sys.executable, source / "tools/site", *arguments], capture_output=True, text=True, **options)


class Page(html.parser.HTMLParser):
    """Links, what is fetched, places that can be linked to, and the words of a page, code apart."""

    def __init__(self, text):
        super().__init__()
        self.links, self.fetched, self.ids, self.words, self.code, self.within = [], [], set(), "", [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids.update(attrs[key] for key in ("id", "name") if attrs.get(key))
        if tag == "a" and "href" in attrs:
            self.links.append(attrs["href"])
        self.fetched += [attrs[key] for key in ("src", "srcset") if key in attrs]
        if tag == "link" and attrs.get("rel") not in ("canonical",):
            self.fetched.append(attrs.get("href", ""))
        if tag in ("pre", "code", "script", "style"):
            self.within.append(tag)
            if tag == "pre":
                self.code.append("")

    def handle_endtag(self, tag):
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data):
        if "pre" in self.within:
            self.code[-1] += data
        elif not self.within:
            self.words += data


def documents():
    found = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "scenarios/README.md"]
    return found + [str(file.relative_to(SOURCE)) for file in sorted((SOURCE / "docs").rglob("*.md"))]


def page_of(document):
    return re.sub(r"(README)?\.md$", lambda match: "index.html" if match[1] else ".html", document)


class Markdown(unittest.TestCase):
    def test_lists_stand_apart_and_links_to_folders_lead_to_pages(self):
        self.assertEqual(as_page("Three:\n- one\n- two\n"), "Three:\n\n- one\n- two\n")
        self.assertEqual(as_page("see [them](../scenarios/) and [it](a.md)\n"),
                         "see [them](../scenarios/README.md) and [it](a.md)\n")

    def test_what_belongs_to_an_item_is_further_in(self):
        self.assertEqual(as_page("- one\n\n  | a | b |\n\nText\n  more\n"), "- one\n\n    | a | b |\n\nText\n  more\n")

    def test_blocks_of_code_stay_as_they_are(self):
        block = "```console\n$ x\nText\n- no list\n[a](b/)\n```\n"
        self.assertEqual(as_page(block), block)


class Comments(unittest.TestCase):
    def test_a_header_keeps_its_lines(self):
        text = "// SPDX-License-Identifier: X\n// What it is.\nstruct A {\n  int a;  // in s\n};\n"
        self.assertEqual(as_doxygen(text), "\n/// What it is.\nstruct A {\n  int a;  ///< in s\n};\n")

    def test_code_and_signs_are_no_commands(self):
        self.assertEqual(as_doxygen("// Say <a> or @b:\n//   one @c\n//   two\nint x;\n"),
                         "/// Say \\<a> or \\@b:\n/// @code{.txt}    one @c\n///    two @endcode\nint x;\n")


@unittest.skipUnless(DOXYGEN, "no doxygen")
class Inside(unittest.TestCase):
    def test_all_headers_are_read_without_a_warning(self):
        with tempfile.TemporaryDirectory() as folder:
            pages = pathlib.Path(folder) / "pages"
            self.assertIsNone(make_reference(SOURCE, pages, "0", pathlib.Path(folder) / "Doxyfile", inside=True))
            described = " ".join(file.name for file in pages.glob("class*.html"))
            for header in ("TcpConnection", "StatefulBox", "Simulation"):
                self.assertIn(header, described)


@unittest.skipUnless(MKDOCS, "no mkdocs")
class Site(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name) / "site"
        cls.result = site(cls.root)
        cls.pages = {file: Page(file.read_text(encoding="utf-8")) for file in cls.root.rglob("*.html")}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_it_is_made_without_a_word_of_complaint(self):
        self.assertEqual(self.result.returncode, 0, self.result.stderr)
        if DOXYGEN:
            self.assertEqual(self.result.stderr, "")
        self.assertEqual(self.result.stdout, f"wrote {self.root / 'index.html'}\n")

    def test_every_document_has_a_page_and_a_place_in_the_contents(self):
        contents = self.pages[self.root / "index.html"].links
        for document in documents():
            self.assertTrue((self.root / page_of(document)).is_file(), document)
            if document == "README.md" or document == "SECURITY.md" or "decisions/" in document:
                continue
            self.assertIn(page_of(document), contents, f"docs/README.md does not name {document}")

    def test_every_link_leads_somewhere_and_nothing_is_fetched_from_elsewhere(self):
        for file, page in self.pages.items():
            if file.name == "404.html":
                continue  # its links begin at the root of a server
            for link in page.links + page.fetched:
                parts = urllib.parse.urlsplit(link)
                if parts.scheme or parts.netloc:
                    if link in page.fetched:
                        self.assertIn(parts.scheme, ("data", "javascript"), f"{file} fetches {link}")
                    continue
                target = (file.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else file
                self.assertTrue(target.exists(), f"{file} links to {link}")
                if parts.fragment and target in self.pages:
                    place = urllib.parse.unquote(parts.fragment)
                    self.assertIn(place, self.pages[target].ids, f"{file} links to {link}")

    def test_tables_and_lists_are_read_as_such(self):
        for document in documents():
            words = self.pages[self.root / page_of(document)].words
            self.assertNotRegex(words, r"\| ?---", document)
            self.assertNotRegex(words, r"\]\([\w./#-]+\)", document)
            self.assertNotRegex(words, r"(?m)^- ", document)

    def test_what_the_program_prints_is_shown_as_it_is(self):
        for document in documents():
            text = (SOURCE / document).read_text(encoding="utf-8")
            shown = [code.rstrip("\n") for code in self.pages[self.root / page_of(document)].code]
            for block in re.findall(r"(?ms)^```\w*\n(.*?)\n?^```$", text):
                self.assertIn(block.rstrip("\n"), shown, document)

    def test_the_search_knows_the_pages(self):
        index = json.loads((self.root / "search/search_index.json").read_text())
        found = {doc["location"] for doc in index["docs"] if "tcp_loose" in doc["text"]}
        self.assertTrue(any(place.startswith("docs/learn/4-who-is-told.html") for place in found), found)
        for name in ("lunr.js", "worker.js", "main.js"):
            self.assertTrue((self.root / "search" / name).is_file())

    @unittest.skipUnless(DOXYGEN, "no doxygen")
    def test_the_library_is_described_function_by_function(self):
        words = self.pages[self.root / "api/namespacestayalive_1_1api.html"].words
        header = (SOURCE / "sim/api/stayalive.h").read_text()
        functions = re.findall(r"^(?:Answer|Drawing|std::string) (\w+)\(", header, re.MULTILINE)
        self.assertGreaterEqual(len(functions), 7)
        for function in functions:
            self.assertRegex(words, rf"\b{function}\b")
        self.assertIn("api/index.html", self.pages[self.root / "index.html"].links)

    def test_its_own_folder_is_made_anew_and_no_other(self):
        self.assertEqual(site(self.root).returncode, 0)
        with tempfile.TemporaryDirectory() as folder:
            mine = pathlib.Path(folder) / "letter.txt"
            mine.write_text("mine")
            refused = site(folder)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("files in it that tools/site has not made", refused.stderr)
            self.assertEqual(mine.read_text(), "mine")


@unittest.skipUnless(MKDOCS, "no mkdocs")
class Mistakes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.copy = pathlib.Path(folder.name) / "project"
        for name in ("docs", "scenarios", "tools/site_pages", "sim/api"):
            shutil.copytree(SOURCE / name, self.copy / name)
        for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE", "CMakeLists.txt",
                     "tools/site", "tools/slides"):
            shutil.copyfile(SOURCE / name, self.copy / name)

    def made(self, **options):
        return site(self.copy / "site", source=self.copy, **options)

    def append(self, name, text):
        with open(self.copy / name, "a", encoding="utf-8") as file:
            file.write(text)

    def test_a_broken_link_is_an_error(self):
        self.append("docs/charts.md", "\n[nowhere](no-such-page.md)\n")
        result = self.made()
        self.assertEqual(result.returncode, 1)
        self.assertIn("no-such-page.md", result.stderr)
        self.assertFalse((self.copy / "site").exists(), "half of the pages")

    @unittest.skipUnless(DOXYGEN, "no doxygen")
    def test_a_function_without_a_word_about_it_is_an_error(self):
        header = self.copy / "sim/api/stayalive.h"
        header.write_text(header.read_text().replace("std::string scenario_schema();",
                                                     "std::string scenario_schema();\n\nint unexplained(int a);\n"))
        result = self.made()
        self.assertEqual(result.returncode, 1)
        self.assertIn("unexplained", result.stderr)

    def test_what_is_missing_is_named(self):
        tools = self.copy / "bin"
        tools.mkdir()
        (tools / "mkdocs").symlink_to(MKDOCS)
        if MKDOCS.startswith("/usr/bin/"):
            without_doxygen = self.made(env={**os.environ, "PATH": str(tools)})
            self.assertEqual(without_doxygen.returncode, 0, without_doxygen.stderr)
            self.assertEqual(without_doxygen.stderr,
                             "site: left out the reference of the C++ library: doxygen is missing\n")
            self.assertFalse((self.copy / "site/api").exists())


if __name__ == "__main__":
    if not MKDOCS:
        print("skipped: no mkdocs")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0]], verbosity=1)
