# SPDX-License-Identifier: Apache-2.0
"""Makes static pages with a search of the documents, without a network: MkDocs for the Markdown, Doxygen for the header
of the C++ library, and the slides of the course."""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from site_pages.contents import navigation, title_of
from site_pages.reference import MISSING, make_reference

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
LOOKS = pathlib.Path(__file__).resolve().parent / "looks.css"
# What a page may link to, in the places where it is.
FILES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "LICENSE"]
FOLDERS = ["docs", "scenarios"]
SUFFIXES = {".md", ".json", ".svg", ".ipynb", ".cpp", ".txt", ".css", ".yml"}
# Where its pages are made, and nowhere else is anything removed.
MARK = ".made-by-tools-site"


def version():
    return re.search(r"VERSION (\d+\.\d+\.\d+)", (SOURCE / "CMakeLists.txt").read_text(encoding="utf-8"))[1]


def as_page(text):
    """A document as MkDocs reads it: links to folders become links to their page, lists stand apart from the sentence
    above them, and what belongs to an item is further in, none of which GitHub asks for.  Blocks of code stay as they
    are."""
    lines, fenced, listed = [], False, False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            fenced = not fenced
            listed = listed and line.startswith(" ")
        item = re.match(r"(- |\d+\. )", line)
        if not fenced and item and not listed and lines and lines[-1].strip():
            lines.append("")
        if item and not fenced:
            listed = True
        elif line and not line.startswith(" ") and not fenced:
            listed = False
        if not fenced:
            line = re.sub(r"\]\(((?:[\w.-]+/)+)\)", r"](\1README.md)", line)
        lines.append("  " + line if listed and line.startswith("  ") and not line.startswith("    ") else line)
    return "\n".join(lines) + "\n"


def gather(root):
    """Copies what pages are made of into a folder."""
    for name in FILES:
        shutil.copyfile(SOURCE / name, root / name)
    for folder in FOLDERS:
        for file in sorted((SOURCE / folder).rglob("*")):
            if file.is_file() and (file.suffix in SUFFIXES or file.name == "CMakeLists.txt"):
                target = root / file.relative_to(SOURCE)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
    for page in root.rglob("*.md"):
        page.write_text(as_page(page.read_text(encoding="utf-8")), encoding="utf-8")
    write_listings(root)
    shutil.copyfile(LOOKS, root / "looks.css")


def write_listings(root):
    """A page for each folder that a document links to and that has none: its files with their titles."""
    for page in sorted(root.rglob("*.md")):
        for target in re.findall(r"\]\(([^):#]*/)README\.md\)", page.read_text(encoding="utf-8")):
            folder = (page.parent / target).resolve()
            if folder.is_dir() and not (folder / "README.md").exists():
                lines = [f"- [{name_of(file)}]({file.name})" for file in sorted(folder.glob("*.*"))]
                (folder / "README.md").write_text(f"# {folder.name.capitalize()}\n\n" + "\n".join(lines) + "\n",
                                                  encoding="utf-8")


def name_of(file):
    """What a file calls itself."""
    if file.suffix == ".md":
        return title_of(file)
    return json.loads(file.read_text(encoding="utf-8"))["title"] if file.suffix == ".json" else file.name


def settings(root, output, contents):
    """What mkdocs.yml says; JSON is YAML."""
    return json.dumps({
        "site_name": "stayalive", "site_description": "A simulator of NAT and firewall idle timeouts",
        "docs_dir": str(root), "site_dir": str(output), "use_directory_urls": False, "strict": True,
        "theme": {"name": "readthedocs", "highlightjs": False, "navigation_depth": 3, "titles_only": True,
                  "prev_next_buttons_location": "both"},
        "extra_css": ["looks.css"], "plugins": ["search"], "nav": contents,
        "markdown_extensions": ["tables", "fenced_code", "sane_lists", "toc"]})


def complete(output):
    """Debian's theme asks for scripts that its package has in another version, or leaves out: gives pages what they ask
    for, the other version or an empty file."""
    wanted = set()
    for page in output.glob("*.html"):
        wanted.update(re.findall(r'<script src="(?:\./)?(js/[^"]+)"', page.read_text(encoding="utf-8")))
    for name in sorted(wanted):
        if (output / name).exists():
            continue
        library = re.match(r"js/[a-z_]+", name)[0]
        others = sorted(output.glob(f"{library}-[0-9]*.js"))
        if others:
            shutil.copyfile(others[-1], output / name)
        else:
            (output / name).write_text("", encoding="utf-8")


def find_mkdocs():
    return shutil.which("mkdocs", path="/usr/bin") or shutil.which("mkdocs")


def make_pages(output, inside):
    """Returns whether the pages were made; what kept them from it has been said."""
    mkdocs = find_mkdocs()
    if not mkdocs:
        print("site: mkdocs is missing; tools/setup site installs it", file=sys.stderr)
        return False
    with tempfile.TemporaryDirectory(prefix="stayalive-site-") as folder:
        root = pathlib.Path(folder) / "pages"
        root.mkdir()
        gather(root)
        contents = navigation(root)
        subprocess.run([sys.executable, SOURCE / "tools/slides", root / "docs/learn/slides.html"], check=True,
                       stdout=subprocess.DEVNULL)
        for name in ["api", "inside"] if inside else ["api"]:
            problem = make_reference(SOURCE, root / name, version(), pathlib.Path(folder) / "Doxyfile",
                                     name == "inside")
            if problem == MISSING:
                print(f"site: left out the reference of the C++ library: {MISSING}", file=sys.stderr)
                break
            if problem:
                print(f"site: Doxygen is not content:\n{problem}", file=sys.stderr)
                return False
        add_made_pages(root, contents)
        made = pathlib.Path(folder) / "made"
        file = pathlib.Path(folder) / "mkdocs.yml"
        file.write_text(settings(root, made, contents), encoding="utf-8")
        done = subprocess.run([mkdocs, "build", "--strict", "--config-file", file], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            said = [line for line in done.stderr.splitlines() if not line.startswith("INFO")]
            print("\n".join(said), file=sys.stderr)
            return False
        complete(made)
        (made / MARK).write_text("This folder is emptied when the pages are made anew.\n", encoding="utf-8")
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(made, output)
    return True


def add_made_pages(root, contents):
    """Puts what was made of other things beside the documents that it belongs to."""
    made = {"A course": ("Slides", "docs/learn/slides.html"), "Look it up": ("The C++ library", "api/index.html"),
            "Change it": ("All headers", "inside/index.html")}
    for section in contents:
        (title, entries), = section.items()
        if title in made and (root / made[title][1]).exists():
            entries.append({made[title][0]: made[title][1]})


def main():
    parser = argparse.ArgumentParser(prog="tools/site", description=__doc__)
    parser.add_argument("folder", metavar="FOLDER", nargs="?", default=str(SOURCE / "build" / "site"),
                        help="where the pages go [build/site]; it is emptied before")
    parser.add_argument("--inside", action="store_true",
                        help="also a reference of all headers, for those who change the program: takes a minute")
    given = parser.parse_args()
    output = pathlib.Path(given.folder).resolve()
    if output.exists() and not output.is_dir():
        parser.error(f"{output} is no folder")
    if output.exists() and any(output.iterdir()) and not (output / MARK).exists():
        parser.error(f"{output} has files in it that tools/site has not made")
    if not make_pages(output, given.inside):
        return 1
    print(f"wrote {output / 'index.html'}")
    return 0
