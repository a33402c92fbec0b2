// SPDX-License-Identifier: Apache-2.0
#include "relay/relay.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <ctime>
#include <utility>

#include "base/check.h"
#include "live/live_control.h"
#include "net/capture/pcapng_writer.h"
#include "relay/control_server.h"
#include "relay/forwarder.h"
#include "relay/network_end.h"
#include "relay/privileges.h"
#include "run/address_plan.h"

namespace stayalive {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

// Of packets that one end gets before the other has its turn.
constexpr int kBatch = 64;
// How long a command may take to end after it was asked to.
constexpr std::chrono::seconds kGrace{5};
// When its command has ended, a session ends once nothing has come for a while.
constexpr std::chrono::milliseconds kDrain{20};
constexpr std::chrono::seconds kMostDrain{2};

std::vector<Diagnostic> relay_error(const std::string& message) {
  Diagnostic diagnostic;
  diagnostic.message = message;
  return {diagnostic};
}

Duration processor_time() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

// While it lives, the signals that ask a program to end come as news instead.
class EndingSignals {
 public:
  EndingSignals() {
    ::sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals_, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    fd_ = OwnedFd(::signalfd(-1, &signals_, SFD_NONBLOCK | SFD_CLOEXEC));
  }
  ~EndingSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;
  int descriptor() const { return fd_.get(); }

  struct Signal {
    int number = 0;
    bool from_terminal = false;  // the commands have got it as well
  };
  std::optional<Signal> next() {
    signalfd_siginfo info{};
    if (::read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info))
      return std::nullopt;
    return Signal{static_cast<int>(info.ssi_signo), info.ssi_code == SI_KERNEL};
  }

 private:
  sigset_t signals_{};
  sigset_t before_{};
  OwnedFd fd_;
};

// A descriptor of somebody else that is watched.
class Watched {
 public:
  Watched(asio::io_context& io, int fd) : stream_(io, fd) {}
  ~Watched() { stream_.release(); }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  template <class Ready>
  void when_readable(Ready ready) {
    stream_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [ready](const boost::system::error_code& error) {
                         if (!error) ready();
                       });
  }

 private:
  asio::posix::stream_descriptor stream_;
};

// Writes the packets of one end as pcapng, with what the log said of each; instants are those of
// the machine's calendar.
class EndCapture {
 public:
  EndCapture(const RelayPlan& plan, LiveLog::Write further)
      : write_(plan.capture), side_(plan.captured), further_(std::move(further)) {
    if (!write_) return;
    const auto epoch = std::chrono::system_clock::now().time_since_epoch();
    begun_ = TimePoint{std::chrono::duration_cast<Duration>(epoch)};
    std::string head;
    pcapng::append_section(head, {"stayalive", "live"});
    pcapng::append_interface(head, {side_ == Side::Internal ? "client" : "server", "TUN"});
    write_(head);
  }
  // Whether it wants the lines of the log although nobody else does.
  bool on() const { return write_ != nullptr; }
  void line(const std::string& text) {
    if (on()) comments_.push_back(text);
    if (further_) further_(text);
  }
  // A packet comes; what is said until finish_entry() is about it.
  void begin_entry(Side side, std::span<const std::uint8_t> bytes) {
    if (!on()) return;
    comments_.clear();
    if (side == side_) entered_.assign(bytes.begin(), bytes.end());
  }
  void finish_entry(Side side, TimePoint at) {
    if (!on() || side != side_) return;
    append(at, pcapng::Direction::Outbound, entered_, comments_);
  }
  void leave(Side side, std::span<const std::uint8_t> bytes, TimePoint at) {
    if (on() && side == side_) append(at, pcapng::Direction::Inbound, bytes, {});
  }

 private:
  void append(TimePoint at, pcapng::Direction direction, std::span<const std::uint8_t> bytes,
              std::span<const std::string> comments) {
    block_.clear();
    pcapng::append_packet(block_, {0, begun_ + (at - kStart), direction, bytes, comments});
    write_(block_);
  }

  std::function<void(std::string_view)> write_;
  Side side_;
  LiveLog::Write further_;
  TimePoint begun_{};
  std::vector<std::uint8_t> entered_;
  std::vector<std::string> comments_;
  std::string block_;
};

// What was made with the rights that are gone by the time the relay begins.
struct RelayParts {
  OwnedFd control;
  std::optional<Endpoint> target;
};

class RelayLoop final : public LiveSink {
 public:
  RelayLoop(const Scenario& scenario, const RelayPlan& plan, Household& household,
            const LiveLog::Write& write, RelayParts parts)
      : plan_(plan),
        household_(household),
        capture_(plan, write),
        session_(scenario, plan.session, *this, log_writer(write)),
        control_(session_),
        keeper_(io_, household.descriptor()),
        asked_(io_, signals_.descriptor()),
        alarm_(io_),
        limit_(io_) {
    for (const Side side : {Side::Internal, Side::External})
      devices_[index(side)] = std::make_unique<Watched>(io_, household.device(side).fd());
    if (parts.control.valid()) {
      server_ = std::make_unique<ControlServer>(io_, std::move(parts.control),
                                                [this](std::string_view line) {
                                                  std::string answer = control_.answer(line, now());
                                                  arm();
                                                  return answer;
                                                });
    }
    if (parts.target) {
      forwarder_ = std::make_unique<Forwarder>(io_, std::move(household.listener()),
                                               std::move(household.datagrams()), *parts.target);
    }
  }

  RelayResult run() {
    begun_ = Clock::now();
    for (const Side side : {Side::Internal, Side::External}) watch(side);
    watch_keeper();
    watch_signals();
    if (plan_.time_limit) begin_limit();
    arm();
    const Duration used_before = processor_time();
    household_.start_commands();
    io_.run();
    const Duration used = processor_time() - used_before;
    return {session_.finish(now(), early_), exit_code_, used, complaint_};
  }

  void leave(Side end, std::span<const std::uint8_t> bytes) override {
    household_.device(end).write(bytes);
    capture_.leave(end, bytes, now());
  }

 private:
  LiveLog::Write log_writer(const LiveLog::Write& write) {
    if (!write && !capture_.on()) return {};
    return [this](const std::string& line) { capture_.line(line); };
  }
  TimePoint now() const {
    return kStart + std::chrono::duration_cast<Duration>(Clock::now() - begun_);
  }
  void watch(Side side) {
    devices_[index(side)]->when_readable([this, side] {
      pump(side);
      watch(side);
    });
  }
  void pump(Side side) {
    WireDevice& device = household_.device(side);
    for (int i = 0; i < kBatch; ++i) {
      const std::size_t bytes = device.read(buffer_);
      if (bytes == 0) break;
      const TimePoint at = now();
      capture_.begin_entry(side, std::span(buffer_).first(bytes));
      session_.enter(side, std::span(buffer_).first(bytes), at);
      capture_.finish_entry(side, at);
    }
    arm();
  }
  // The alarm is never later than what comes next; one that comes too early does nothing.
  void arm() {
    const TimePoint next = session_.next_deadline();
    if (next >= armed_) return;
    armed_ = next;
    alarm_.expires_at(begun_ + (next - kStart));
    alarm_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      armed_ = kNever;
      session_.expire(now());
      arm();
    });
  }
  void watch_keeper() {
    keeper_.when_readable([this] {
      while (const std::optional<Household::News> news = household_.news()) take(*news);
      if (household_.closed()) return end(128 + SIGKILL);
      watch_keeper();
    });
  }
  void take(const Household::News& news) {
    if (news.kind == Household::News::Kind::CommandEnded) return end(news.status);
    if (news.kind == Household::News::Kind::NotStarted) {
      complaint_ = news.words;
      return;
    }
    session_.say(fmt::format("the command of --serve has ended with exit code {}", news.status),
                 now());
  }
  // What the kernels still have to say, and what is on its way, comes first.
  void end(int exit_code) {
    exit_code_ = exit_code;
    const Clock::time_point latest = Clock::now() + kMostDrain;
    drain(latest);
  }
  void drain(Clock::time_point latest) {
    if (household_.closed() || Clock::now() >= latest) return io_.stop();
    limit_.expires_after(kDrain);
    const std::uint64_t before = session_.packets();
    limit_.async_wait([this, latest, before](const boost::system::error_code& error) {
      if (error) return;
      if (session_.packets() == before && session_.line().waiting() == 0) return io_.stop();
      drain(latest);
    });
  }
  void watch_signals() {
    asked_.when_readable([this] {
      while (const auto signal = signals_.next()) take(*signal);
      watch_signals();
    });
  }
  void take(const EndingSignals::Signal& signal) {
    const bool again = early_.has_value();
    if (!again) {
      early_ =
          EarlyEnd{signal.number == SIGINT ? EndReason::Interrupted : EndReason::Terminated, {}};
    }
    if (again || !signal.from_terminal) household_.signal(again ? SIGKILL : signal.number);
    // A shell goes on after Ctrl-C, and so does the session; whatever else was asked, ends.
    if (!signal.from_terminal) give_grace();
    if (signal.from_terminal && !again) early_.reset();
  }
  void begin_limit() {
    limit_.expires_after(std::chrono::nanoseconds(plan_.time_limit->count()));
    limit_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      early_ = EarlyEnd{EndReason::TimeLimit, plan_.time_limit_words};
      household_.signal(SIGTERM);
      give_grace();
    });
  }
  void give_grace() {
    limit_.expires_after(kGrace);
    limit_.async_wait([this](const boost::system::error_code& error) {
      if (!error) household_.signal(SIGKILL);
    });
  }

  const RelayPlan& plan_;
  Household& household_;
  EndCapture capture_;
  LiveSession session_;
  LiveControl control_;
  EndingSignals signals_;
  asio::io_context io_{1};
  std::unique_ptr<ControlServer> server_;
  std::unique_ptr<Forwarder> forwarder_;
  Watched keeper_;
  Watched asked_;
  std::array<std::unique_ptr<Watched>, 2> devices_;
  asio::steady_timer alarm_;
  asio::steady_timer limit_;
  Clock::time_point begun_;
  TimePoint armed_ = kNever;
  int exit_code_ = 0;
  std::string complaint_;
  std::optional<EarlyEnd> early_;
  std::array<std::uint8_t, 65536> buffer_{};
};

AddressId address_of_end(const Scenario& scenario, Side side) {
  const AddressPlan plan = plan_addresses(scenario);
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i) {
    if (scenario.hosts[i].side == side) return plan.hosts[i];
  }
  CHECK(false, "a scenario has a host on each side");
  return {};
}

}  // namespace

Result<RelayResult> run_relay(const Scenario& scenario, const RelayPlan& plan,
                              const LiveLog::Write& write) {
  HouseholdPlan home;
  home.addresses = {address_of_end(scenario, Side::Internal),
                    address_of_end(scenario, Side::External)};
  home.command = plan.command;
  home.serve = plan.serve;
  home.mtu = plan.mtu;
  home.tun = plan.tun;
  home.environment = {{"STAYALIVE_CLIENT", print_address(home.addresses[0])},
                      {"STAYALIVE_SERVER", print_address(home.addresses[1])}};
  RelayParts parts;
  if (!plan.to.empty()) {
    const Result<Endpoint> target = find_target(plan.to);
    if (!target.ok()) return target.errors();
    parts.target = target.value();
    home.listen_port = target.value().port;
  }
  if (!plan.control.empty()) {
    Result<OwnedFd> socket = bind_control_socket(plan.control);
    if (!socket.ok()) return socket.errors();
    parts.control = std::move(socket).value();
    home.remove_at_end = plan.control;
    home.environment.emplace_back("STAYALIVE_CONTROL", plan.control);
  }
  Result<Household> household = Household::begin(home);
  if (!household.ok()) {
    if (!plan.control.empty()) ::unlink(plan.control.c_str());
    return household.errors();
  }
  Household living = std::move(household).value();
  if (const std::string error = drop_privileges(); !error.empty()) return relay_error(error);
  auto relay = std::make_unique<RelayLoop>(scenario, plan, living, write, std::move(parts));
  return relay->run();
}

}  // namespace stayalive
