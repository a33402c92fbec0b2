// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "app/host/open_requests.h"
#include "app/outcome.h"
#include "stack/socket_error.h"

namespace stayalive {

struct Party;

// How a connection was lost or closed.
struct LostSocket {
  Outcome outcome = Outcome::Closed;
  SocketError error = SocketError::None;
  std::string message;       // in its program's words
  bool established = false;  // requests could be written on it
  bool used = false;         // it had brought an answer
  bool by_client = false;    // its own program closed it
};

// Who decides when the program of a client opens its next socket and which requests it writes.  The
// program tells it what becomes of them; it acts later, from its own expire().
class Dispatcher {
 public:
  virtual ~Dispatcher() = default;
  // Its socket is open, and requests can be written.
  virtual void opened(const Party& party) = 0;
  // The answer to a request has come, or to the question whether the connection still works.
  virtual void answered(const Party& party, const Message& answer) = 0;
  virtual void checked(const Party& party) = 0;
  // Its server has not carried these out and will not; the connection goes on without them.
  virtual void unserved(const Party& party, std::vector<OpenRequests::Request> requests) = 0;
  // This request has waited for its answer for too long; the loss of its socket follows.
  virtual void overdue(const Party& party, const OpenRequests::Request& request) = 0;
  // The program has no socket any more; these were sent on it and not answered.
  virtual void lost(const Party& party, const LostSocket& how,
                    std::vector<OpenRequests::Request> unanswered) = 0;
};

}  // namespace stayalive
