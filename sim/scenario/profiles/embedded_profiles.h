// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

namespace stayalive {

// A file of a folder of scenarios/ (profiles/, proxies/, servers/, pools/, watchers/, products/,
// media/), as it was when the program was built.
struct EmbeddedFile {
  std::string_view name;  // "aws-nlb.json"
  std::string_view text;
};
// In the order of their names.  The build writes the definition (tools/cmake/embed_profiles.cmake).
std::span<const EmbeddedFile> embedded_profiles();
std::span<const EmbeddedFile> embedded_proxies();
std::span<const EmbeddedFile> embedded_servers();
std::span<const EmbeddedFile> embedded_pools();
std::span<const EmbeddedFile> embedded_watchers();
std::span<const EmbeddedFile> embedded_products();
std::span<const EmbeddedFile> embedded_media();

}  // namespace stayalive
