// SPDX-License-Identifier: Apache-2.0
// What the page calls in the module, and what the module calls in the page.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "laboratory.h"

namespace {

// Of the last request; they live until the next one.
std::string last_request;
std::string last_answer;

}  // namespace

extern "C" {

[[clang::import_module("page"), clang::import_name("progress")]] void page_progress(
    const char* words, std::size_t size, std::size_t done, std::size_t total);

// Room for a request of so many bytes.
[[clang::export_name("request")]] char* request(std::size_t size) {
  last_request.assign(size, '\0');
  return last_request.data();
}
// Answers what stands there; returns how many bytes the answer has.
[[clang::export_name("answer")]] std::size_t answer() {
  last_answer = stayalive::answer(last_request,
                                  [](std::string_view words, std::size_t done, std::size_t total) {
                                    page_progress(words.data(), words.size(), done, total);
                                  });
  return last_answer.size();
}
[[clang::export_name("answer_text")]] const char* answer_text() { return last_answer.data(); }

}  // extern "C"
