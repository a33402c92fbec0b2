// SPDX-License-Identifier: Apache-2.0
// The module stayalive._core: the functions of api/stayalive.h, with texts and lists.  What people
// import is the package around it.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "api/stayalive.h"

namespace py = pybind11;

namespace {

using namespace std::chrono_literals;
namespace api = stayalive::api;

// Does work in a thread of its own, without the lock of the interpreter, and looks now and then
// whether the user has pressed Ctrl-C; then the work is stopped, and KeyboardInterrupt raised.
// work: takes a std::stop_token.
template <class Work>
auto interruptible(const Work& work) {
  std::optional<decltype(work(std::stop_token()))> made;
  bool interrupted = false;
  {
    const py::gil_scoped_release released;
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    std::jthread thread([&](const std::stop_token& stop) {
      made = work(stop);
      const std::lock_guard lock(mutex);
      done = true;
      changed.notify_one();
    });
    std::unique_lock lock(mutex);
    while (!changed.wait_for(lock, 50ms, [&done] { return done; })) {
      lock.unlock();
      {
        const py::gil_scoped_acquire held;
        interrupted = interrupted || PyErr_CheckSignals() != 0;
      }
      if (interrupted) thread.request_stop();
      lock.lock();
    }
  }
  if (interrupted) throw py::error_already_set();
  return std::move(*made);
}

py::list mistakes_list(const std::vector<api::Mistake>& mistakes) {
  py::list list;
  for (const api::Mistake& mistake : mistakes) {
    list.append(py::make_tuple(mistake.file, mistake.line, mistake.column, mistake.pointer,
                               mistake.message, mistake.allowed, mistake.suggestion,
                               mistake.text()));
  }
  return list;
}

py::tuple answer_tuple(const api::Answer& answer) {
  return py::make_tuple(answer.json, mistakes_list(answer.mistakes));
}

// The options that every function with a scenario has.
template <class Options>
Options read_options(const py::kwargs& given, std::string& name) {
  Options options;
  for (const auto& [key, value] : given) {
    name = key.template cast<std::string>();
    if (name == "file") options.file = value.template cast<std::string>();
    if (name == "seed") options.seed = value.template cast<std::optional<std::uint64_t>>();
    if (name == "set") options.set = value.template cast<std::vector<std::string>>();
    if (name == "profiles") options.profiles = value.template cast<std::vector<std::string>>();
    if (name == "jobs") options.jobs = value.template cast<unsigned>();
    if (name == "max_events") options.max_events = value.template cast<std::uint64_t>();
    if (name == "max_memory") options.max_memory = value.template cast<std::uint64_t>();
    if constexpr (requires { options.axes; }) {
      if (name == "axes") options.axes = value.template cast<std::vector<std::string>>();
      if (name == "seeds") options.seeds = value.template cast<std::uint64_t>();
    }
  }
  return options;
}

template <class Options>
Options options_of(const py::kwargs& given) {
  std::string name;
  try {
    return read_options<Options>(given, name);
  } catch (const py::cast_error&) {
    throw py::type_error(name + ": a value of another kind, or a number out of its range");
  }
}

py::tuple run(const std::string& scenario, const py::kwargs& given) {
  auto options = options_of<api::Options>(given);
  return answer_tuple(interruptible([&](const std::stop_token& stop) {
    options.stop = stop;
    return api::run(scenario, options);
  }));
}

py::tuple sweep(const std::string& scenario, const py::kwargs& given) {
  auto options = options_of<api::SweepOptions>(given);
  return answer_tuple(interruptible([&](const std::stop_token& stop) {
    options.stop = stop;
    return api::sweep(scenario, options);
  }));
}

py::tuple ladder(const std::string& scenario, const std::string& connection, std::size_t width,
                 const py::kwargs& given) {
  auto options = options_of<api::Options>(given);
  const api::Drawing drawing = interruptible([&](const std::stop_token& stop) {
    options.stop = stop;
    return api::ladder(scenario, connection, options, width);
  });
  return py::make_tuple(drawing.text, drawing.svg, mistakes_list(drawing.mistakes));
}

}  // namespace

PYBIND11_MODULE(_core, module) {
  module.attr("version") = api::version();
  module.def("run", &run);
  module.def("sweep", &sweep);
  module.def("ladder", &ladder);
  module.def("profiles", [] { return answer_tuple(api::profiles()); });
  module.def("profile", [](const std::string& name) { return answer_tuple(api::profile(name)); });
  module.def("scenario_schema", &api::scenario_schema);
}
