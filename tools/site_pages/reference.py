# SPDX-License-Identifier: Apache-2.0
"""References made by Doxygen from headers: of the C++ library, and of all floors."""
import re
import shutil
import subprocess

MISSING = "doxygen is missing"

FRONT = """/** @mainpage The C++ library

All of it is in stayalive::api.  How it is built into a program of one's own stands in
<a href="../docs/library.html">the documents</a>, with an example; the shapes of results in
<a href="../docs/result.html">Results</a>. */
"""

INSIDE = """/** @mainpage The inside of stayalive

All headers, floor by floor, for those who change it: begin with <a href="../docs/architecture.html">Architecture</a>.
None of this is a promise to others; what is stands in <a href="../api/index.html">the C++ library</a>. */
"""

SETTINGS = """
PROJECT_NAME = stayalive
PROJECT_BRIEF = "{brief}"
PROJECT_NUMBER = "{version}"
INPUT = {inputs}
FILTER_PATTERNS = *.h={filter}
RECURSIVE = YES
FILE_PATTERNS = *.h *.dox
OUTPUT_DIRECTORY = {output}
HTML_OUTPUT = .
GENERATE_LATEX = NO
HTML_TIMESTAMP = NO
FULL_PATH_NAMES = YES
STRIP_FROM_PATH = {source}/sim
STRIP_FROM_INC_PATH = {included}
SHOW_INCLUDE_FILES = {everything}
EXTRACT_ALL = {everything}
JAVADOC_AUTOBRIEF = YES
HIDE_UNDOC_MEMBERS = NO
SORT_MEMBER_DOCS = NO
VERBATIM_HEADERS = NO
SHOW_USED_FILES = NO
HAVE_DOT = NO
DISABLE_INDEX = NO
GENERATE_TREEVIEW = NO
SEARCHENGINE = YES
QUIET = YES
WARNINGS = YES
WARN_IF_UNDOCUMENTED = {undocumented}
WARN_NO_PARAMDOC = NO
WARN_AS_ERROR = FAIL_ON_WARNINGS
"""


CODE = "//   "


def as_words(comment):
    """Text in which Doxygen finds no command and no tag; what stands between backquotes is left alone."""
    parts = comment.split("`")
    parts[::2] = [re.sub(r"([\\\\@<#])", r"\\\1", part) for part in parts[::2]]
    return "`".join(parts)


def as_doxygen(text):
    """The comments of a header of this project as Doxygen reads them: those above a declaration, and those behind a
    member.  What stands three blanks further in is code.  As many lines as before, so that messages name the right one."""
    given, lines, code = text.splitlines(), [], False
    for number, line in enumerate(given):
        comment = line.lstrip()
        blanks = line[:len(line) - len(comment)]
        if comment.startswith("// SPDX"):
            lines.append("")
        elif comment.startswith(CODE):
            goes_on = number + 1 < len(given) and given[number + 1].lstrip().startswith(CODE)
            lines.append(f"{blanks}///{'' if code else ' @code{.txt}'} {comment[2:]}{'' if goes_on else ' @endcode'}")
            code = goes_on
        elif comment.startswith("//"):
            lines.append(f"{blanks}///{as_words(comment[2:])}")
        else:
            behind = re.match(r"(.*[;,{}]\s+)//(?!/)(.*)$", line)
            lines.append(f"{behind[1]}///<{as_words(behind[2])}" if behind else line)
    return "\n".join(lines) + "\n"


def make_reference(source, output, version, settings, inside=False):
    """Writes the pages into a folder: of the library, or of all that is inside.  Nothing, when they are there; otherwise
    what is wrong."""
    doxygen = shutil.which("doxygen")
    if not doxygen:
        return MISSING
    output.mkdir(parents=True, exist_ok=True)
    front = settings.with_suffix(".dox")
    front.write_text(INSIDE if inside else FRONT, encoding="utf-8")
    header = source / ("sim" if inside else "sim/api/stayalive.h")
    settings.write_text(SETTINGS.format(
        version=version, inputs=f"{header} {front}", output=output, source=source, brief="all headers" if inside else
        "the C++ library", # Two headers whose names end alike make Doxygen 1.9 stumble over it.
        included="" if inside else source / "sim",
        undocumented="NO" if inside else "YES", everything="YES" if inside else "NO",
        filter=source / "tools/site_pages/as_doxygen"), encoding="utf-8")
    done = subprocess.run([doxygen, settings], capture_output=True, text=True, check=False)
    if done.returncode != 0 or done.stderr.strip():
        return done.stderr.strip() or f"doxygen ended with {done.returncode}"
    return None
