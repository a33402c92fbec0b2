// SPDX-License-Identifier: Apache-2.0
#include "report/run/story.h"

#include "picture/story.h"

namespace stayalive {

Document describe_stories(std::span<const ConnectionReport> connections, TimePoint end) {
  const auto data = [connections, end] {
    Tree stories = Tree::list();
    for (const ConnectionReport& connection : connections) {
      stories.add(Tree::record({{"connection", connection.name},
                                {"story", Tree::list_of(tell_story(connection, end))}}));
    }
    return stories;
  };
  const auto blocks = [connections, end] {
    std::vector<Block> all;
    for (const ConnectionReport& connection : connections) {
      all.push_back(Heading{{{connection.name, Tone::Strong}}, 2});
      for (const std::string& sentence : tell_story(connection, end)) {
        all.push_back(Item{{sentence}, 2, 4});
      }
    }
    return all;
  };
  return {data, blocks};
}

}  // namespace stayalive
