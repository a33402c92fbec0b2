// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

namespace stayalive {

// One function for each thing that is fed with arbitrary bytes.  Each aborts when a promise is
// broken.  A fuzzer calls one of them again and again (tools/fuzz); the tests call all of them with
// the seeds and with changed seeds.

// Reads the bytes as a packet.  What can be read and written again is read as the same packet.
void fuzz_wire(std::span<const std::uint8_t> bytes);

// Reads the bytes as a capture and sends its packets through two boxes, of which the first byte
// chooses the profiles.  Every packet is counted once, and no more flows are kept than may be.
void fuzz_capture(std::span<const std::uint8_t> bytes);

// Reads the bytes as messages between a probe and a reflector, which both get them.  The reflector
// keeps no more than its limits, and answers no message with more than two.  Reads them as the
// record of a probe as well.
void fuzz_probe(std::span<const std::uint8_t> bytes);

// Reads the text as a span, a rate and a ratio.  What can be read is printed as a text that is read
// as the same value.
void fuzz_units(std::span<const std::uint8_t> bytes);

// Reads the text as an axis of a sweep, as a range and as an assignment.
void fuzz_axis(std::span<const std::uint8_t> bytes);

// Reads the text as a scenario.  It gives a scenario, or mistakes that have a place.
void fuzz_scenario(std::span<const std::uint8_t> bytes);

// Reads the text as a profile.  A box with a profile that can be read keeps what fuzz_packets
// tries.
void fuzz_profile(std::span<const std::uint8_t> bytes);

// Reads the text as the log of a sweep, as it is or behind the right first line and with the right
// checksum on every line.  What is left of a damaged log can be read without further damage.
void fuzz_resume(std::span<const std::uint8_t> bytes);

// Reads the text as a result of `run` or `test`.  A result that can be read does not differ from
// itself.
void fuzz_result(std::span<const std::uint8_t> bytes);

// Takes the bytes for packets and instants at a box of one of the built-in profiles.  A box that is
// woken whenever it asks for it does the same as one that never is; after expire(now) its next
// deadline lies later than now; and what passes belongs to a flow that lives.
void fuzz_packets(std::span<const std::uint8_t> bytes);

// Takes the bytes for packets at both ends of a live line, lines at its control socket, and
// instants.  Every packet is counted once, what leaves can be read, and every line has an answer.
void fuzz_live(std::span<const std::uint8_t> bytes);

// Takes the bytes for what a program, a peer and time do to a TCP connection.  It does not matter
// in how many steps time passes.
void fuzz_tcp(std::span<const std::uint8_t> bytes);

// Takes the bytes for a small scenario and runs it.  The report is the same when it is run again,
// and when nothing that repeats itself is passed over.
void fuzz_run(std::span<const std::uint8_t> bytes);

}  // namespace stayalive
