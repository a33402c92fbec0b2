// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/option_reader.h"

namespace stayalive {

bool read_option(Reader& in, const OptionSpec& spec, OptionSlot slot) {
  const std::int64_t number = slot.get();
  switch (spec.type) {
    case OptionType::Span: {
      Duration span{number};
      if (!in.span(span, {Duration{spec.least}, Duration{spec.most}})) return false;
      slot.set(span.count());
      return true;
    }
    case OptionType::Count: {
      std::int64_t count = number;
      if (!in.whole(count, spec.least, spec.most)) return false;
      slot.set(count);
      return true;
    }
    case OptionType::Flag: {
      bool flag = number != 0;
      if (!in.flag(flag)) return false;
      slot.set(flag ? 1 : 0);
      return true;
    }
    case OptionType::Choice: {
      auto position = static_cast<std::size_t>(number);
      if (!in.word(position, spec.choices)) return false;
      slot.set(static_cast<std::int64_t>(position));
      return true;
    }
  }
  return false;
}

}  // namespace stayalive
