// SPDX-License-Identifier: Apache-2.0
#include "document/print/layout.h"

#include <algorithm>

#include "document/width.h"

namespace stayalive {
namespace {

// A column that takes part: between its least width and the one that breaks nothing.
struct Candidate {
  std::size_t column = 0;
  std::size_t least = 0;
  std::size_t natural = 0;
};

std::size_t longest_word(const std::string& text) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    longest = std::max(longest, display_width(text.substr(at, end - at)));
    at = end + 1;
  }
  return longest;
}

// Every column for people.
std::vector<Candidate> measured(const Table& table) {
  const std::vector<Column>& columns = table.columns();
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].for_people_too) candidates.push_back({i, 0, 0});
  }
  table.for_each_row(Audience::People, [&](const Table::Row& row) {
    if (row.across) return;
    for (Candidate& candidate : candidates) {
      const std::string text = text_of(row.cells[candidate.column], columns[candidate.column].unit);
      candidate.natural = std::max(candidate.natural, display_width(text));
    }
  });
  for (Candidate& candidate : candidates) {
    const Column& column = columns[candidate.column];
    candidate.least =
        std::max(std::min(column.least.value_or(candidate.natural), candidate.natural),
                 longest_word(column.title));
    candidate.natural = std::max(candidate.natural, display_width(column.title));
  }
  return candidates;
}

std::size_t spaces_between(std::size_t columns) {
  return columns == 0 ? 0 : (columns - 1) * Layout::kSpace;
}

std::size_t total(const std::vector<Candidate>& candidates, std::size_t Candidate::*width) {
  std::size_t sum = spaces_between(candidates.size());
  for (const Candidate& candidate : candidates) sum += candidate.*width;
  return sum;
}

// The one to go next; end() when all have to stay.
std::vector<Candidate>::iterator least_important(const Table& table,
                                                 std::vector<Candidate>& candidates) {
  auto found = candidates.end();
  for (auto it = candidates.begin(); it != candidates.end(); ++it) {
    const std::size_t rank = table.columns()[it->column].rank;
    if (rank == 0) continue;
    if (found == candidates.end() || rank >= table.columns()[found->column].rank) found = it;
  }
  return found;
}

// Gives every column its least width, and what is left to those that lack most.
std::vector<Layout::Place> shared_out(const std::vector<Candidate>& candidates, std::size_t width) {
  std::vector<Layout::Place> places;
  for (const Candidate& candidate : candidates) {
    places.push_back({candidate.column, candidate.least});
  }
  for (std::size_t spare = width - total(candidates, &Candidate::least); spare > 0; --spare) {
    std::size_t neediest = 0;
    for (std::size_t i = 1; i < places.size(); ++i) {
      if (candidates[i].natural * places[neediest].width >
          candidates[neediest].natural * places[i].width) {
        neediest = i;
      }
    }
    if (places[neediest].width >= candidates[neediest].natural) break;
    ++places[neediest].width;
  }
  return places;
}

}  // namespace

Layout lay_out(const Table& table, std::size_t width) {
  Layout layout;
  std::vector<Candidate> candidates = measured(table);
  layout.natural_width = total(candidates, &Candidate::natural);
  if (width == 0 || layout.natural_width <= width) {
    for (const Candidate& candidate : candidates) {
      layout.places.push_back({candidate.column, candidate.natural});
    }
    return layout;
  }
  const auto goes_below = std::ranges::find_if(candidates, [&table](const Candidate& candidate) {
    return table.columns()[candidate.column].goes_below;
  });
  if (goes_below != candidates.end() && total(candidates, &Candidate::least) > width) {
    layout.below = goes_below->column;
    candidates.erase(goes_below);
  }
  while (total(candidates, &Candidate::least) > width) {
    const auto next = least_important(table, candidates);
    if (next == candidates.end()) {
      layout.as_records = true;
      for (const Candidate& candidate : candidates) {
        layout.places.push_back({candidate.column, candidate.natural});
      }
      return layout;
    }
    layout.left_out.insert(std::ranges::lower_bound(layout.left_out, next->column), next->column);
    candidates.erase(next);
  }
  layout.places = shared_out(candidates, width);
  return layout;
}

}  // namespace stayalive
