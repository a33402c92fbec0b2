// SPDX-License-Identifier: Apache-2.0
#include "drawing_file.h"

#include <sstream>

#include "command.h"
#include "new_file.h"
#include "output.h"
#include "rasterizer.h"

namespace stayalive {
namespace {

NewFile svg_file(const DrawingRequest& request) {
  return {request.svg, NewFile::Kind::Svg, request.force, request.inputs};
}
NewFile png_file(const DrawingRequest& request) {
  return {request.png, NewFile::Kind::Png, request.force, request.inputs};
}

}  // namespace

void add_drawing(CLI::App& command, DrawingRequest& request, const std::string& what) {
  command.add_option("--svg", request.svg, what)->type_name("FILE");
  CLI::Option* png =
      command
          .add_option("--png", request.png,
                      "The same as pixels, in light colours; needs rsvg-convert (librsvg2-bin)")
          ->type_name("FILE");
  command.add_option("--scale", request.scale, "Of --png: pixels for each of the drawing's own")
      ->check(CLI::Range(0.1, 8.0))
      ->capture_default_str()
      ->needs(png);
  command.add_flag_callback(
      "--plain", [&request] { request.wording = Wording::Plain; },
      "Drawings in plain words, without the names of timers and settings");
}

bool can_draw(const DrawingRequest& request) {
  if (request.png == "-") {
    say_error("--png - is no file: standard output has text");
    return false;
  }
  if (!request.png.empty()) {
    const Result<std::string> program = find_rasterizer();
    print_errors(program.errors());
    if (!program.ok()) return false;
  }
  return svg_file(request).can_write() && png_file(request).can_write();
}

bool write_drawing(const DrawingRequest& request, const std::function<void(std::ostream&)>& draw) {
  if (!request.any()) return true;
  std::ostringstream drawing;
  draw(drawing);
  if (!svg_file(request).write(drawing.str())) return false;
  if (request.png.empty()) return true;
  const Result<std::string> program = find_rasterizer();
  const Result<std::string> png =
      program.ok() ? rasterize(program.value(), drawing.str(), request.scale) : program;
  print_errors(png.errors());
  return png.ok() && png_file(request).write(png.value());
}

}  // namespace stayalive
