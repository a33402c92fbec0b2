// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/parse.h"
#include "scenario/scenario.h"
#include "scenario/values/axis.h"
#include "scenario/values/replacement.h"

namespace stayalive {

// A scenario's text, of which scenarios are made with some values replaced.  Immutable; may be used
// by several threads at once.
class ScenarioDocument {
 public:
  // file: as messages name it.  Fails when the text is not JSON; what else is wrong with it is left
  // to the functions below, so that all of it is reported at once.
  static Result<ScenarioDocument> parse(std::string text, std::string file);
  static Result<ScenarioDocument> read(const std::string& file);
  ~ScenarioDocument();
  ScenarioDocument(ScenarioDocument&&) noexcept;
  ScenarioDocument& operator=(ScenarioDocument&&) noexcept;

  // The axes of its "sweep" section, in the order of the text; without those that are wrong.
  const std::vector<Axis>& axes() const;
  // Whether a replacement names an element that it does not have (see lacks_place).
  bool lacks(const Replacement& replacement) const;
  const std::string& file() const;
  // The document as it was read.
  const std::string& text() const;
  // The scenario with these replacements in place, one after the other.  Each mistake tells with
  // which replacements it came about, those of the options included; one in a value of the sweep
  // has the place of that value.
  Result<Scenario> scenario(std::span<const Replacement> replacements = {},
                            const ParseOptions& options = {}) const;
  // The scenario without replacements, if each value of its axes would make one, too.  Of very many
  // values some are tried, among them the first and the last of each axis.
  Result<Scenario> checked(const ParseOptions& options = {}) const;

 private:
  struct Parts;
  explicit ScenarioDocument(std::unique_ptr<const Parts> parts);

  std::unique_ptr<const Parts> parts_;
};

}  // namespace stayalive
