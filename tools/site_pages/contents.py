# SPDX-License-Identifier: Apache-2.0
"""The order of the pages: that of docs/README.md, which is written once."""
import pathlib
import re

ITEM = re.compile(r"- \[(?P<title>[^\]]+)\]\((?P<target>[^)#]+)\)")


def title_of(page):
    """The heading of a Markdown file."""
    return re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)[1]


def navigation(root):
    """What MkDocs calls nav, from the sections of docs/README.md and the items in them.  The lessons of the course are a
    section of their own, after the one that names the course."""
    index = root / "docs" / "README.md"
    contents = [{"stayalive": "README.md"}, {"All documents": "docs/README.md"}]
    course = []
    for line in index.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            contents += course
            course = []
            contents.append({line[3:]: []})
            continue
        item = ITEM.match(line)
        if not item:
            continue
        page = str((index.parent / item["target"]).resolve().relative_to(root.resolve()))
        next(iter(contents[-1].values())).append({item["title"]: page})
        if page == "docs/learn/README.md":
            course = [{item["title"]: lessons(root)}]
    return [section for section in contents if next(iter(section.values()))]


def lessons(root):
    pages = sorted((root / "docs" / "learn").glob("[0-9]*.md")) + [root / "docs" / "learn" / "plans.md"]
    return [{title_of(page): str(page.relative_to(root))} for page in pages]
