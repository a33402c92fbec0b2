// SPDX-License-Identifier: Apache-2.0
#include "document/print/json.h"

#include <nlohmann/json.hpp>
#include <string>

#include "document/safe_text.h"

namespace stayalive {
namespace {

using Json = nlohmann::json;

struct JsonScalar {
  Json operator()(std::monostate /*nothing*/) const { return nullptr; }
  Json operator()(Duration span) const { return seconds(span); }
  Json operator()(TimePoint at) const { return seconds(at); }
  template <class T>
  Json operator()(const T& value) const {
    return value;
  }
};

std::string json_text(const Json& scalar) {
  return safe_json(scalar.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// Writes a tree as it is walked, so that no copy of it is made.
class JsonWriter {
 public:
  explicit JsonWriter(std::ostream& out) : out_(out) {}

  void operator()(const Value& value) {
    out_ << json_text(std::visit(JsonScalar{}, value.variant()));
  }
  void operator()(const Tree::List& items) {
    if (items.empty()) {
      out_ << "[]";
      return;
    }
    open('[');
    for (const Tree& item : items) {
      next();
      std::visit(*this, item.node());
    }
    close(']');
  }
  void operator()(const Tree::Record& record) {
    if (record.names.empty()) {
      out_ << "{}";
      return;
    }
    open('{');
    for (std::size_t i = 0; i < record.names.size(); ++i) {
      next();
      out_ << json_text(record.names[i]) << ": ";
      std::visit(*this, record.values[i].node());
    }
    close('}');
  }

 private:
  void open(char bracket) {
    out_ << bracket;
    indent_ += 2;
    first_ = true;
  }
  void next() {
    out_ << (first_ ? "\n" : ",\n") << std::string(indent_, ' ');
    first_ = false;
  }
  void close(char bracket) {
    indent_ -= 2;
    out_ << '\n' << std::string(indent_, ' ') << bracket;
    first_ = false;
  }

  std::ostream& out_;
  std::size_t indent_ = 0;
  bool first_ = true;
};

class JsonPrinter final : public Printer {
 public:
  explicit JsonPrinter(std::ostream& out) : out_(out) {}
  Part part() const override { return Part::Data; }
  void print(const Document& document) override {
    const Tree data = document.data();
    JsonWriter writer(out_);
    std::visit(writer, data.node());
    out_ << '\n';
  }

 private:
  std::ostream& out_;
};

}  // namespace

std::unique_ptr<Printer> json_printer(std::ostream& out, const PrintOptions& /*options*/) {
  return std::make_unique<JsonPrinter>(out);
}

}  // namespace stayalive
