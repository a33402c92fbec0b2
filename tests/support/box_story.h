// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "middlebox/stateful_box.h"
#include "support/packet_text.h"

namespace stayalive::testing {

// A question to a name server, and its answer.
inline constexpr const char* kAsk = "10.0.0.2:5000 > 203.0.113.1:53 udp 40";
inline constexpr const char* kAnswer = "203.0.113.1:53 > mapped udp 40";

// A story about one box: packets from either side at given times, and what the box is expected to
// do.  Wherever an expectation fails, the story so far is printed.  The box has the external
// address 198.51.100.1 unless told otherwise.
class BoxStory {
 public:
  explicit BoxStory(Profile profile, std::vector<AddressId> external = {ipv4(198, 51, 100, 1)})
      : box_(std::move(profile), {"box", 7, std::move(external)}, {3, {ConnectionId{3}}}) {}

  class Step;
  // Whose packets follow: of the connections 0 to 2, or of members of a population from 3 on.  At
  // first whose they say.
  BoxStory& of(std::uint32_t connection) {
    connection_ = ConnectionId{connection};
    return *this;
  }
  // The time of what follows; it does not run backwards.
  BoxStory& at(Duration time) {
    now_ = kStart + time;
    return *this;
  }
  Step inside(std::string_view packet);
  Step outside(std::string_view packet);
  Step send(Side from, const Packet& packet);

  // Lets the box do what is due, and checks the law: afterwards nothing is due.
  void expire() {
    out_.clear();
    box_.expire(now_, out_);
    collect();
    EXPECT_GT(box_.next_deadline(), now_) << transcript_;
  }
  void flush() {
    out_.clear();
    box_.flush(now_, out_);
    collect();
  }

  // Another outside address; entries stay.
  void readdress(AddressId address) {
    out_.clear();
    box_.change_addresses({address}, true, now_, out_);
    collect();
  }
  void replace(AddressId target, AddressId gone) {
    out_.clear();
    box_.replace_target(target, gone, now_, out_);
    collect();
  }

  StatefulBox& box() { return box_; }
  TimePoint now() const { return now_; }
  Duration next_deadline() const { return box_.next_deadline() - kStart; }
  // The external endpoint of the last packet that left outwards, which "mapped" stands for.
  Endpoint mapped() const { return mapped_; }
  void set_mapped(Endpoint mapped) { mapped_ = mapped; }
  const std::vector<FlowNote>& notes() const { return notes_; }
  const FlowNote& last_note() const {
    static const FlowNote none;
    EXPECT_FALSE(notes_.empty()) << transcript_;
    return notes_.empty() ? none : notes_.back();
  }
  std::size_t count(FlowEvent event) const {
    std::size_t n = 0;
    for (const FlowNote& note : notes_) n += note.event == event ? 1 : 0;
    return n;
  }
  // What the box has sent by itself since the last step or expire().
  const std::vector<Outbox::Sent>& sent() const { return out_.packets; }
  const std::string& transcript() const { return transcript_; }

 private:
  friend class Step;
  void collect() {
    notes_.insert(notes_.end(), out_.notes.begin(), out_.notes.end());
    for (const Outbox::Sent& sent : out_.packets) {
      transcript_ += "            box sends to the " + std::string(name(sent.to)) +
                     " side: " + print_packet(sent.packet) + "\n";
    }
  }

  StatefulBox box_;
  TimePoint now_ = kStart;
  ConnectionId connection_;
  Endpoint mapped_;
  Outbox out_;
  std::vector<FlowNote> notes_;
  std::string transcript_;
};

// What became of one packet.
class BoxStory::Step {
 public:
  Step(BoxStory& story, Verdict verdict, Packet packet)
      : story_(story), verdict_(verdict), packet_(packet) {}

  const Step& passes() const {
    EXPECT_TRUE(verdict_.forwarded()) << why();
    return *this;
  }
  const Step& opens() const { return handled(Handling::Opened); }
  const Step& picks_up() const { return handled(Handling::PickedUp); }
  const Step& refreshes() const { return handled(Handling::Refreshed); }
  const Step& goes_through() const { return handled(Handling::Passed); }
  const Step& leaks() const { return handled(Handling::Leaked); }
  const Step& is_local() const { return handled(Handling::Local); }
  const Step& is_consumed() const { return handled(Handling::Consumed); }
  const Step& dropped(DropReason reason) const {
    handled(Handling::Dropped);
    EXPECT_STREQ(name(verdict_.drop), name(reason)) << why();
    return *this;
  }
  // The timer that now runs, and when it ends.
  const Step& timer(Timeout timer, Duration until) const {
    EXPECT_EQ(name(verdict_.timer), name(timer)) << why();
    return ends(until);
  }
  const Step& ends(Duration until) const {
    EXPECT_EQ(print_duration(verdict_.deadline - kStart), print_duration(until)) << why();
    return *this;
  }
  const Step& from(std::string_view source) const {
    EXPECT_EQ(print_endpoint(packet_.source()), source) << why();
    return *this;
  }
  const Step& to(std::string_view destination) const {
    EXPECT_EQ(print_endpoint(packet_.destination()), destination) << why();
    return *this;
  }
  // The box sent exactly this by itself: "R seq 5" and so on, as print_packet() has it.
  const Step& answered(Side to, std::string_view packet) const {
    EXPECT_EQ(story_.sent().size(), 1u) << why();
    if (story_.sent().empty()) return *this;
    EXPECT_EQ(story_.sent().front().to, to) << why();
    EXPECT_EQ(print_packet(story_.sent().front().packet), packet) << why();
    return *this;
  }
  const Step& silently() const {
    EXPECT_TRUE(story_.sent().empty()) << why();
    return *this;
  }
  const Verdict& verdict() const { return verdict_; }
  const Packet& packet() const { return packet_; }

 private:
  const Step& handled(Handling handling) const {
    EXPECT_EQ(static_cast<int>(verdict_.handling), static_cast<int>(handling)) << why();
    return *this;
  }
  std::string why() const { return "the story so far:\n" + story_.transcript_; }

  BoxStory& story_;
  Verdict verdict_;
  Packet packet_;
};

inline BoxStory::Step BoxStory::send(Side from, const Packet& packet) {
  constexpr const char* kHandlings[] = {"opened", "picked up", "refreshed", "passed",
                                        "leaked", "local",     "consumed",  "dropped"};
  Packet forwarded = packet;
  if (connection_.valid()) forwarded.notes.connection = connection_;
  out_.clear();
  const Verdict verdict = box_.process(from, forwarded, now_, out_);
  transcript_ += print_seconds(now_) + (from == Side::Internal ? "  in  > " : "  out < ") +
                 print_packet(packet) + ": " + kHandlings[static_cast<int>(verdict.handling)];
  if (verdict.drop != DropReason::None) transcript_ += std::string(" ") + name(verdict.drop);
  transcript_ += ", now " + print_packet(forwarded) + "\n";
  collect();
  if (from == Side::Internal && verdict.forwarded() && !verdict.hairpinned) {
    mapped_ = forwarded.source();
  }
  return Step(*this, verdict, forwarded);
}
inline BoxStory::Step BoxStory::inside(std::string_view packet) {
  return send(Side::Internal, packet_of(packet, mapped_));
}
inline BoxStory::Step BoxStory::outside(std::string_view packet) {
  return send(Side::External, packet_of(packet, mapped_));
}

}  // namespace stayalive::testing
