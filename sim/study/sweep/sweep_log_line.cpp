// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep_log_line.h"

#include <fmt/format.h>

#include <utility>

#include "base/digest.h"

namespace stayalive {
namespace {

// A line ends in the checksum of the bytes before it.
constexpr std::string_view kBeforeCheck = ",\"check\":\"";
constexpr std::string_view kAfterCheck = "\"}";
constexpr std::size_t kCheckDigits = 16;
constexpr std::size_t kCheckBytes = kBeforeCheck.size() + kCheckDigits + kAfterCheck.size();

std::string checksum(std::string_view bytes, std::uint64_t fingerprint) {
  Digest digest;
  digest.add(fingerprint);
  digest.add(bytes);
  return fmt::format("{:016x}", digest.value());
}

}  // namespace

std::string checked_line(std::string text, std::uint64_t fingerprint) {
  text.pop_back();
  const std::string check = checksum(text, fingerprint);
  return text + std::string(kBeforeCheck) + check + std::string(kAfterCheck);
}

bool is_checked(std::string_view line, std::uint64_t fingerprint) {
  if (line.size() <= kCheckBytes) return false;
  const std::string_view text = line.substr(0, line.size() - kCheckBytes);
  const std::string_view tail = line.substr(text.size());
  return tail.starts_with(kBeforeCheck) && tail.ends_with(kAfterCheck) &&
         tail.substr(kBeforeCheck.size(), kCheckDigits) == checksum(text, fingerprint);
}

std::optional<JsonValue> parse_log_line(std::string_view line) {
  std::vector<Diagnostic> errors;
  std::optional<JsonValue> value = parse_json(SourceText(line, {}), errors);
  if (!value || !errors.empty() || value->kind != JsonValue::Kind::Object) return std::nullopt;
  return value;
}

Diagnostic log_mistake(const std::string& file, std::uint32_t line, std::string message,
                       std::string allowed) {
  Diagnostic diagnostic;
  diagnostic.file = file;
  diagnostic.line = line;
  diagnostic.message = std::move(message);
  diagnostic.allowed = std::move(allowed);
  return diagnostic;
}

}  // namespace stayalive
