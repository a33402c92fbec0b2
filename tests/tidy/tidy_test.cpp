// SPDX-License-Identifier: Apache-2.0
// The house rules as tests: each rule is first shown to find a breach, then finds none in the
// project.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "tidy/rules.h"

namespace stayalive::tidy {
namespace {

const Files& project() {
  static const Files files = project_files(STAYALIVE_SOURCE_DIR);
  return files;
}

std::string report(const std::vector<Breach>& breaches) {
  std::string text;
  for (const Breach& breach : breaches) text += to_string(breach) + "\n";
  return text;
}

// The breaches in one small file, as text.
template <class Rule>
std::string found(Rule rule, const std::string& path, const std::string& text) {
  return report(rule({parse_source(path, text)}));
}

TEST(Tidy, SeesTheProject) {
  std::size_t sources = 0;
  for (const SourceFile& file : project()) {
    EXPECT_FALSE(file.begins_with("build/")) << file.path;
    if (file.is_cpp() && !file.floor().empty()) ++sources;
  }
  EXPECT_GT(sources, 30u);
}

TEST(Tidy, LeavesOutTheRepositoryBeItAFolderOrAFile) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(::testing::TempDir()) / "stayalive-tidy-test";
  fs::create_directories(root);
  std::ofstream(root / "README.md") << "text\n";
  std::ofstream(root / ".git") << "gitdir: elsewhere\n";
  const Files files = project_files(root.string());
  fs::remove_all(root);
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files.front().path, "README.md");
}

TEST(Tidy, TellsCodeFromProse) {
  const SourceFile file = parse_source("a.cpp",
                                       "int a = 1; // rand(\n"
                                       "/* rand(\n"
                                       "   rand( */ int b;\n"
                                       "const char* c = \"rand( \\\" rand(\";\n"
                                       "char d = '\"'; int e = 1'000; rand();\n"
                                       "auto f = R\"(rand(\n"
                                       "rand()\"; int g;\n");
  EXPECT_EQ(file.code[0], "int a = 1; ");
  EXPECT_EQ(file.code[1], "");
  EXPECT_EQ(file.code[2], " int b;");
  EXPECT_EQ(file.code[3], "const char* c = \"\";");
  EXPECT_EQ(file.code[4], "char d = ''; int e = 1'000; rand();");
  EXPECT_EQ(file.code[5], "auto f = \"");
  EXPECT_EQ(file.code[6], "\"; int g;");
}

TEST(Tidy, IncludesLookDown) {
  const auto rule = includes_look_down;
  EXPECT_EQ(found(rule, "sim/net/a.h", "#include \"base/time.h\"\n#include \"net/packet.h\"\n"),
            "");
  EXPECT_EQ(found(rule, "sim/net/a.h", "#include \"base/time.h\"\n#include \"engine/node.h\"\n"),
            "sim/net/a.h:2: includes look down: net does not know engine/node.h\n");
  EXPECT_EQ(found(rule, "sim/stack/a.h", "#include \"middlebox/flow.h\"\n"),
            "sim/stack/a.h:1: includes look down: stack does not know middlebox/flow.h\n")
      << "beside it, not below";
  EXPECT_EQ(found(rule, "sim/other/a.h", "#include \"base/time.h\"\n"),
            "sim/other/a.h:1: the folder is none of the floors\n");
  EXPECT_EQ(report(rule(project())), "");
}

TEST(Tidy, BannedWordsAreNotWritten) {
  const auto rule = banned_words;
  EXPECT_EQ(found(rule, "sim/net/a.h", "int strand(int);\nint doubled;\n// double\n"), "");
  EXPECT_EQ(found(rule, "sim/net/a.h", "double x;\n"),
            "sim/net/a.h:1: \"double\": times, rates and probabilities are integers\n");
  EXPECT_EQ(found(rule, "sim/document/a.h", "double x;\n"), "") << "it prints decimals";
  EXPECT_EQ(found(rule, "sim/report/a.h", "double x;\n"), "");
  EXPECT_NE(found(rule, "sim/net/a.h", "int x = rand();\n"), "");
  EXPECT_NE(found(rule, "sim/net/a.h", "std::unordered_map<int, int> x;\n"), "");
  EXPECT_NE(found(rule, "sim/run/a.h", "std::chrono::steady_clock::now();\n"), "");
  EXPECT_NE(found(rule, "sim/stack/a.h", "std::function<void()> f;\n"), "");
  EXPECT_EQ(found(rule, "sim/run/a.h", "std::function<void()> f;\n"), "");
  EXPECT_NE(found(rule, "sim/net/a.h", "using namespace std;\n"), "");
  EXPECT_NE(found(rule, "sim/base/time.h", "using namespace std;\n"), "");
  EXPECT_EQ(report(rule(project())), "");
}

TEST(Tidy, OnlyTheBooksReadTheNotesOfAPacket) {
  const auto rule = notes_are_for_the_books;
  const std::string breach = "sim/app/a.cpp:1: only the books read the notes of a packet\n";
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "if (packet.notes.kind == kData) return;\n"), breach);
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "f(packet->notes.connection);\n"), breach);
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "const auto& all = packet.notes;\n"), breach);
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "a.notes = b.notes;\n"), breach);
  EXPECT_EQ(found(rule, "sim/app/ledger.cpp", "f(packet.notes.connection);\n"), "");
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "packet.notes = {id, kind};\n"), "");
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "packet.notes.kind = kind;\n"), "");
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "out.notes.clear(); // packet.notes.kind\n"), "");
  EXPECT_EQ(report(rule(project())), "");
}

TEST(Tidy, WhatIsPrintedGoesThroughOneDoor) {
  const auto rule = printing_goes_through_output;
  const std::string breach = "sim/app/a.cpp:1: what is printed goes through output.h\n";
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "std::cerr << text;\n"), breach);
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "fmt::print(\"x\");\n"), breach);
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "std::fprintf(stderr, text);\n"), breach);
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "#include <iostream>\n"), breach);
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "std::ofstream out(file);\n"), breach);
  EXPECT_NE(found(rule, "tools/stayalive/a.cpp", "write(STDOUT_FILENO, text, 1);\n"), "");
  EXPECT_EQ(found(rule, "tools/stayalive/output.cpp", "std::cerr << text;\n"), "");
  EXPECT_EQ(found(rule, "tests/app/a.cpp", "std::cerr << text;\n"), "");
  EXPECT_EQ(found(rule, "sim/app/a.cpp", "print_all(out); // std::cerr\n"), "");
  EXPECT_EQ(report(rule(project())), "");
}

TEST(Tidy, NoLooseEndsAreLeftBehind) {
  const std::string note = std::string("TO") + "DO";
  EXPECT_NE(found(loose_ends, "docs/a.md", "text\n" + note + ": more\n"), "");
  EXPECT_EQ(found(loose_ends, "docs/a.md", "text\n" + note + "S\n"), "");
  EXPECT_EQ(report(loose_ends(project())), "");
}

TEST(Tidy, NothingRefersToOneMachine) {
  const std::string path = std::string("/ho") + "me/";
  EXPECT_NE(found(machine_paths, "docs/a.md", "see " + path + "somebody/notes\n"), "");
  EXPECT_EQ(found(machine_paths, "docs/a.md", "https://example.org" + path + "\n"), "");
  EXPECT_EQ(report(machine_paths(project())), "");
}

TEST(Tidy, FilesOpenWithTheLicence) {
  const std::string licence = "SPDX-License-Identifier: Apache-2.0\n";
  EXPECT_EQ(found(file_openings, "sim/net/a.h", "// " + licence + "#pragma once\n"), "");
  EXPECT_NE(found(file_openings, "sim/net/a.h", "// " + licence + "#include <array>\n"), "");
  EXPECT_NE(found(file_openings, "sim/net/a.cpp", "#include <array>\n"), "");
  EXPECT_NE(found(file_openings, "sim/net/a.cpp", ""), "");
  EXPECT_EQ(found(file_openings, "tools/a", "#!/bin/sh\n# " + licence), "");
  EXPECT_NE(found(file_openings, "tools/a", "#!/bin/sh\necho\n"), "");
  EXPECT_EQ(report(file_openings(project())), "");
}

std::string function_of(std::size_t lines) {
  std::string text = "int f(int a,\n      int b) {\n";
  for (std::size_t i = 3; i < lines; ++i) text += "  a += b;\n";
  return text + "}\n";
}

TEST(Tidy, LinesFunctionsAndFilesAreShort) {
  EXPECT_EQ(found(sizes, "a.cpp", std::string(100, 'a') + "\n"), "");
  EXPECT_EQ(found(sizes, "a.cpp", std::string(101, 'a') + "\n"),
            "a.cpp:1: a line has at most 100 columns\n");
  EXPECT_EQ(found(sizes, "a.cpp", "\n" + function_of(70)), "");
  EXPECT_EQ(found(sizes, "a.cpp", "\n" + function_of(71)),
            "a.cpp:2: a function has at most 70 lines; this one has 71\n");
  std::string long_file;
  for (int i = 0; i < 500; ++i) long_file += "int a;\n";
  EXPECT_EQ(found(sizes, "a.cpp", long_file), "");
  EXPECT_NE(found(sizes, "a.cpp", long_file + "int a;\n"), "");
  EXPECT_EQ(report(sizes(project())), "");
}

TEST(Tidy, MeasuresAFunctionByItsBraces) {
  std::string text = "void A::f() {\n  if (a) {\n  } else {\n";
  for (int i = 0; i < 66; ++i) text += "    g({1, 2}, \"}\");  // }\n";
  EXPECT_EQ(found(sizes, "a.cpp", text + "  }\n}\n"),
            "a.cpp:1: a function has at most 70 lines; this one has 71\n");
}

TEST(Tidy, ANamespaceOrAClassMayBeLongerThanAFunction) {
  std::string text = "namespace a {\nclass B {\n public:\n";
  for (int i = 0; i < 100; ++i) text += "  int f(int a) { return a; }\n";
  EXPECT_EQ(found(sizes, "a.cpp", text + "};\n}\n"), "");
}

TEST(Tidy, SourcesBelongToANoun) {
  const SourceFile header = parse_source("sim/net/a.h", "");
  EXPECT_EQ(report(nouns({header, parse_source("sim/net/a.cpp", "#include \"net/a.h\"\n")})), "");
  EXPECT_NE(report(nouns({header, parse_source("sim/net/a.cpp", "#include \"net/b.h\"\n")})), "");
  EXPECT_EQ(report(nouns({header, parse_source("sim/net/b.cpp", "#include \"net/a.h\"\n")})), "");
  EXPECT_NE(report(nouns({header, parse_source("sim/net/b.cpp", "#include \"base/a.h\"\n")})), "");
  EXPECT_NE(report(nouns({parse_source("sim/net/b.cpp", "int a;\n")})), "");
  EXPECT_EQ(report(nouns(project())), "");
}

TEST(Tidy, EveryHeaderIsReachedByATest) {
  const SourceFile a = parse_source("sim/net/a.h", "");
  const SourceFile b = parse_source("sim/net/b.h", "");
  const SourceFile test = parse_source("tests/net/a_test.cpp", "#include \"net/a.h\"\n");
  const SourceFile own =
      parse_source("sim/net/a.cpp", "#include \"net/a.h\"\n#include \"net/b.h\"\n");
  SourceFile helper = own;
  helper.path = "sim/net/a_more.cpp";
  EXPECT_NE(report(untested_headers({a})), "");
  EXPECT_EQ(report(untested_headers({a, test})), "");
  EXPECT_NE(report(untested_headers({a, b, test})), "") << "nobody uses b";
  EXPECT_EQ(report(untested_headers({a, own, b, test})), "") << "a uses b";
  EXPECT_EQ(report(untested_headers({a, helper, b, test})), "") << "a part of a uses b";
  EXPECT_EQ(report(untested_headers(project())), "");
}

// What a command prints, its errors included; `status` is its exit status.
std::string output_of(const std::string& command, int& status) {
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    status = -1;
    return "";
  }
  std::string text;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  status = pclose(pipe);
  return text;
}

TEST(Tidy, CodeIsFormatted) {
  int status = 0;
  const std::string version = output_of("clang-format --version", status);
  if (status != 0 || version.find("version 14.") == std::string::npos) {
    GTEST_SKIP() << "clang-format 14 is not installed; other versions format differently";
  }
  std::string files;
  for (const SourceFile& file : project()) {
    if (file.is_cpp()) files += " '" + file.path + "'";
  }
  const std::string unformatted =
      output_of("cd '" STAYALIVE_SOURCE_DIR "' && clang-format --dry-run --Werror" + files, status);
  EXPECT_EQ(status, 0) << unformatted << "clang-format -i mends this";
}

}  // namespace
}  // namespace stayalive::tidy
