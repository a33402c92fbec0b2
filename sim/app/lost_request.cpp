// SPDX-License-Identifier: Apache-2.0
#include "app/lost_request.h"

namespace stayalive {

std::string_view name(LostRequest::Why why) {
  switch (why) {
    case LostRequest::Why::Closed:
      return "closed";
    case LostRequest::Why::Reset:
      return "reset";
    case LostRequest::Why::NoAnswer:
      return "no-answer";
    case LostRequest::Why::Refused:
      return "refused";
    case LostRequest::Why::Unreachable:
      return "unreachable";
    case LostRequest::Why::Unserved:
      return "unserved";
  }
  return "";
}

}  // namespace stayalive
