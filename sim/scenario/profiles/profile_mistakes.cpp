// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/profile_mistakes.h"

#include "scenario/file_kind.h"
#include "scenario/products/product.h"
#include "scenario/profiles/pools.h"
#include "scenario/profiles/profiles.h"
#include "scenario/profiles/proxies.h"
#include "scenario/profiles/servers.h"
#include "scenario/profiles/watchers.h"

namespace stayalive {

std::vector<Diagnostic> profile_mistakes(std::string_view text, const std::string& file) {
  if (kind_of(text) == FileKind::Proxy) return parse_proxy(text, file).errors();
  if (kind_of(text) == FileKind::Server) return parse_server(text, file).errors();
  if (kind_of(text) == FileKind::Pool) return parse_pool(text, file).errors();
  if (kind_of(text) == FileKind::Watcher) return parse_watcher(text, file).errors();
  if (kind_of(text) == FileKind::Product) return parse_product(text, file).errors();
  return parse_profile(text, file).errors();
}

}  // namespace stayalive
