// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "exercise.h"

// What a lesson takes from its exercise: the parts between "<!-- exercise: NAME -->" and
// "<!-- end -->", so that question, choices and answer are written once.
namespace stayalive {

inline std::string lesson_picture(const Exercise& exercise, const std::string& shown) {
  if (exercise.text("/picture/shown") != shown) return "";
  return "![" + exercise.text(shown == "before" ? "/before/say" : "/question") + "](" +
         exercise.name + ".svg)\n\n";
}

inline std::string lesson_question(const Exercise& exercise) {
  return "**" + exercise.text("/question") + "**\n\n" + exercise.text("/before/say") + "\n\n" +
         lesson_picture(exercise, "before");
}

inline std::string lesson_prediction(const Exercise& exercise) {
  std::string text = "Now one thing is different: " + exercise.text("/change/say") + ".\n\n**" +
                     exercise.text("/prediction/ask") + "**\n\n";
  for (const nlohmann::json& choice : exercise.json.at("prediction").at("choices")) {
    text += "- **" + choice.at("name").get<std::string>() + "** " +
            choice.at("say").get<std::string>() + "\n";
  }
  return text + "\n";
}

inline std::string lesson_answer(const Exercise& exercise) {
  std::string right;
  std::string wrong;
  for (const nlohmann::json& choice : exercise.json.at("prediction").at("choices")) {
    const std::string name = choice.at("name");
    const std::string because = choice.at("because");
    if (name == exercise.text("/prediction/right")) {
      right = "**" + name + "**: " + choice.at("say").get<std::string>() + " " + because + "\n\n";
    } else {
      wrong += "- Not **" + name + "**: " + because + "\n";
    }
  }
  return right + wrong + "\n" + lesson_picture(exercise, "after");
}

inline std::string lesson_part(const Exercise& exercise, const std::string& part) {
  if (part == "question") return lesson_question(exercise);
  if (part == "prediction") return lesson_prediction(exercise);
  if (part == "answer") return lesson_answer(exercise);
  ADD_FAILURE() << exercise.name << " asks for an unknown part of its exercise: " << part;
  return "";
}

// The lesson with these parts as the exercise has them now.
inline std::string renewed_lesson(const Exercise& exercise, const std::string& lesson) {
  const std::string begin = "<!-- exercise: ";
  const std::string close = " -->";
  std::string text;
  bool within = false;
  for (const std::string& line : lines_of(lesson)) {
    if (line == "<!-- end -->") within = false;
    if (!within) text += line + "\n";
    if (!line.starts_with(begin)) continue;
    within = true;
    const std::size_t end = line.size() - begin.size() - close.size();
    text += "\n" + lesson_part(exercise, line.substr(begin.size(), end));
  }
  return text;
}

}  // namespace stayalive
