// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <string>

#include "exercise.h"
#include "lesson_text.h"
#include "support/command.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

// The course: each lesson of docs/learn has a scenario, an exercise and a picture of the same name.
namespace stayalive {
namespace {

std::set<std::string> keys_of(const nlohmann::json& object) {
  std::set<std::string> keys;
  for (const auto& item : object.items()) keys.insert(item.key());
  return keys;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "  " + line + "\n";
  return text;
}

class Lesson : public ::testing::TestWithParam<std::string> {
 protected:
  const Exercise exercise_ = exercise(GetParam());
};

TEST_P(Lesson, HasAnExerciseOfTheDescribedForm) {
  const nlohmann::json& json = exercise_.json;
  using Keys = std::set<std::string>;
  EXPECT_EQ(keys_of(json), (Keys{"lesson", "question", "scenario", "connection", "before",
                                 "picture", "change", "prediction"}));
  EXPECT_EQ(keys_of(json.at("before")), (Keys{"say", "expect"}));
  EXPECT_EQ(keys_of(json.at("picture")), (Keys{"command", "shown"}));
  EXPECT_EQ(keys_of(json.at("change")), (Keys{"say", "path", "value"}));
  EXPECT_EQ(keys_of(json.at("prediction")), (Keys{"ask", "choices", "right"}));
  EXPECT_EQ(exercise_.text("/lesson"), exercise_.name + ".md");
  EXPECT_EQ(exercise_.text("/scenario"), exercise_.name + ".json");
  EXPECT_FALSE(json.at("before").at("expect").empty());

  Keys names;
  for (const nlohmann::json& choice : json.at("prediction").at("choices")) {
    EXPECT_EQ(keys_of(choice), (Keys{"name", "say", "expect", "because"}));
    EXPECT_FALSE(choice.at("expect").empty());
    EXPECT_TRUE(names.insert(choice.at("name")).second) << "two choices have the same name";
  }
  EXPECT_GE(names.size(), 3u) << "a guess should not be right too often";
  EXPECT_TRUE(names.contains(exercise_.text("/prediction/right")));
}

TEST_P(Lesson, BeginsWithWhatIsTrueBeforeTheChange) {
  const auto wrong = refuted(exercise_, exercise_.json.at("before").at("expect"), {});
  EXPECT_EQ(joined(wrong), "");
}

TEST_P(Lesson, HasOneRightAnswerWhichIsThatOfTheProgram) {
  for (const nlohmann::json& choice : exercise_.json.at("prediction").at("choices")) {
    const std::string name = choice.at("name");
    const auto wrong = refuted(exercise_, choice.at("expect"), {exercise_.assignment()});
    if (name == exercise_.text("/prediction/right")) {
      EXPECT_EQ(joined(wrong), "") << "the program refutes the right answer, " << name;
    } else {
      EXPECT_NE(joined(wrong), "") << "the program says the same as the wrong answer " << name;
    }
  }
}

TEST_P(Lesson, ChangesWhatItPredicts) {
  const std::string right = exercise_.text("/prediction/right");
  for (const nlohmann::json& choice : exercise_.json.at("prediction").at("choices")) {
    if (choice.at("name") != right) continue;
    EXPECT_NE(joined(refuted(exercise_, choice.at("expect"), {})), "")
        << "the right answer is true before the change, too";
  }
}

TEST_P(Lesson, ShowsThePictureThatTheProgramDraws) {
  const std::string command = exercise_.text("/picture/command");
  ASSERT_TRUE(command == "explain" || command == "sweep") << command;
  const std::string what = command == "explain" ? " " + exercise_.text("/connection") : "";
  const TemporaryFolder folder;
  const std::string picture = (folder.path() / "picture.svg").string();
  const CommandResult result =
      run_command("STAYALIVE_PROGRESS=off '" + std::string(STAYALIVE_PROGRAM) + "' " + command +
                  " " + exercise_.file(".json") + what + " --svg '" + picture + "' 2>&1");
  ASSERT_EQ(result.exit_code, 0) << result.output;
  expect_golden(exercise_.file(".svg"), project_text(picture));
}

TEST_P(Lesson, AsksAndAnswersAsItsExerciseDoes) {
  const std::string file = exercise_.file(".md");
  const std::string lesson = project_text(file);
  for (const char* part : {"question", "prediction", "answer"}) {
    EXPECT_NE(lesson.find("<!-- exercise: " + std::string(part) + " -->"), lesson.npos) << part;
  }
  expect_golden(file, renewed_lesson(exercise_, lesson));
}

TEST_P(Lesson, RunsWhatItPredicts) {
  const std::string lesson = project_text(exercise_.file(".md"));
  const std::size_t question = lesson.find("<!-- exercise: prediction -->");
  const std::size_t answer = lesson.find("<!-- exercise: answer -->");
  std::string shown;
  for (const std::string& line : lines_of(lesson.substr(question, answer - question))) {
    if (line.starts_with("$ ")) shown += line + "\n";
  }
  EXPECT_NE(shown.find(exercise_.file(".json")), shown.npos) << shown;
  // JSON is quoted, and need not be written as tightly as the exercise's.
  const std::string path = "--set " + exercise_.text("/change/path") + "=";
  const std::size_t at = shown.find(path);
  ASSERT_NE(at, shown.npos) << "no command sets " << path << "\n" << shown;
  std::string value = shown.substr(at + path.size());
  const nlohmann::json& wanted = exercise_.json.at("change").at("value");
  if (value.starts_with("'")) {
    value = value.substr(1, value.find('\'', 1) - 1);
    EXPECT_EQ(nlohmann::json::parse(value), wanted);
  } else {
    value = value.substr(0, value.find_first_of(" \n"));
    EXPECT_EQ(exercise_.text("/change/path") + "=" + value, exercise_.assignment());
  }
}

INSTANTIATE_TEST_SUITE_P(All, Lesson, ::testing::ValuesIn(exercise_names()),
                         [](const auto& parameter) {
                           std::string name = "Lesson" + parameter.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// What stands between backquotes within a line and begins with these words.
std::vector<std::string> inline_code(const std::string& page, const std::string& beginning) {
  std::vector<std::string> found;
  for (const std::string& line : lines_of(page)) {
    for (std::size_t at = line.find("`" + beginning); at != line.npos;
         at = line.find("`" + beginning, at + 1)) {
      found.push_back(line.substr(at + 1, line.find('`', at + 1) - at - 1));
    }
  }
  return found;
}

bool has_placeholder(const std::string& command) {
  std::istringstream words(command);
  for (std::string word; words >> word;) {
    if (std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; })) return true;
  }
  return false;
}

// Exit code 1 is an answer, too: what was asked about breaks.
void expect_typeable(const std::string& page, const std::string& arguments) {
  const CommandResult result = run_command(
      "STAYALIVE_PROGRESS=off '" + std::string(STAYALIVE_PROGRAM) + "' " + arguments + " 2>&1");
  EXPECT_TRUE(result.exit_code == 0 || result.exit_code == 1) << page << ": " << arguments << "\n"
                                                              << result.output;
}

TEST_P(Lesson, SaysToTryWhatCanBeTried) {
  const std::string page = exercise_.file(".md");
  const std::string lesson = project_text(page);
  for (const std::string& options : inline_code(lesson, "--set ")) {
    if (!has_placeholder(options))
      expect_typeable(page, "run " + exercise_.file(".json") + " " + options);
  }
  for (const std::string& options : inline_code(lesson, "--axis ")) {
    expect_typeable(page, "sweep --seeds 2 " + exercise_.file(".json") + " " + options);
  }
}

TEST(Course, NamesCommandsThatCanBeTyped) {
  std::vector<std::string> pages = {"glossary", "symptoms", "plans", "README"};
  const std::vector<std::string> lessons = exercise_names();
  pages.insert(pages.end(), lessons.begin(), lessons.end());
  std::set<std::string> typed;
  for (const std::string& name : pages) {
    const std::string page = "docs/learn/" + name + ".md";
    for (const std::string& command : inline_code(project_text(page), "stayalive ")) {
      if (has_placeholder(command) || !typed.insert(command).second) continue;
      expect_typeable(page, command.substr(command.find(' ') + 1));
    }
  }
  EXPECT_GE(typed.size(), 10u);
}

TEST(Course, HasEightLessonsOfWhichTheIndexNamesEach) {
  const std::vector<std::string> names = exercise_names();
  ASSERT_EQ(names.size(), 8u);
  const std::string index = project_text("docs/learn/README.md");
  std::size_t after = 0;
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_TRUE(names[i].starts_with(std::to_string(i + 1) + "-")) << names[i];
    const std::size_t at = index.find("](" + names[i] + ".md)", after);
    EXPECT_NE(at, index.npos) << "docs/learn/README.md names " << names[i] << " not, or too early";
    after = at;
  }
}

}  // namespace
}  // namespace stayalive
