# SPDX-License-Identifier: Apache-2.0
"""Finds what can be changed in a C++ source: one operator or one number at a time.

The sources are formatted by clang-format, which writes a blank on both sides of a binary operator and none within
`Type&`, `Type*` and `name<Type>`: that tells operators from everything else.
"""
import collections
import dataclasses
import hashlib
import re

# What takes the place of each operator.
OPERATORS = {
    "<=": ["<"], "<": ["<="], ">=": [">"], ">": [">="],
    "==": ["!="], "!=": ["=="],
    "&&": ["||"], "||": ["&&"],
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="],
    "&": ["|"], "|": ["&"], "|=": ["&="], "&=": ["|="],
}
OPERATOR = re.compile(r"(?<= )(?:[<>=!+\-*/&|]=|&&|\|\||[<>+\-*/%&|])(?=[ \n])")
# One more than a number, whatever its unit; an exponent and hexadecimal digits are no number of this kind.
NUMBER = re.compile(r"(?<![\w.'])\d+(?=(?:u|ns|us|ms|s|min|h)?\b(?!['.]))")
NEGATION = re.compile(r"!(?=[A-Za-z_(])")
WORD = re.compile(r"\b(?:std::min|std::max|true|false)\b")
WORDS = {"std::min": "std::max", "std::max": "std::min", "true": "false", "false": "true"}
STEP = re.compile(r"\+\+|--")
# The first value of private state, which is set anew before it is read.
FIRST_VALUE = re.compile(r"^  [\w:<>, ]+ \w+_(?: = (?:\d+|true|false)|\{\});")
# Lines on which a change is no change of a rule, or one that no program could be made of.
PASSED_OVER = re.compile(r"^\s*#|\b(?:static_assert|CHECK|DCHECK|template|operator|default|delete|using|namespace)\b")


@dataclasses.dataclass(frozen=True)
class Mutant:
    path: str  # from the root of the project
    begin: int  # of what is replaced, in bytes of the text
    line: int
    old: str
    new: str
    text: str  # of the line, without blanks at its ends
    column: int  # in that text
    occurrence: int  # which of the same changes of the same text in this file, from 1

    def applied_to(self, source):
        assert source[self.begin:self.begin + len(self.old)] == self.old
        return source[:self.begin] + self.new + source[self.begin + len(self.old):]

    @property
    def change(self):
        return f"{self.old} -> {self.new}"

    @property
    def key(self):
        """Stays the same while its line does, wherever that stands."""
        return f"{self.path}: {self.text} [{self.change} at {self.column}, {self.occurrence}]"

    def place(self):
        return f"{self.path}:{self.line}"


def without_prose(source):
    """The source with blanks in place of comments, texts and characters; each byte stays in its place."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![\w])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), source)


def replacements(code):
    """(begin, old, new) of each change of a line or a text without prose."""
    for match in OPERATOR.finditer(code):
        for new in OPERATORS.get(match.group(), []):
            yield match.start(), match.group(), new
    for match in NUMBER.finditer(code):
        yield match.start(), match.group(), str(int(match.group()) + 1)
    for match in NEGATION.finditer(code):
        yield match.start(), "!", ""
    for match in WORD.finditer(code):
        yield match.start(), match.group(), WORDS[match.group()]
    for match in STEP.finditer(code):
        yield match.start(), match.group(), "--" if match.group() == "++" else "++"


def mutants_of(path, source):
    """Every mutant of a source, in the order of its text."""
    found = []
    seen = collections.Counter()
    code = without_prose(source)
    begin = 0
    for number, line in enumerate(code.splitlines(keepends=True), start=1):
        if not PASSED_OVER.search(line) and not (path.endswith(".h") and FIRST_VALUE.match(line)):
            shown = source[begin:begin + len(line)]
            indent = len(shown) - len(shown.lstrip())
            for at, old, new in sorted(replacements(line)):
                same = (shown.strip(), old, new, at - indent)
                seen[same] += 1
                found.append(Mutant(path, begin + at, number, old, new, shown.strip(), at - indent, seen[same]))
        begin += len(line)
    return found


def sample(mutants, count, seed):
    """So many of them, chosen by the seed; a larger sample begins with a smaller one."""
    def rank(mutant):
        return hashlib.sha256(f"{seed} {mutant.key}".encode()).digest()
    return sorted(mutants, key=rank)[:count]
