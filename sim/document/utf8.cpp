// SPDX-License-Identifier: Apache-2.0
#include "document/utf8.h"

namespace stayalive {
namespace {

// The bytes that follow a lead byte, and the limits of the first of them.
struct Sequence {
  std::size_t more = 0;  // 0: no character begins with this byte
  unsigned low = 0x80;
  unsigned high = 0xbf;
};

Sequence sequence_of(unsigned lead) {
  Sequence sequence;
  if (lead >= 0xc2 && lead <= 0xdf) sequence.more = 1;
  if (lead >= 0xe0 && lead <= 0xef) sequence.more = 2;
  if (lead >= 0xf0 && lead <= 0xf4) sequence.more = 3;
  if (lead == 0xe0) sequence.low = 0xa0;
  if (lead == 0xed) sequence.high = 0x9f;
  if (lead == 0xf0) sequence.low = 0x90;
  if (lead == 0xf4) sequence.high = 0x8f;
  return sequence;
}

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// Whether the bytes after the first, as far as there are any, continue it.
bool continues(std::string_view text, const Sequence& sequence) {
  for (std::size_t i = 1; i <= sequence.more && i < text.size(); ++i) {
    const unsigned low = i == 1 ? sequence.low : 0x80;
    const unsigned high = i == 1 ? sequence.high : 0xbf;
    if (byte_at(text, i) < low || byte_at(text, i) > high) return false;
  }
  return true;
}

}  // namespace

Decoded decode_utf8(std::string_view text) {
  const unsigned lead = byte_at(text, 0);
  if (lead < 0x80) return {lead, 1, true};
  const Sequence sequence = sequence_of(lead);
  if (sequence.more == 0 || text.size() <= sequence.more || !continues(text, sequence)) {
    return {0xfffd, 1, false};
  }
  char32_t code = lead & (0x3fU >> sequence.more);
  for (std::size_t i = 1; i <= sequence.more; ++i) code = (code << 6) | (byte_at(text, i) & 0x3f);
  return {code, sequence.more + 1, true};
}

bool is_cut_utf8(std::string_view text) {
  const Sequence sequence = sequence_of(byte_at(text, 0));
  return text.size() <= sequence.more && continues(text, sequence);
}

std::size_t valid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Decoded next = decode_utf8(text.substr(at));
    if (!next.valid) return at;
    at += next.bytes;
  }
  return at;
}

}  // namespace stayalive
