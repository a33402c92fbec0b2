// SPDX-License-Identifier: Apache-2.0
#include "scenario/products/products.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "base/check.h"
#include "base/text.h"
#include "scenario/file_kind.h"
#include "scenario/profiles/builtin_files.h"
#include "scenario/profiles/named_files.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

const std::vector<const Product*>& all_builtin_products() {
  static const BuiltinFiles<Product> files(embedded_products(), parse_product);
  static const std::vector<const Product*> all = files.all();
  return all;
}

const Product* find_called(const std::vector<const Product*>& products, std::string_view name) {
  for (const Product* product : products) {
    if (product->name == name) return product;
  }
  for (const Product* product : products) {
    if (product->is_called(name)) return product;
  }
  return nullptr;
}

}  // namespace

std::vector<const Product*> builtin_products() {
  std::vector<const Product*> played;
  for (const Product* product : all_builtin_products()) {
    if (product->not_played.empty()) played.push_back(product);
  }
  return played;
}

const Product* find_builtin_product(std::string_view name) {
  return find_called(builtin_products(), name);
}

const Product* Products::find(std::string_view name) {
  read_files();
  return find_called(all_, name);
}

Result<const Product*> Products::open(const std::string& path) {
  read_files();
  CHECK(files_.has_value(), "only scenarios name files");
  const Result<std::string> file = files_->find(path);
  if (!file.ok()) return file.errors();
  for (const auto& [name, product] : opened_) {
    if (name == file.value()) return &product;
  }
  const Result<std::string> text = read_text_file(file.value());
  if (!text.ok()) return text.errors();
  Diagnostic unusable;
  if (kind_of(text.value()) != FileKind::Product) {
    unusable.message = quote(path) + " is not the file of a product";
    unusable.allowed = "a file with \"kind\": \"product\"";
    return std::vector<Diagnostic>{unusable};
  }
  Result<Product> product = parse_product(text.value(), file.value());
  if (!product.ok()) {
    for (Diagnostic mistake : product.errors()) {
      mistake.quotable = files_->is_named(file.value());
      mistakes_.push_back(std::move(mistake));
    }
    unusable.message = "the product file " + quote(path) + " cannot be used";
    unusable.allowed = "a product without mistakes";
    return std::vector<Diagnostic>{unusable};
  }
  if (!product.value().not_played.empty()) {
    unusable.message = quote(path) + " is not played: " + product.value().not_played;
    return std::vector<Diagnostic>{unusable};
  }
  opened_.emplace_back(file.value(), std::move(product).value());
  return &opened_.back().second;
}

const std::vector<const Product*>& Products::all() {
  read_files();
  return all_;
}

std::string Products::refusal(std::string_view name) {
  read_files();
  const Product* product = find_called(refused_, name);
  if (product == nullptr) return "";
  return quote(name) + " (" + product->title + ") is not played: " + product->not_played;
}

const std::vector<const Product*>& Products::refused() {
  read_files();
  return refused_;
}

std::vector<std::string_view> Products::names() {
  std::vector<std::string_view> names;
  for (const Product* product : all()) {
    names.emplace_back(product->name);
    names.insert(names.end(), product->aliases.begin(), product->aliases.end());
  }
  return names;
}

const std::vector<Diagnostic>& Products::mistakes() {
  read_files();
  return mistakes_;
}

void Products::read_files() {
  if (read_) return;
  read_ = true;
  namespace fs = std::filesystem;
  for (const std::string& path : paths_) {
    std::error_code code;
    if (!fs::is_directory(path, code)) {
      read_file(path);
      continue;
    }
    std::vector<std::string> files;
    for (fs::directory_iterator entry(path, code), end; !code && entry != end;
         entry.increment(code)) {
      const fs::path& file = entry->path();
      if (file.extension() != ".json" || leads_out_of(path, file)) continue;
      std::error_code unreadable;
      if (fs::is_regular_file(file, unreadable)) files.push_back(file.string());
    }
    std::ranges::sort(files);
    for (const std::string& file : files) read_file(file);
  }
  const auto add = [this](const Product& product) {
    (product.not_played.empty() ? all_ : refused_).push_back(&product);
  };
  for (const Product& product : own_) add(product);
  for (const Product* product : all_builtin_products()) {
    if (std::ranges::find(own_, product->name, &Product::name) == own_.end()) add(*product);
  }
  std::ranges::sort(all_, {}, &Product::name);
  std::ranges::sort(refused_, {}, &Product::name);
}

void Products::read_file(const std::string& file) {
  const Result<std::string> text = read_text_file(file);
  if (!text.ok() || kind_of(text.value()) != FileKind::Product) return;
  Result<Product> product = parse_product(text.value(), file);
  if (!product.ok()) {
    for (Diagnostic mistake : product.errors()) {
      mistake.quotable = true;
      mistakes_.push_back(std::move(mistake));
    }
    return;
  }
  // What is named first wins.
  const bool there = std::ranges::find(own_, product.value().name, &Product::name) != own_.end();
  if (!there) own_.push_back(std::move(product).value());
}

Result<StrategyChoice> parse_strategy(std::string_view text) {
  Products builtin;
  return builtin.parse(text);
}

}  // namespace stayalive
